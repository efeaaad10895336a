"""The report as Word: real styles, headings and captions, tables to edit, charts as pictures."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from reports.charts.cards import charts_of
from reports.documents.content import Published, content, sign
from reports.documents.municipality import MunicipalityFacts
from reports.documents.slide_pages import frozen
from reports.documents.texts import WORDS
from reports.text.what_happened import what_happened
from survey_data.geography import MUNICIPALITIES
from survey_data.typesetting import picture

PAGE_WIDTH = Cm(16)


def report_word(about: Published) -> bytes:
    """The whole report; the same release in one language gives the same bytes."""
    document = Document()
    said = content(about)
    words = {key: each[about.language] for key, each in WORDS.items()}
    _styles(document, about)
    _cover(document, said)
    _contents(document, words["contents"])
    _in_brief(document, about, said, words)
    _what_was_done(document, about, words)
    document.add_heading(words["charts"], 1)
    for number, chart in enumerate(said["charts"], start=1):
        _chart(document, chart, f"{words['chart']} {number}", about)
    _municipalities(document, about, words)
    _quality(document, said, words)
    out = io.BytesIO()
    document.save(out)
    return frozen(out.getvalue(), about.day)


def _styles(document: Any, about: Published) -> None:
    """The typeface, the language that is spelt and read out, and the file's own facts."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Source Sans 3", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE" if about.language == "sv" else "en-GB")
    normal.element.get_or_add_rPr().append(language)
    sign(document.core_properties, about)
    document.core_properties.comments = ""
    foot = document.sections[0].footer.paragraphs[0]
    foot.text = f"{about.title}. {about.edition} "
    _field(foot, "PAGE")


def _cover(document: Any, said: dict[str, Any]) -> None:
    document.add_paragraph(said["title"], "Title")
    document.add_paragraph(said["subtitle"], "Subtitle")
    if said["finding"]:
        document.add_paragraph(said["finding"], "Intense Quote")
    for line in filter(None, (said["publisher"], said["edition"], said["note"])):
        document.add_paragraph(line)
    document.add_page_break()


def _contents(document: Any, title: str) -> None:
    """A table of contents that Word fills in when the file is opened."""
    document.add_paragraph(
        title, "TOC Heading" if "TOC Heading" in document.styles else "Heading 1"
    )
    _field(document.add_paragraph(), 'TOC \\o "1-2" \\h \\z \\u')
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    document.settings.element.append(update)
    document.add_page_break()


def _field(paragraph: Any, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)


def _in_brief(document: Any, about: Published, said: dict[str, Any], words: dict[str, str]) -> None:
    """The summary in at most five lines, then every year in words."""
    opening = what_happened(charts_of(about.data), about.language)
    document.add_heading(words["in_brief"], 1)
    lines = (f"{opening.headline}.", opening.lead, opening.paragraph, said["headline"])
    for line in dict.fromkeys(filter(None, (line.replace("..", ".") for line in lines))):
        document.add_paragraph(line, "List Bullet")
    document.add_heading(words["year_by_year"], 1)
    for year in said["years"]:
        document.add_heading(year["head"], 2)
        document.add_paragraph(year["text"])


def _what_was_done(document: Any, about: Published, words: dict[str, str]) -> None:
    timeline = about.data.milestones_by_year(about.language)
    if not timeline:
        return
    document.add_heading(words["what_was_done"], 1)
    for year, happened in timeline.items():
        document.add_heading(str(year), 2)
        for label, places in happened.items():
            where = f" ({', '.join(places)})" if places else ""
            document.add_paragraph(f"{label}{where}.", "List Bullet")


def _chart(document: Any, chart: dict[str, Any], name: str, about: Published) -> None:
    """A chart as a picture that is read out in words, with its caption, notes and table."""
    document.add_heading(chart["title"], 2)
    if chart["drawing"]:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        drawn = io.BytesIO(picture(chart["drawing"], about.day))
        shape = paragraph.add_run().add_picture(drawn, width=PAGE_WIDTH)
        shape._inline.docPr.set("descr", chart["alt"])
        shape._inline.docPr.set("title", chart["title"])
    document.add_paragraph(f"{name}. {chart['subtitle']}", "Caption")
    if chart["summary"]:
        document.add_paragraph(chart["summary"])
    for comment in chart["comments"]:
        document.add_paragraph(comment, "Quote")
    for note in chart["notes"]:
        document.add_paragraph(f"{note['mark']}: {note['text']}" if note["mark"] else note["text"])
    table = chart["table"]
    rows = [
        [row["head"], *(f"{cell['text']} {cell['sign']}".strip() for cell in row["cells"])]
        for row in table["rows"]
    ]
    _table(document, [table["corner"], *table["headings"]], rows, [False, *table["numeric"]])
    if chart["source"]:
        document.add_paragraph(chart["source"])


def _table(
    document: Any, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]
) -> None:
    """A table to edit, whose head is repeated on each page and read out as one."""
    table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row, texts in zip([table.rows[0], *(table.add_row() for _ in rows)], [head, *rows],
                          strict=True):  # fmt: skip
        for cell, text, is_number in zip(row.cells, texts, numeric, strict=True):
            cell.text = text
            if is_number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _municipalities(document: Any, about: Published, words: dict[str, str]) -> None:
    document.add_heading(words["municipalities"], 1)
    for area in MUNICIPALITIES:
        facts = MunicipalityFacts(about.data, area, about.language)
        document.add_heading(facts.title, 2)
        for year, text in (*facts.decided, *facts.done):
            document.add_paragraph(f"{year}: {text}" if year != "–" else text, "List Bullet")
        if facts.places:
            document.add_paragraph(facts.lead)


def _quality(document: Any, said: dict[str, Any], words: dict[str, str]) -> None:
    document.add_heading(words["quality"], 1)
    document.add_paragraph(words["quality_lead"])
    names = ("year", "asked", "answered", "share", "reference_day", "values", "hidden")
    _table(document, [words[n] for n in names], said["coverage"], [False, *(True,) * 6])
    document.add_paragraph(said["hidden"])
    if said["discrepancies"]:
        document.add_heading(words["discrepancies"], 2)
        for line in said["discrepancies"]:
            document.add_paragraph(line, "List Bullet")
    for title, head, rows in (
        ("signs", ("sign", "meaning", "explanation"), said["signs"]),
        ("definitions", ("measure", "unit", "definition"), said["definitions"]),
    ):
        document.add_heading(words[title], 2)
        _table(document, [words[name] for name in head], rows, [False] * 3)
    document.add_heading(words["sources"], 1)
    for source in said["sources"]:
        named = ", ".join(filter(None, (source["title"], source["publisher"], source["url"])))
        document.add_paragraph(named, "List Bullet")
    document.add_paragraph(said["edition"])
