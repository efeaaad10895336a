"""What an old file would become: each line with who it is, what it answered, what is wrong."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.archive import Fault, answer_columns, shown
from forms.archive.answer_columns import (
    IDENTITY,
    MUNICIPALITY,
    NAME,
    ORG_NUMBER,
    UNIT,
    YEAR,
    read_cell,
    unreadable_words,
)
from forms.archive.enterprise_matching import Unknown, Who, Whose
from forms.archive.file_table import FileTable
from forms.checks import checking, messages
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from forms.questionnaire.types import Unreadable, Value
from survey_data.history.imported_rounds import Line
from survey_data.register.enterprises import Enterprise
from survey_data.responses.drafts import Answers
from survey_data.review import FiredCheck, decisions


@dataclass(frozen=True)
class Wanted:
    """What was decided about a file: its year and day, which column is which question.

    `header_line` is the line with the columns' names, None where it is found; `left_out` are the
    lines that are not read, None where it is those that only add up others.
    """

    year: int
    reference_date: date
    columns: Sequence[str]
    frame_is_known: bool = True
    matches: Mapping[str, str] = field(default_factory=dict)
    header_line: int | None = None
    left_out: Sequence[int] | None = None


@dataclass(frozen=True)
class Planned:
    """One line as it would be stored, and what the checks say of it."""

    number: int
    name: str
    enterprise: Enterprise | None
    municipality_code: str | None
    answers: Answers | None
    cells: Mapping[str, str]
    fired: tuple[FiredCheck, ...] = ()

    @property
    def hard(self) -> list[FiredCheck]:
        """What the form would not have let through."""
        return checking.must_be_put_right(self.fired)

    @property
    def soft(self) -> list[FiredCheck]:
        """What the form or the reviewer would have asked about."""
        return [f for f in self.fired if f.kind == "soft"]


@dataclass
class Plan:
    """What would be stored, who is not in the register, and what stands in the way."""

    questionnaire: Questionnaire
    lines: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    other_years: int = 0
    remarks: list[Fault] = field(default_factory=list)
    holds_a_person: bool = False

    @property
    def answered(self) -> int:
        """How many lines have an answer."""
        return sum(line.answers is not None for line in self.lines)

    @property
    def undecided(self) -> list[Unknown]:
        """Those not in the register that nobody has said what to do with."""
        return [each for each in self.unknown if not each.chosen]

    @property
    def hard(self) -> list[Planned]:
        """The lines that the form would not have let through."""
        return [line for line in self.lines if line.hard]

    @property
    def mark(self) -> str:
        """A mark that is another one when something else would be stored."""
        facts = [(x.number, x.enterprise, x.municipality_code, x.answers) for x in self.lines]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def to_store(self) -> list[Line]:
        """The lines, each of an enterprise that is known or to be added."""
        return [
            Line(x.number, x.enterprise, x.municipality_code, x.answers, x.cells)
            for x in self.lines
            if x.enterprise
        ]


def header_faults(header: Sequence[str], columns: Sequence[str], line: int = 0) -> Iterator[Fault]:
    """What is wrong with which column is which question; the header's `line`."""
    chosen = [name for name in columns if name]
    for name in dict.fromkeys(n for n in chosen if chosen.count(n) > 1):
        column = header[columns.index(name)]
        yield Fault(line, column, _("Två kolumner är samma fråga. Välj en av dem."))
    if ORG_NUMBER not in chosen and NAME not in chosen:
        yield Fault(line, "", _("Välj vilken kolumn som har organisationsnumret eller namnet."))
    known = answer_columns.asked(2000)
    counted = [n for n in chosen if n != YEAR and n not in IDENTITY and known[n].typed]
    if not counted:
        words = _(
            "Välj minst en kolumn som är ett svar. Summan av placerade räknas ut av delarna;"
            " finns bara summor, ange totaler i stället."
        )
        yield Fault(line, "", words)


