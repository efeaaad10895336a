"""One chart as a page, a document or a slide shows it: every word and number ready, drawn late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from reports.charts import theme
from reports.charts.figures import for_page, svg
from reports.charts.tables import ChartTable
from reports.data.chart_model import ChartNumbers, Language, OutsideEvent, Words
from reports.data.model import ChartComment, OpenData, PublishedSource
from reports.text.summaries import Note

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class ChartCard:
    """One chart with its finding, drawing, notes, table and sources, in one language.

    `draw` makes the figure for a wide card or a phone; None where no value can be shown. `steps`
    is what the arrow keys go between. `lines` are the CSV file's rows, its column names first.
    `query` is the SQL that gives the same figures in the open data.
    """

    key: str
    title: str
    subtitle: str
    summary: str
    draw: "Callable[..., Figure | None]"
    steps: Literal["years", "rows", "places"]
    notes: list[Note]
    table: ChartTable
    sources: list[PublishedSource]
    lines: Sequence[Sequence[str | int]]
    query: str
    is_example: bool = False
    events: tuple[OutsideEvent, ...] = ()
    comments: tuple[ChartComment, ...] = ()
    # The query of the address, for a view that the reader has chosen.
    state: str = ""
    # Of a chart over years.
    numbers: ChartNumbers | None = None

    @cached_property
    def figure(self) -> "Figure | None":
        """The plotly figure for a wide card."""
        return self.draw(narrow=False)

    @cached_property
    def narrow_figure(self) -> "Figure | None":
        """The plotly figure for a phone."""
        return self.draw(narrow=True)

    @cached_property
    def wide(self) -> Markup:
        """The drawing that a wide page shows first."""
        return self._drawing(self.figure, "wide", theme.WIDTH)

    @cached_property
    def narrow(self) -> Markup:
        """The drawing that a phone shows first."""
        return self._drawing(self.narrow_figure, "narrow", theme.NARROW_WIDTH)

    @cached_property
    def for_page(self) -> dict[str, Any] | None:
        """What plotly mounts on a page at a touch; None where the drawing stays."""
        if self.steps == "places":
            return None
        return for_page(self.figure, self.narrow_figure) if self.figure else None

    @property
    def is_over_years(self) -> bool:
        """Whether it is drawn over years, and so has a course to tell in a sentence."""
        return self.steps == "years" and self.figure is not None

    def _drawing(self, figure: "Figure | None", name: str, width: int) -> Markup:
        if figure is None:
            return Markup("")
        drawn = svg.draw(figure, self.summary, width=width, uid=f"{self.key}-{name}")
        return Markup(drawn)  # noqa: S704 (svg escapes)


@dataclass(frozen=True)
class Panel:
    """A chart that is not over years: its short name, and what makes its card.

    There is no card while nothing is published for it.
    """

    key: str
    name: Words
    card: Callable[[OpenData, Language], ChartCard | None]
