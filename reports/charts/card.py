"""One chart as a page, a document or a slide shows it: every word and number ready, drawn late.

Its table and its CSV have every value with its status; as a file of its own (`picture`) it carries
its title, measure, notes, source and release with it.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from reports.charts import theme
from reports.charts.figures import for_page, svg
from reports.charts.figures.elements import opened, together, words_at
from reports.charts.figures.rows import BarRow
from reports.data.chart_model import ChartNumbers, Language, OutsideEvent, Point, Status, Words
from reports.data.model import ChartComment, OpenData, PublishedSource
from reports.text.grammar import NB, once, written
from reports.text.summaries import Note
from survey_data.tables_to_files import FOR_PROGRAMS, FOR_SPREADSHEETS, Cell, csv_text

# A number, a change, a year or several, a dash for none, or the letter of a hidden value.
NUMERIC = re.compile(r"[+−–-]?[\d\s.,–]*|[a-z]")


@dataclass(frozen=True)
class TableCell:
    """A value as a reader sees it, with the sign and the words of its status."""

    text: str
    sign: str = ""
    meaning: str = ""

    @property
    def with_sign(self) -> str:
        """The value and its sign as one text."""
        return f"{self.text} {self.sign}".strip()


@dataclass(frozen=True)
class TableRow:
    """One year of a table, or one place or source."""

    heading: str
    is_example: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class ChartTable:
    """A chart's numbers in rows; `corner` names what the rows are."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    corner: str = "År"

    @property
    def numeric(self) -> list[bool]:
        """Whether each column holds numbers, which stand to the right, rather than words."""
        return [
            all(NUMERIC.fullmatch(row.cells[column].text) for row in self.rows)
            for column in range(len(self.headings))
        ]


@dataclass(frozen=True)
class ChartCard:
    """One chart with its finding, drawing, notes, table and sources, in one language.

    `draw` makes the figure for a wide card or a phone; None where no value can be shown. `lines`
    are the CSV file's rows, its column names first. `query` is the SQL that gives the same figures
    in the open data.
    """

    key: str
    title: str
    subtitle: str
    summary: str
    draw: Callable[..., theme.Figure | None]
    notes: list[Note]
    table: ChartTable
    sources: list[PublishedSource]
    lines: Sequence[Sequence[Cell]]
    query: str
    is_example: bool = False
    events: tuple[OutsideEvent, ...] = ()
    comments: tuple[ChartComment, ...] = ()
    # Of a chart of one bar a row.
    bars: Sequence[BarRow] = ()
    # The query of the address, for a view that the reader has chosen.
    state: str = ""
    # Of a chart over years.
    numbers: ChartNumbers | None = None

    @property
    def steps(self) -> Literal["years", "rows", "places"]:
        """What the arrow keys go between."""
        return "years" if self.numbers else "rows" if self.bars else "places"

    @cached_property
    def figure(self) -> theme.Figure | None:
        """The plotly figure for a wide card."""
        return self.draw(theme.CARD_SIZE)

    @cached_property
    def narrow_figure(self) -> theme.Figure | None:
        """The plotly figure for a phone."""
        return self.draw(theme.PHONE_SIZE)

    @cached_property
    def wide(self) -> Markup:
        """The drawing that a wide page shows first."""
        return self._drawing(self.figure, "wide", theme.WIDTH)

    @cached_property
    def narrow(self) -> Markup:
        """The drawing that a phone shows first."""
        return self._drawing(self.narrow_figure, "narrow", theme.NARROW_WIDTH)

    @cached_property
    def page_figure(self) -> theme.Figure | None:
        """The plotly figure for a page of its own."""
        return self.draw(theme.PAGE_SIZE)

    @cached_property
    def page(self) -> Markup:
        """The drawing over the whole width of a page."""
        return self._drawing(self.page_figure, "page", theme.PAGE_SIZE.width)

    @cached_property
    def for_page(self) -> dict[str, Any] | None:
        """What plotly mounts on a page at a touch; None where the drawing stays."""
        if self.steps == "places":
            return None
        return for_page(self.figure, self.narrow_figure) if self.figure else None

    @property
    def for_own_page(self) -> dict[str, Any] | None:
        """The same for a page of its own, with the layout for its whole width."""
        if not (self.for_page and self.page_figure):
            return self.for_page
        layout = self.page_figure.to_plotly_json()["layout"]
        return {**self.for_page, "page": {k: v for k, v in layout.items() if k != "template"}}

    @property
    def is_over_years(self) -> bool:
        """Whether it is drawn over years, and so has a course to tell in a sentence."""
        return self.steps == "years" and self.figure is not None

    def _drawing(self, figure: theme.Figure | None, name: str, width: int) -> Markup:
        if figure is None:
            return Markup("")
        drawn = svg.draw(figure, self.summary, width=width, uid=f"{self.key}-{name}")
        return Markup(drawn)  # noqa: S704 (svg escapes)


@dataclass(frozen=True)
class Panel:
    """A chart that is not over years: its short name, and what makes its card.

    There is no card while nothing is published for it. `years` are those that a reader may choose
    between: some of them, or the one that the card is of, with `before` years that it needs.
    """

    key: str
    name: Words
    card: Callable[[OpenData, Language], ChartCard | None]
    years: Callable[[OpenData], Iterable[int]] | None = None
    is_one_year: bool = False
    before: int = 0


