"""The charts that the report opens with: what happened, and one for each question of a board."""

from dataclasses import dataclass, replace

from reports.charts.card import ChartCard
from reports.charts.cards import CHARTS, charts_of, over_years
from reports.data import equivalent_sql
from reports.data.chart_model import Language, Words
from reports.data.chart_numbers import numbers_of
from reports.data.model import OpenData
from reports.text import summaries
from reports.text.what_happened import WhatHappened, what_happened

# In the order in which a board asks.
QUESTIONS = {
    "employees": Words("Är det fler eller färre människor?", "Are there more people or fewer?"),
    "placed": Words("Vem anvisar dem?", "Who refers them?"),
    "enterprises": Words("Var finns företagen?", "Where are the enterprises?"),
    "reached": Words("Vad gjordes?", "What was done?"),
}
SUBTITLES = {
    "enterprises": Words("Registrerade företag, antal per år", "Registered enterprises, by year"),
    "employees": Words("Anställda personer, antal per år", "Employees, number of people by year"),
    "placed": Words("Placerade personer, antal per år", "People placed, number by year"),
}


@dataclass(frozen=True)
class Opening:
    """What happened, with the chart that shows it; none where no change is spoken of."""

    said: WhatHappened
    card: ChartCard | None

    @property
    def screen(self) -> ChartCard | None:
        """The same as a meeting's first screen: its title is the headline."""
        if self.card is None:
            return None
        return replace(self.card, title=self.said.headline, subtitle=self.said.lead)


def opening(data: OpenData, language: Language) -> Opening:
    """The first thing that the report, its slides and a meeting say."""
    said = what_happened(charts_of(data), language)
    return Opening(said, _card(said, data, language) if said.chart else None)


def _card(said: WhatHappened, data: OpenData, language: Language) -> ChartCard:
    """The totals alone, as bars: the parts have a chart of their own further down."""
    full = CHARTS[said.chart]
    total = replace(full.total or full.parts[0], colour="navy")
    chart = replace(
        full,
        key="headline",
        kind="bars",
        subtitle=SUBTITLES[said.chart],
        parts=(total,),
        total=None,
        table_only=(),
        strip=None,
        title=None,
    )
    numbers = numbers_of(chart, data)
    return over_years(
        numbers,
        language,
        title=said.chart_title,
        summary=summaries.summary(numbers, language),
        sources=data.sources_of(chart),
        query=equivalent_sql.of_chart(chart),
    )
