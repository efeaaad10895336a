"""The report as Word: real styles, headings and captions, tables to edit, charts as pictures."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from reports.documents.annual_report import Report
from reports.documents.content import Published, publisher, sign
from reports.documents.slide_pages import frozen
from reports.documents.texts import WORDS
from survey_data.typesetting import picture

PAGE_WIDTH = Cm(16)


def report_word(about: Published) -> bytes:
    """The whole report; the same release in one language gives the same bytes."""
    document, report = Document(), Report(about)
    _styles(document, about)
    _cover(document, report)
    _contents(document, WORDS["contents"].in_(about.language))
    for section in report.sections:
        document.add_heading(section["title"], 1)
        for block in section["blocks"]:
            _block(document, block, about)
    out = io.BytesIO()
    document.save(out)
    return frozen(out.getvalue(), about.day)


def _block(document: Any, block: dict[str, Any], about: Published) -> None:
    match block["kind"]:
        case "heading":
            document.add_heading(block["text"], block["level"])
        case "text":
            document.add_paragraph(_line(block["runs"]))
        case "lines":
            for item in block["items"]:
                document.add_paragraph(_line(item), "List Bullet")
        case "table":
            _table(document, block)
        case "chart":
            _chart(document, block, about)


def _line(runs: Sequence[dict[str, Any]]) -> str:
    """A paragraph as one text; the sign of a figure stands in brackets after it."""
    return "".join(f"{run['text']} ({run['sign']})" if run["sign"] else run["text"] for run in runs)


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


def _cover(document: Any, report: Report) -> None:
    """Who, what and when, and the summary in five lines."""
    about = report.about
    document.add_paragraph(publisher(about.data))
    document.add_paragraph(about.title, "Title")
    document.add_paragraph(report.subtitle, "Subtitle")
    document.add_paragraph(report.words["summary"], "Intense Quote")
    for line in report.summary:
        document.add_paragraph(_line(line), "List Number")
    for text in filter(None, (*report.footnotes, about.note, about.edition)):
        document.add_paragraph(text)
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


def _field(paragraph: Any, instruction: str, shown: str = "") -> None:
    """What Word works out itself when the file is opened; `shown` until then."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)
    if shown:
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = shown
        run.append(text)
        field.append(run)


def _caption(document: Any, block: dict[str, Any], text: str) -> Any:
    """A caption whose number Word counts itself, so that a new table or figure renumbers them."""
    caption = document.add_paragraph(f"{block['name']} ", "Caption")
    _field(caption, f"SEQ {block['name']} \\* ARABIC", block["number"])
    caption.add_run(f". {text}")
    return caption


def _chart(document: Any, chart: dict[str, Any], about: Published) -> None:
    """A chart as a picture that is read out in words, with its caption, notes and source."""
    document.add_heading(chart["title"], 2)
    if chart["drawing"]:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        drawn = io.BytesIO(picture(chart["drawing"], about.day))
        shape = paragraph.add_run().add_picture(drawn, width=PAGE_WIDTH)
        shape._inline.docPr.set("descr", chart["alt"])
        shape._inline.docPr.set("title", chart["title"])
    _caption(document, chart, chart["subtitle"])
    for comment in chart["comments"]:
        document.add_paragraph(comment, "Quote")
    for note in chart["notes"]:
        document.add_paragraph(f"{note['mark']}: {note['text']}" if note["mark"] else note["text"])
    if chart["source"]:
        document.add_paragraph(chart["source"])


def _table(document: Any, block: dict[str, Any]) -> None:
    """A table to edit, whose head is repeated on each page and read out as one."""
    _caption(document, block, block["caption"]).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block["head"]), style="Light Grid Accent 1")
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    rows = [[f"{cell['text']} {cell['sign']}".strip() for cell in row] for row in block["rows"]]
    for row, texts in zip([table.rows[0], *(table.add_row() for _ in rows)], [block["head"], *rows],
                          strict=True):  # fmt: skip
        for cell, text, is_number in zip(row.cells, texts, block["numeric"], strict=True):
            cell.text = text
            if is_number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for note in block["notes"]:
        document.add_paragraph(note)
    document.add_paragraph()
