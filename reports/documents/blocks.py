"""What a document is made of, whatever shows it: paragraphs, lists, headings, tables, charts."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.charts.card import ChartCard
from reports.data.chart_model import Language, Point
from reports.documents.content import MOST_ROWS, comments, cut, row_heads, source_line, subtitle
from reports.text.grammar import written

Block = dict[str, Any]


def piece(value: object) -> Block:
    """A piece of a paragraph, or a cell of a table."""
    return {"text": str(value), "sign": ""}


def paragraph(text: str) -> Block:
    """One paragraph."""
    return {"kind": "text", "runs": [piece(text)]}


def bullets(lines: Sequence[str]) -> Block:
    """A list."""
    return {"kind": "lines", "items": [[piece(line)] for line in lines]}


def heading(text: str, level: int = 2) -> Block:
    """A heading inside a section, whose own is of level 1."""
    return {"kind": "heading", "text": text, "level": level}


def cells(rows: Sequence[Sequence[str]]) -> list[list[Block]]:
    """Rows of words as rows of cells."""
    return [[piece(value) for value in row] for row in rows]


def valued(point: Point, language: Language) -> Block:
    """A published value with its sign; x alone where it is hidden."""
    text = "x" if point.value is None else written(point.value, language)
    return {"text": text, "sign": point.letters.replace("x", "")}


def sentence(line: str) -> str:
    """A finding with its full stop."""
    return line if not line or line.endswith(".") else f"{line}."


def table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Mapping[str, str]]],
    numeric: Sequence[bool] = (),
    notes: Sequence[str] = (),
) -> Block:
    """A table; `numeric` says which columns hold numbers, which stand to the right."""
    every = [*numeric] or [False] * len(head)
    return {"kind": "table", "caption": caption, "head": [*head], "rows": [[*r] for r in rows],
            "numeric": every, "notes": [*notes]}  # fmt: skip


def chart(card: ChartCard, language: Language) -> Block:
    """A chart: its drawing and the words around it."""
    return {
        "kind": "chart",
        "key": card.key,
        "title": card.title,
        "subtitle": subtitle(card, language),
        # The typesetter knows weights by the hundred only, and has this one.
        "drawing": str(card.wide).replace('font-weight="650"', 'font-weight="600"'),
        "alt": card.summary,
        "notes": [{"mark": note.mark, "text": note.text} for note in card.notes],
        "comments": comments(card, language),
        "source": source_line(card, language),
    }


def chart_table(card: ChartCard, language: Language) -> Block:
    """The numbers of a chart, no more rows than can be read."""
    card, left_out = cut(card, MOST_ROWS, language)
    rows = [
        [piece(head), *({"text": c.text, "sign": c.sign} for c in row.cells)]
        for head, row in zip(row_heads(card, language), card.table.rows, strict=True)
    ]
    head = [card.table.corner, *card.table.headings]
    return table(card.title, head, rows, (False, *card.table.numeric), [left_out] * bool(left_out))


def number(sections: Sequence[Block], words: Mapping[str, str]) -> None:
    """Give every table and figure its number, in the order that they are read."""
    counted = {"table": 0, "chart": 0}
    for block in (block for section in sections for block in section["blocks"]):
        if (kind := block["kind"]) in counted:
            counted[kind] += 1
            block["number"], block["name"] = str(counted[kind]), words[kind]
