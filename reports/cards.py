"""The charts as a page, a document or a slide shows them: every word and number ready."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reports import narrative, summaries, svg, tables
from reports.charts import EVENTS, ChartNumbers, Event, Language
from reports.figures import figure
from reports.series import OpenData, Source


@dataclass(frozen=True)
class Card:
    """One chart with its finding, drawings, notes, table and sources."""

    key: str
    title: str
    subtitle: str
    summary: str
    figure: dict[str, Any] | None
    wide: Markup
    narrow: Markup
    events: tuple[Event, ...]
    notes: list[summaries.Note]
    table: tables.Table
    sources: list[Source]


def cards(data: OpenData, language: Language) -> list[Card]:
    """Every chart that has something to show, in the order of the report."""
    found = (card(numbers, data, language) for numbers in data.charts.values())
    return [each for each in found if each.table.rows]


def card(numbers: ChartNumbers, data: OpenData, language: Language) -> Card:
    """One chart in one language."""
    summary = summaries.summary(numbers, language)
    drawn = figure(numbers, language)
    key = numbers.chart.key
    return Card(
        key=key,
        title=narrative.title(numbers, language),
        subtitle=numbers.chart.subtitle.in_(language),
        summary=summary,
        figure=drawn,
        wide=_drawing(drawn, summary, key, narrow=False),
        narrow=_drawing(drawn, summary, key, narrow=True),
        events=_events(numbers),
        notes=summaries.notes(numbers, language),
        table=tables.table(numbers, language),
        sources=data.sources_of(numbers.chart),
    )


def _drawing(drawn: dict[str, Any] | None, label: str, key: str, *, narrow: bool) -> Markup:
    if drawn is None:
        return Markup("")
    uid = f"{key}-{'narrow' if narrow else 'wide'}"
    return Markup(svg.draw(drawn, label, narrow=narrow, uid=uid))  # noqa: S704 (svg escapes)


def _events(numbers: ChartNumbers) -> tuple[Event, ...]:
    years = numbers.years
    return tuple(event for event in EVENTS if years and years[0] < event.year <= years[-1])
