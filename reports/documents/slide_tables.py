"""Tables on slides, with a head that is marked as one."""

from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from reports.charts import theme
from reports.documents.slide_charts import rgb

# PowerPoint's "No Style, Table Grid" without its grid: hairlines are ours.
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True)
class Grid:
    """The words of a table, its head first."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numeric: tuple[bool, ...]

    @property
    def shares(self) -> list[float]:
        """How much of the width each column wants, by its longest words."""
        columns = zip(self.headings, *self.rows, strict=True)
        longest = [min(30, max(6, *map(len, column))) for column in columns]
        return [each / sum(longest) for each in longest]


def add_table(slide: Any, grid: Grid, left: Any, top: Any, width: Any) -> Any:
    """A table with a marked head and a leading first column."""
    high = Inches(0.36)
    size = (len(grid.rows) + 1, len(grid.headings))
    frame = slide.shapes.add_table(*size, left, top, width, high * size[0])
    table = frame.table
    table.first_row, table.first_col, table.horz_banding = True, True, False
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
    for column, share in zip(table.columns, grid.shares, strict=True):
        column.width = int(width * share)
    for index, words in enumerate((grid.headings, *grid.rows)):
        table.rows[index].height = high
        for column, text in enumerate(words):
            place = PP_ALIGN.RIGHT if grid.numeric[column] else PP_ALIGN.LEFT
            cell = table.cell(index, column)
            _cell(cell, text, place, bold=column == 0 or index == 0, head=index == 0)
    return frame


def _cell(cell: Any, text: str, place: PP_ALIGN, *, bold: bool, head: bool) -> None:
    cell.text_frame.text = text
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Pt(2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = place
    paragraph.font.size, paragraph.font.bold = Pt(14), bold
    paragraph.font.color.rgb = rgb(theme.INK)
    _underline(cell, theme.EDGE if head else theme.LINE)


def _underline(cell: Any, colour: str) -> None:
    """A hairline below; the library has no word for the borders of a cell."""
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": "9525"})
    fill = line.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": colour.removeprefix("#")}))
    line.append(fill)
    properties.insert(0, line)
