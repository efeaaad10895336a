"""A table as a file, CSV or XLSX; no cell is ever taken for a formula.

One rule for every CSV: the one that a Swedish Excel, LibreOffice and Numbers open right. Where
programs read it too there is a choice of the other, which R and pandas read without being told.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from survey_data import clock
from survey_data.typed_text import for_any_file

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
WIDEST = 60
# More than this in a cell, and Excel says that the file is damaged.
MOST_IN_CELL = 32_767
# The first moment that a zip file can tell.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD_IN_SIGHT = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)
# A cell is as usual, or bold.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Where a cell may begin that a spreadsheet calculates: also inside a text, for one that has another
# sign between cells than the file, as Excel has in another country, begins a new cell there.
_BEGINS, _FORMULA = r"(^|[,;\t\r\n])", r"(?=[\"']*[=+\-@\t\r])"
_SIGNS = re.compile(r"[=+\-@\t\r]")
_BARE, _DEFUSED = re.compile(_BEGINS + _FORMULA), re.compile(f"{_BEGINS}'{_FORMULA}")


def defuse(text: str) -> str:
    """A text of which no spreadsheet takes anything for a formula, by an apostrophe before each."""
    # Few texts have any such sign, and to look for one is quick.
    return _BARE.sub(r"\1'", text) if _SIGNS.search(text) else text


def as_meant(text: str) -> str:
    """A text as it was before it was defused."""
    return _DEFUSED.sub(r"\1", text)


def moment_cell(moment: str | None) -> str:
    """A stored moment as a spreadsheet reads it, in Swedish time."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@dataclass(frozen=True)
class CsvRule:
    """How a CSV file is written: what stands between cells and before decimals, and its start."""

    separator: str
    decimal: str
    begins: str


# The byte order mark makes Excel read å, ä and ö right; R would take it for a letter.
FOR_SPREADSHEETS = CsvRule(";", ",", "\ufeff")
FOR_PROGRAMS = CsvRule(",", ".", "")


def table_file(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    format: Format,
    rule: CsvRule = FOR_SPREADSHEETS,
) -> bytes:
    """The table as a file of the format: numbers as numbers, texts as texts."""
    if format == "xlsx":
        return workbook([("ASF", [columns, *rows])])
    return csv_text([columns, *rows], rule).encode()


def csv_text(rows: Iterable[Sequence[Cell]], rule: CsvRule = FOR_SPREADSHEETS) -> str:
    """Rows as a CSV text by the rule, the header among them."""
    out = io.StringIO(newline="")
    out.write(rule.begins)
    writer = csv.writer(out, delimiter=rule.separator, lineterminator="\r\n")
    writer.writerows([_cell(cell, rule) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Cell, rule: CsvRule) -> Cell:
    if isinstance(cell, float):
        return str(cell).replace(".", rule.decimal)
    return defuse(cell) if isinstance(cell, str) else cell


def workbook(
    sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]], created: datetime | None = None
) -> bytes:
    """Sheets of rows by their titles, the first row of each a heading that stays in sight.

    Written as it stands, cell by cell: a library of workbooks takes ten times as long, and a
    large file is what people wait for. The same rows and moment always make the same bytes.
    """
    tables, out = dict(sheets), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts([*tables], created):
            archive.writestr(zip_entry(name), XML + text)
        for number, rows in enumerate(tables.values(), 1):
            with archive.open(zip_entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                part.writelines(line.encode() for line in _sheet(rows))
    return out.getvalue()


def zip_entry(name: str) -> zipfile.ZipInfo:
    """A compressed file of a zip file, without a clock."""
    facts = zipfile.ZipInfo(name, ZIP_EPOCH)
    facts.compress_type = zipfile.ZIP_DEFLATED
    facts.external_attr = 0o644 << 16
    return facts


def _parts(titles: Sequence[str], created: datetime | None) -> Iterator[tuple[str, str]]:
    """What a workbook has beside its sheets: what each file is, which there are, and two styles."""
    numbers = range(1, len(titles) + 1)
    sheets = [f"/xl/worksheets/sheet{n}.xml" for n in numbers]
    kinds = [
        ("/xl/workbook.xml", f"{MAIN_TYPE}sheet.main+xml"),
        ("/xl/styles.xml", f"{MAIN_TYPE}styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        *((sheet, f"{MAIN_TYPE}worksheet+xml") for sheet in sheets),
    ]
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(f'<Override PartName="{p}" ContentType="{kind}"/>' for p, kind in kinds)
            + "</Types>"
        ),
    )
    yield "_rels/.rels", _relations([
        (f"{OFFICE}/officeDocument", "/xl/workbook.xml"),
        (f"{PACKAGE}/relationships/metadata/core-properties", "/docProps/core.xml"),
    ])  # fmt: skip
    moment = f"{created:%Y-%m-%dT%H:%M:%SZ}" if created else ""
    dates = "".join(
        f'<dcterms:{each} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{each}>'
        for each in ("created", "modified")
    )
    yield "docProps/core.xml", (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + dates * bool(created) + "</cp:coreProperties>"
    )  # fmt: skip
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            [*((f"{OFFICE}/worksheet", s) for s in sheets), (f"{OFFICE}/styles", "/xl/styles.xml")]
        ),
    )
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, title in zip(numbers, titles, strict=True)
    )
    yield (
        "xl/workbook.xml",
        (f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'),
    )
    yield "xl/styles.xml", STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    found = (
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(found)}</Relationships>'


def _sheet(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The XML of a sheet, row by row."""
    yield f'{XML}<worksheet xmlns="{MAIN}">{HEAD_IN_SIGHT}<cols>'
    for place in range(len(rows[0])):
        widest = max(len(str(row[place])) for row in rows if len(row) > place)
        number, width = place + 1, min(WIDEST, 2 + widest)
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    letters = [_letters(place) for place in range(max(map(len, rows)))]
    for number, row in enumerate(rows, 1):
        style = ' s="1"' if number == 1 else ""
        cells = (
            _sheet_cell(f'<c r="{letter}{number}"{style}', value)
            for letter, value in zip(letters, row, strict=False)
            # An empty cell is one that is not there.
            if value is not None and value != ""
        )
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData></worksheet>"


def _letters(place: int) -> str:
    """The name of a column: A to Z, AA, AB and so on."""
    before, letter = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + letter)


def _sheet_cell(begins: str, value: Any) -> str:
    if not isinstance(value, str):
        kind = ' t="b"' if isinstance(value, bool) else ""
        # Fails for what is no number.
        return f"{begins}{kind}><v>{+value!r}</v></c>"
    text = value if value.isprintable() else for_any_file(value)
    escaped = escape(text[:MOST_IN_CELL], {"\r": "&#13;"})
    space = "" if text == " ".join(text.split()) else ' xml:space="preserve"'
    # A text by its type is never worked out, whatever it begins with.
    return f'{begins} t="inlineStr"><is><t{space}>{escaped}</t></is></c>'