class Planner:
    """Reads the lines of one file against the register and the year before."""

    def __init__(self, db: Database, found: FileTable, wanted: Wanted, language: str) -> None:
        left_out = found.sums if wanted.left_out is None else wanted.left_out
        self.table = found.without(left_out)
        self.wanted, self.language = wanted, language
        self.asked = answer_columns.asked(wanted.year)
        self.who = Who(db, wanted.year, wanted.matches)
        own = answer_columns.subset(wanted.year, [n for n in wanted.columns if n != YEAR])
        self.plan = Plan(own)
        self.before = {
            each.enterprise_id: each.response.answers
            for each in decisions.responses_as_reviewed(db, wanted.year - 1)
        }

    def read(self) -> Plan:
        """Every line of the file that is of the year."""
        for number, cells in self.table.lines:
            texts = {n: cells[at] if at < len(cells) else ""
                     for at, n in enumerate(self.wanted.columns) if n}  # fmt: skip
            if self._is_of_year(number, texts):
                self._line(number, texts)
        if not self.plan.lines and not self.plan.faults:
            words = _("Filen har ingen rad för %(year)s.", year=self.wanted.year)
            self.plan.faults.append(Fault(0, "", words))
        self.plan.unknown = self.who.unknown
        return self.plan

    def _column(self, name: str) -> str:
        return self.table.header[self.wanted.columns.index(name)]

    def _is_of_year(self, number: int, texts: dict[str, str]) -> bool:
        text = re.sub(r"[.,]0+$", "", texts.get(YEAR, str(self.wanted.year)).strip())
        if not text.isdecimal() or len(text) != 4:
            self._fault(number, YEAR, _("Skriv årtalet med fyra siffror."), text)
            return False
        self.plan.other_years += int(text) != self.wanted.year
        return int(text) == self.wanted.year

    def _fault(self, number: int, name: str, words: str, value: str = "") -> None:
        column = self._column(name) if name in self.wanted.columns else ""
        self.plan.faults.append(Fault(number, column, words, shown(value)))

    def _line(self, number: int, texts: dict[str, str]) -> None:
        bad, answers = len(self.plan.faults), dict[str, Value]()
        self.plan.faults += self.table.faults_in(number, self.wanted.columns)
        for name, text in texts.items():
            if name != YEAR:
                answers[name] = self._cell(number, self.asked[name], text)
        if len(self.plan.faults) > bad:
            return
        org_number, name, unit, town = (
            str(answers.get(n) or "") for n in (ORG_NUMBER, NAME, UNIT, MUNICIPALITY)
        )
        whose = Whose(number, org_number, name, unit, town or None)
        trouble = self.who.trouble(whose)
        if trouble:
            self._fault(number, ORG_NUMBER if ORG_NUMBER in texts else NAME, trouble)
            return
        self.plan.lines.append(self._planned(whose, answers, texts))

    def _cell(self, number: int, question: Question, text: str) -> Value:
        try:
            return read_cell(question, text)
        except Unreadable as fault:
            self.plan.holds_a_person |= fault.check == "personal_number"
            words = unreadable_words(fault, question, self.language)
            self._fault(number, question.name, words, text)
            return None

    def _planned(
        self, whose: Whose, answers: dict[str, Value], texts: Mapping[str, str]
    ) -> Planned:
        enterprise = self.who.enterprise(whose)
        own = self.plan.questionnaire
        given = {
            n: v for n, v in answers.items() if n not in IDENTITY and n in own and own[n].typed
        }
        said = None
        if any(value is not None for value in given.values()):
            said = own.with_computed(answers)
            self._compare_sums(whose.number, answers, said)
        fired = self._checked(said, enterprise) if said is not None else ()
        return Planned(whose.number, whose.said, enterprise, whose.municipality_code, said, texts,
                       fired)  # fmt: skip

    def _checked(self, said: Answers, enterprise: Enterprise | None) -> tuple[FiredCheck, ...]:
        before = self.before.get(enterprise.id) if enterprise and enterprise.id else None
        day = self.wanted.reference_date.isoformat()
        return tuple(checking.run(self.plan.questionnaire, said, before, reference_date=day))

    def _compare_sums(self, number: int, answers: Answers, said: Answers) -> None:
        """A sum that the file states beside its parts is never kept, but never passed over."""
        for name, stated in answers.items():
            if self.asked[name].typed or stated in (None, said.get(name)):
                continue
            words = _("Filen anger %(stated)s, men delarna blir %(sum)s. Delarna tas in.",
                      stated=stated, sum=said.get(name))  # fmt: skip
            self.plan.remarks.append(Fault(number, self._column(name), words))


def said(plan: Plan, kind: str, language: str) -> dict[str, list[Planned]]:
    """What the checks say ("hard" or "soft"), each sentence once with the lines it is about."""
    found: dict[str, list[Planned]] = {}
    for line in plan.lines:
        for fired in line.hard if kind == "hard" else line.soft:
            found.setdefault(messages.say(fired, plan.questionnaire, language), []).append(line)
    return found


def choices_of(wanted: Wanted) -> dict[str, Any]:
    """What was decided, as it is kept with the file."""
    day = wanted.reference_date.isoformat()
    return {**vars(wanted), "reference_date": day, "matches": dict(wanted.matches)}


def wanted_from(choices: Mapping[str, Any]) -> Wanted:
    """What was decided, from what was kept."""
    day = date.fromisoformat(choices["reference_date"])
    return Wanted(**{**choices, "reference_date": day})
