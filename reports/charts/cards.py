"""Every chart there is. A new one is a file beside this one, and a line here."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial

from reports.charts import (
    employed_placed,
    employees,
    enterprises,
    milestone_grid,
    national,
    placed,
    placed_per_enterprise,
    reached,
    same_enterprises,
    supervised_places,
    theme,
    tile_map,
    waterfall,
)
from reports.charts.card import ChartCard, ChartTable, Panel, as_csv, csv_lines, table
from reports.charts.figures import annotations, drawn, figure
from reports.data import equivalent_sql
from reports.data.chart_model import ChartNumbers, Kind, Language, YearChart
from reports.data.chart_numbers import events_in, numbers_of
from reports.data.model import OpenData, PublishedSource, within
from reports.text import summaries, titles
from reports.text.grammar import joined, listed, lower_first, span

CHARTS: Mapping[str, YearChart] = {
    chart.key: chart
    for chart in (
        enterprises.CHART,
        employees.CHART,
        placed.CHART,
        employed_placed.CHART,
        placed_per_enterprise.CHART,
        reached.CHART,
    )
}
PANELS: Mapping[str, Panel] = {
    panel.key: panel
    for panel in (
        *same_enterprises.CHARTS,
        *waterfall.CHARTS,
        supervised_places.CHART,
        milestone_grid.CHART,
        tile_map.CHART,
        national.CHART,
    )
}
# In the order of the report.
KEYS = (*CHARTS, *PANELS)


def names() -> dict[str, dict[Language, str]]:
    """Every chart's short name by its key and language."""
    every: list[YearChart | Panel] = [*CHARTS.values(), *PANELS.values()]
    return {each.key: {"sv": each.name.sv, "en": each.name.en} for each in every}


def charts_of(data: OpenData) -> dict[str, ChartNumbers]:
    """The numbers of every chart over years, by its key."""
    return {key: numbers_of(chart, data) for key, chart in CHARTS.items()}


def years_named(data: OpenData) -> str:
    """The charts' years that are not invented, as "2016–2020"; empty when there are none."""
    every = sorted({year for numbers in charts_of(data).values() for year in numbers.years})
    found = [year for year in every if year not in data.examples] or every
    return span(found[0], found[-1]) if found else ""


def cards(data: OpenData, language: Language) -> list[ChartCard]:
    """Every chart that has something to show, in the order of the report."""
    found = (card_of(key, data, language) for key in KEYS)
    return [each for each in found if each]


def card_of(key: str, data: OpenData, language: Language) -> ChartCard | None:
    """One chart by its key; None when there is no such chart, or nothing to show in it."""
    comments = tuple(comment for comment in data.comments if comment.chart == key)
    if key in PANELS:
        made = PANELS[key].card(data, language)
    else:
        numbers = numbers_of(CHARTS[key], data) if key in CHARTS else None
        made = over_years(numbers, data, language) if numbers and numbers.years else None
    return replace(made, comments=comments) if made else None


def chosen_card(
    data: OpenData, key: str, language: Language, years: tuple[int, int], columns: tuple[str, ...]
) -> ChartCard | None:
    """A chart of some of its years and parts; None when it has nothing of those to show.

    Some of the parts have no stated total, so that they stand beside each other and not on top.
    """
    if key in PANELS:
        return card_of(key, within(data, years[0] - PANELS[key].before, years[1]), language)
    chart = narrowed(CHARTS[key], columns)
    numbers = numbers_of(chart, within(data, *years))
    if not numbers.years:
        return None
    if chart is CHARTS[key]:
        return over_years(numbers, data, language)
    first, *others = (part.label.in_(language) for part in chart.parts)
    names = joined([first, *map(lower_first, others)], language)
    when = span(numbers.years[0], numbers.years[-1])
    title = f"{chart.name.in_(language)} {when}: {names}"
    return over_years(numbers, data, language, title=title)


def narrowed(chart: YearChart, columns: tuple[str, ...]) -> YearChart:
    """A chart with some of its parts; the same chart where these are all, or none of its."""
    parts = tuple(part for part in chart.parts if part.column in columns)
    if not parts or parts == chart.parts:
        return chart
    kind: Kind = "lines" if len(parts) > 1 or chart.kind == "lines" else "bars"
    return chart.of_parts(parts, kind)


def figure_of(key: str, data: OpenData, language: Language = "sv") -> theme.Figure | None:
    """A chart as a plotly figure, for a notebook; None where there is no value to show.

    Raises `KeyError` when there is no such chart.
    """
    if key not in KEYS:
        raise KeyError(key)
    card = card_of(key, data, language)
    return card.figure if card else None


def csv_of(key: str, data: OpenData, *, for_programs: bool = False) -> str | None:
    """The numbers of one chart as a file; None when there is no such chart."""
    if key in CHARTS:
        lines = csv_lines(numbers_of(CHARTS[key], data))
        return as_csv(lines, for_programs=for_programs)
    if key not in PANELS:
        return None
    made = PANELS[key].card(data, "sv")
    return as_csv(made.lines, for_programs=for_programs) if made else ""


def over_years(
    numbers: ChartNumbers,
    data: OpenData,
    language: Language,
    *,
    title: str = "",
    summary: str = "",
    sources: list[PublishedSource] | None = None,
    query: str = "",
    state: str = "",
) -> ChartCard:
    """A chart over years as a card, in the words of its own that it is given.

    Where the drawing numbers its events, they are listed among the notes, and in every width.
    """
    made = drawn(numbers, language)
    events, notes = events_in(numbers), summaries.notes(numbers, language)
    if made and annotations.has_pins(made[1]):
        numbered = enumerate(events, start=1)
        notes = [
            *(summaries.Note(str(n), f"{e.year} {e.label.in_(language)}.") for n, e in numbered),
            *notes,
        ]
        events = ()
    return ChartCard(
        key=numbers.chart.key,
        title=title or titles.title(numbers, language),
        subtitle=numbers.chart.subtitle.in_(language),
        summary=summary or summaries.summary(numbers, language),
        draw=cache(partial(figure, numbers, language)),
        notes=notes,
        table=table(numbers, language),
        sources=data.sources_for(*numbers.chart.indicators) if sources is None else sources,
        lines=csv_lines(numbers),
        query=query or equivalent_sql.of_chart(numbers.chart),
        events=events,
        state=state,
        numbers=numbers,
    )


def changes(then: ChartTable, now: ChartTable) -> list[tuple[str, str, str, str]]:
    """What a later release says otherwise: row, column, and the value in each, "–" for none."""
    before, after = _by_place(then), _by_place(now)
    return [
        (*place, value, after.get(place, "–"))
        for place, value in before.items()
        if value != after.get(place, "–")
    ]


def _by_place(table: ChartTable) -> dict[tuple[str, str], str]:
    return {
        (row.heading, heading): cell.with_sign
        for row in table.rows
        for heading, cell in zip(table.headings, row.cells, strict=True)
    }


def uncounted(card: ChartCard) -> str:
    """The years of a chart of answers for which nobody knows how many answered."""
    if not (card.numbers and card.numbers.chart.from_answers):
        return ""
    known = {row.year for row in card.numbers.coverage if row.answered is not None}
    unknown = [year for year in card.numbers.years if year not in known]
    return listed(unknown)
