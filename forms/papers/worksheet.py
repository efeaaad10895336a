"""The questions of a round to prepare from: definitions, last year's answers, empty boxes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

from forms.questionnaire.inventory import MODULES, OPTIONAL, SECTIONS
from forms.questionnaire.question import Question
from forms.respondent.respondent import Respondent

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
    titles = {each.key: each for each in SECTIONS}
    if module in OPTIONAL:
        of = MODULES[module]
        return WorksheetGroup(
            of.title(language), of.why(language), True, _rows(asked, respondent, language)
        )
    if section == CHANGE:
        title = _("Om något har ändrats sedan förra året")
        why = _("Formuläret frågar bara om ändringen är stor.")
    else:
        title, why = titles[section].title(language), titles[section].lead(language)
    is_optional = not any(q.required for q in asked)
    return WorksheetGroup(title, why, is_optional, _rows(asked, respondent, language))


def _rows(asked: list[Question], respondent: Respondent, language: str) -> tuple[WorksheetRow, ...]:
    return tuple(_row(question, respondent, language) for question in asked)


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


def as_data(group: WorksheetGroup) -> dict[str, Any]:
    """A group as a template of Typst takes it."""
    return asdict(group) | {
        "rows": [asdict(row) | {"choices": list(row.choices)} for row in group.rows]
    }
