"""The questions of a round to prepare from: definitions, last year's answers, empty boxes.

In the spreadsheet nothing is locked, and no text is a formula.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from forms.papers import Head
from forms.questionnaire.inventory import MODULES, OPTIONAL, SECTIONS
from forms.questionnaire.question import Question
from forms.respondent.respondent import Respondent
from survey_data.typed_text import for_any_file

# Asked beside a number, or of the whole, when the form is filled in.
NOT_PREPARED = ("certify",)
# A longer list is for the form, where one can search it.
MOST_CHOICES = 12
CHANGE = "forandring"


@dataclass(frozen=True)
class WorksheetRow:
    """One question as it is prepared."""

    label: str
    help: str
    choices: tuple[str, ...]
    before: str
    kind: str
    is_part: bool


@dataclass(frozen=True)
class WorksheetGroup:
    """The questions of one section or module, and why they are asked."""

    title: str
    why: str
    is_optional: bool
    rows: tuple[WorksheetRow, ...]


def groups(respondent: Respondent, language: str) -> list[WorksheetGroup]:
    """Every question of the round, in the order of the form."""
    asked = [q for q in respondent.questionnaire.questions if _is_prepared(q)]
    keys = dict.fromkeys((q.section, q.module) for q in asked)
    return [
        _group(section, module, [q for q in asked if (q.section, q.module) == (section, module)],
               respondent, language)
        for section, module in keys
    ]  # fmt: skip


def _is_prepared(question: Question) -> bool:
    return not (question.withdrawn or question.blank_of or question.name in NOT_PREPARED)


def _group(
    section: str, module: str, asked: list[Question], respondent: Respondent, language: str
) -> WorksheetGroup:
    is_optional = module in OPTIONAL or not any(q.required for q in asked)
    if module in OPTIONAL:
        title, why = MODULES[module].title(language), MODULES[module].why(language)
    elif section == CHANGE:
        title = _("Om något har ändrats sedan förra året")
        why = _("Formuläret frågar bara om ändringen är stor.")
    else:
        page = next(each for each in SECTIONS if each.key == section)
        title, why = page.title(language), page.lead(language)
    rows = tuple(_row(question, respondent, language) for question in asked)
    return WorksheetGroup(title, why, is_optional, rows)


def _row(question: Question, respondent: Respondent, language: str) -> WorksheetRow:
    choices = _choices(question, language)
    return WorksheetRow(
        question.label(language),
        _help(question, language, bool(choices)),
        choices,
        _before(question, respondent, language),
        question.kind,
        bool(question.part_of),
    )


def _choices(question: Question, language: str) -> tuple[str, ...]:
    if question.kind == "yes_no":
        return (question.show(True, language), question.show(False, language))
    if len(question.choices) > MOST_CHOICES:
        return ()
    return tuple(c.label(language) for c in question.choices)


def _help(question: Question, language: str, listed: bool) -> str:
    said = [question.help(language)]
    if question.choices and not listed:
        said.append(_("Ni väljer ur en lista i formuläret."))
    if question.kind == "several" and not question.help(language):
        said.append(_("Flera svar går bra."))
    return " ".join(text for text in said if text)


def _before(question: Question, respondent: Respondent, language: str) -> str:
    """What was answered the year before; never who answered, for the link alone opens this."""
    if question.private or question.section == CHANGE:
        return ""
    return question.show(respondent.last_year.get(question.name), language)


WIDTHS = (44, 62, 22, 26)
COUNTED = ("whole_number", "computed")
# What a spreadsheet takes as a list to choose from, typed into the rule itself.
LONGEST_LIST = 250
BOX = Border(*(Side(style="thin", color="7B8794"),) * 4)
TINT = PatternFill("solid", fgColor="EAF1F7")


def worksheet_file(head: Head, groups: Sequence[WorksheetGroup]) -> bytes:
    """The workbook's bytes."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("Arbetsblad")
    book.properties.title, book.properties.language = head.title, head.language
    book.properties.creator = head.author
    _set_page(sheet)
    _begin(sheet, head)
    for group in groups:
        _add_group(sheet, group)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _set_page(sheet: Worksheet) -> None:
    for letter, width in zip("ABCD", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _begin(sheet: Worksheet, head: Head) -> None:
    _line(sheet, [head.title], bold=True, size=16)
    for text in (head.who, *head.lines):
        _line(sheet, [text])
    _line(sheet, [])
    asked, before, answer = head.columns
    _line(sheet, [asked, _("Förklaring"), before, answer], bold=True)
    last = sheet.max_row
    sheet.freeze_panes, sheet.print_title_rows = f"A{last + 1}", f"{last}:{last}"


def _line(sheet: Worksheet, texts: Sequence[str], bold: bool = False, size: int = 11) -> list[Cell]:
    # A row of nothing is not kept by `append`.
    place = sheet.max_row + 1 if sheet["A1"].value else 1
    cells = [sheet.cell(place, column, for_any_file(text)) for column, text in enumerate(texts, 1)]
    if not texts:
        sheet.cell(place, 1, "")
    for cell in cells:
        cell.data_type, cell.font = "s", Font(bold=bold, size=size)
    return cells


def _add_group(sheet: Worksheet, group: WorksheetGroup) -> None:
    title = f"{group.title} ({_('frivilligt')})" if group.is_optional else group.title
    for cell in _line(sheet, [title, group.why, "", ""], bold=True):
        cell.fill, cell.alignment = TINT, Alignment(wrap_text=True, vertical="top")
    for row in group.rows:
        _add_row(sheet, row)


def _add_row(sheet: Worksheet, row: WorksheetRow) -> None:
    listed = _("Välj: %(choices)s.", choices="; ".join(row.choices)) if row.choices else ""
    explained = " ".join(text for text in (row.help, listed) if text)
    cells = _line(sheet, [row.label, explained, row.before, ""])
    for cell in cells:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    cells[0].alignment = Alignment(wrap_text=True, vertical="top", indent=2 if row.is_part else 0)
    if row.kind in COUNTED and row.before.isdigit():
        cells[2].value = int(row.before)
    answer = cells[3]
    answer.value, answer.border = None, BOX
    rule = _rule(row)
    if rule is not None:
        sheet.add_data_validation(rule)
        rule.add(answer)


def _rule(row: WorksheetRow) -> DataValidation | None:
    """What the box takes without a warning: a whole number, or one of the choices."""
    if row.kind in COUNTED:
        return DataValidation(
            type="whole", operator="greaterThanOrEqual", formula1="0", errorStyle="warning",
            error=_("Skriv ett heltal, eller lämna rutan tom."), showErrorMessage=True,
        )  # fmt: skip
    listed = f'"{",".join(row.choices)}"'
    commas = any("," in choice or '"' in choice for choice in row.choices)
    if not row.choices or row.kind == "several" or commas or len(listed) > LONGEST_LIST:
        return None
    return DataValidation(type="list", formula1=listed, allow_blank=True)
