"""The charts as a page, a document or a slide shows them: every word and number ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from markupsafe import Markup

from reports.charts import tables
from reports.charts.drawing import svg, theme
from reports.charts.figures import annotations, figure
from reports.charts.numbers import numbers_of
from reports.charts.over_years import (
    employed_placed,
    employees,
    enterprises,
    placed,
    placed_per_enterprise,
    reached,
)
from reports.charts.panels import rows_svg
from reports.charts.panels.milestone_grid import steps
from reports.charts.panels.national import national
from reports.charts.panels.panel import Panel, as_csv
from reports.charts.panels.same_enterprises import same
from reports.charts.panels.supervised_places import places
from reports.charts.panels.tile_map import tiles
from reports.charts.panels.waterfall import bridge
from reports.data import equivalent_sql
from reports.data.chart_model import Chart, ChartNumbers, Event, Language
from reports.data.events import events_in
from reports.data.model import Comment, OpenData, Source
from reports.text import summaries, titles
from reports.text.grammar import span

CHARTS: Mapping[str, Chart] = {
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
PANELS: Mapping[str, Callable[[OpenData, Language], Panel | None]] = {
    "same_employees": partial(same, indicator="employees"),
    "same_placed": partial(same, indicator="placed"),
    "change_employees": partial(bridge, indicator="employees"),
    "change_placed": partial(bridge, indicator="placed"),
    "places": places,
    "steps": steps,
    "tiles": tiles,
    "national": national,
}
Steps = Literal["years", "rows", "places"]
# Every chart there can be, in the order of the report.
KEYS = (*CHARTS, *PANELS)


@dataclass(frozen=True)
class Card:
    """One chart with its finding, drawings, notes, table and sources.

    `figure` is what plotly can mount; a grid has none. `steps` is what the arrow keys go between.
    `query` is the SQL that gives the same figures in the open data.
    """

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
    query: str = ""
    comments: tuple[Comment, ...] = ()
    is_example: bool = False
    # The query of the address, for a view that the reader has chosen.
    state: str = ""
    steps: Steps = "years"
    numbers: ChartNumbers | None = None

    @property
    def is_over_years(self) -> bool:
        """Whether it is drawn over years, and so has a course to tell in a sentence."""
        return self.steps == "years" and self.figure is not None


def charts_of(data: OpenData) -> dict[str, ChartNumbers]:
    """The numbers of every chart over years, by its key."""
    return {key: numbers_of(chart, data) for key, chart in CHARTS.items()}


def years_named(data: OpenData) -> str:
    """The charts' years that are not invented, as "2016–2020"; empty when there are none."""
    every = sorted({year for numbers in charts_of(data).values() for year in numbers.years})
    found = [year for year in every if year not in data.examples] or every
    return span(found[0], found[-1]) if found else ""


def cards(data: OpenData, language: Language) -> list[Card]:
    """Every chart that has something to show, in the order of the report."""
    found = (card_of(key, data, language) for key in KEYS)
    return [each for each in found if each]


def card_of(key: str, data: OpenData, language: Language) -> Card | None:
    """One chart by its key; None when there is no such chart, or nothing to show in it."""
    if key in PANELS:
        panel = PANELS[key](data, language)
        return _from_panel(panel, data) if panel else None
    numbers = numbers_of(CHARTS[key], data) if key in CHARTS else None
    return card(numbers, data, language) if numbers and numbers.years else None


def csv_of(key: str, data: OpenData) -> str | None:
    """The numbers of one chart as a file; None when there is no such chart."""
    if key in PANELS:
        panel = PANELS[key](data, "sv")
        return as_csv(panel.lines) if panel else ""
    return tables.chart_csv(numbers_of(CHARTS[key], data)) if key in CHARTS else None


def card(numbers: ChartNumbers, data: OpenData, language: Language) -> Card:
    """One chart over the years in one language."""
    summary = summaries.summary(numbers, language)
    drawn = figure(numbers, language)
    key = numbers.chart.key
    return Card(
        key=key,
        title=titles.title(numbers, language),
        subtitle=numbers.chart.subtitle.in_(language),
        summary=summary,
        figure=drawn,
        wide=_drawing(drawn, summary, key, narrow=False),
        narrow=_drawing(drawn, summary, key, narrow=True),
        events=() if annotations.has_pins(drawn) else events_in(numbers),
        notes=notes(numbers, drawn, language),
        table=tables.table(numbers, language),
        sources=data.sources_of(numbers.chart),
        query=equivalent_sql.of_chart(numbers.chart),
        comments=_comments(data, key),
        numbers=numbers,
    )


def _from_panel(panel: Panel, data: OpenData) -> Card:
    held = panel.picture if isinstance(panel.picture, dict) else None
    return Card(
        key=panel.key,
        title=panel.title,
        subtitle=panel.subtitle,
        summary=panel.summary,
        figure=held,
        wide=_picture(panel, narrow=False),
        narrow=_picture(panel, narrow=True),
        events=(),
        notes=panel.notes,
        table=panel.table,
        sources=panel.sources,
        query=panel.query,
        comments=_comments(data, panel.key),
        is_example=panel.is_example,
        steps="rows" if held else "places",
    )


def _picture(panel: Panel, *, narrow: bool) -> Markup:
    uid = _uid(panel.key, narrow=narrow)
    if isinstance(panel.picture, dict):
        drawn = rows_svg.draw(panel.picture, panel.summary, narrow=narrow, uid=uid)
    else:
        width = theme.NARROW_WIDTH if narrow else theme.WIDTH
        drawn = panel.picture(width, uid, panel.summary)
    return Markup(drawn)  # noqa: S704 (both escape)


def _uid(key: str, *, narrow: bool) -> str:
    return f"{key}-{'narrow' if narrow else 'wide'}"


def _comments(data: OpenData, key: str) -> tuple[Comment, ...]:
    return tuple(comment for comment in data.comments if comment.chart == key)


def _drawing(drawn: dict[str, Any] | None, label: str, key: str, *, narrow: bool) -> Markup:
    if drawn is None:
        return Markup("")
    uid = _uid(key, narrow=narrow)
    return Markup(svg.draw(drawn, label, narrow=narrow, uid=uid))  # noqa: S704 (svg escapes)


def notes(
    numbers: ChartNumbers, drawn: dict[str, Any] | None, language: Language
) -> list[summaries.Note]:
    """What a reader must know beside the numbers, and the events where the chart numbers them."""
    found = summaries.notes(numbers, language)
    if not annotations.has_pins(drawn):
        return found
    return [
        *(
            summaries.Note(str(number), f"{event.year} {event.label.in_(language)}.")
            for number, event in enumerate(events_in(numbers), start=1)
        ),
        *found,
    ]