def table(numbers: ChartNumbers, language: Language = "sv") -> ChartTable:
    """The table that stands under a chart."""
    headings = tuple(series.part.label.in_(language) for series in numbers.columns)
    rows = []
    for year in numbers.years:
        cells = tuple(
            cell(series.at(year), numbers.statuses, language, series.part.decimals)
            for series in numbers.columns
        )
        rows.append(TableRow(str(year), year in numbers.examples, cells))
    return ChartTable(headings, tuple(rows), {"sv": "År", "en": "Year"}[language])


def cell(
    point: Point | None, statuses: Mapping[str, Status], language: Language, decimals: int = 0
) -> TableCell:
    """One value with its sign; an absent one is a dash, a hidden one its letter."""
    if point is None:
        return TableCell("–", meaning={"sv": "uppgift saknas", "en": "no figure"}[language])
    known = [statuses[sign] for sign in point.letters if sign in statuses]
    meaning = ", ".join(status.label.in_(language) for status in known)
    if point.value is None:
        return TableCell(point.status, meaning=meaning)
    return TableCell(written(point.value, language, decimals), point.letters, meaning)


def csv_lines(numbers: ChartNumbers) -> list[list[Cell]]:
    """The table as the rows of a file, column names as in the open data."""
    names = [series.part.column for series in numbers.columns]
    columns = [column for name in names for column in (name, f"{name}_status")]
    lines: list[list[Cell]] = [["year", *columns, "is_example", "note"]]
    for year in numbers.years:
        points = [series.at(year) for series in numbers.columns]
        notes = once(point.note.sv for point in points if point)
        lines.append([year, *values_and_signs(points), int(year in numbers.examples), notes])
    return lines


def values_and_signs(points: Iterable[Point | None]) -> list[Cell]:
    """In a file, two cells for each: the value, and every sign it has."""
    return [each for p in points for each in (number(p), (p.letters or p.status) if p else "")]


def as_csv(lines: Sequence[Sequence[Cell]], *, for_programs: bool = False) -> str:
    """Rows as a file for a spreadsheet, as the board opens it, or for R and pandas."""
    return csv_text(lines, FOR_PROGRAMS if for_programs else FOR_SPREADSHEETS)


def number(point: Point | None) -> Cell:
    """A value in a file; a hidden one is empty, and so is a missing one."""
    if point is None or point.value is None:
        return None
    value = float(f"{point.value:.10g}")
    return int(value) if value.is_integer() else value


def number_with_signs(point: Point | None, language: Language, decimals: int = 0) -> str:
    """ "4", "4 p", "x" for a hidden value, and a dash for none."""
    if point is None:
        return "–"
    if point.value is None:
        return point.status
    value = written(point.value, language, decimals)
    return f"{value}{NB}{point.letters}" if point.letters else value


EDGE, TITLE, SUBTITLE, SMALL = 22, 20, 15, 13


def picture(card: ChartCard, foot: list[str], font: str = "") -> str:
    """The whole picture as SVG; `foot` are the lines below, `font` a data URL of the typeface."""
    title = theme.font(TITLE, theme.INK, 650)
    head, y = _lines([card.title], title, EDGE + 14)
    measure, y = _lines([card.subtitle], theme.font(SUBTITLE, theme.MUTED), y)
    chart = ""
    if card.figure:
        high = card.figure.layout.height
        place = f'<svg x="{EDGE}" y="{y - 8:g}" width="{theme.WIDTH}" height="{high:g}"'
        # As plain text: Markup would escape what is put in.
        chart = str(card.wide).replace("<svg", place, 1)
        y += high + 16
    notes, y = _lines(foot, theme.font(SMALL, theme.MUTED), y)
    width = theme.WIDTH + 2 * EDGE
    start = opened(width, y, f"{card.title}. {card.summary}")
    start = start.replace("viewBox", f'width="{width}" height="{y:g}" viewBox', 1)
    face = f'@font-face{{font-family:"Source Sans 3";font-weight:200 900;src:url({font})}}'
    style = f"<style>{face}</style>" if font else ""
    ground = f'<rect width="100%" height="100%" fill="{theme.CARD}"/>'
    return f"{start}{style}{ground}{head}{measure}{chart}{notes}</svg>"


def _lines(every: list[str], font: dict[str, float], y: float) -> tuple[str, float]:
    """Words broken to the width of a chart, and where the next thing begins."""
    size, weight = font["size"], int(font["weight"])
    lines = [line for each in every for line in theme.fitted(each, theme.WIDTH, size, weight)]
    placed = [(EDGE, y + index * size * 1.35, line) for index, line in enumerate(lines)]
    return together(words_at(placed, font)), y + len(lines) * size * 1.35 + 6


@cache
def font_data(folder: str) -> str:
    """The typeface as a data URL, for a file on disk cannot see the page's; "" without it."""
    path = Path(folder) / "vendor" / "source-sans-3.woff2"
    if not path.exists():
        return ""
    return f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()}"
