"""What the review of one answer shows: its checks, its numbers through the years, its words.

Corrected values are read like answers, and held to the same hard checks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlite_utils import Database

from forms.checks import checking, messages
from forms.questionnaire.inventory import MODULES
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from forms.questionnaire.types import Unreadable, read
from forms.respondent import handing_in
from forms.respondent.steps import FILLED_IN
from survey_data.responses.drafts import Answers, Value
from survey_data.responses.responses import Response
from survey_data.review import FiredCheck, decisions
from survey_data.review.decisions import Decision, Edit
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation

EARLIER_YEARS = 4
NUMBERS = ("whole_number", "computed")
CAN_BE_CORRECTED = ("whole_number", "year", "date", "choice", "municipality", "yes_no")


@dataclass(frozen=True)
class QuestionRow:
    """One question through the years; `raw` is what was handed in, where it was corrected."""

    name: str
    label: str
    is_part: bool
    earlier: tuple[str, ...]
    now: str
    raw: str
    hit: bool
    number: int | None
    before: int | None


@dataclass(frozen=True)
class CheckCard:
    """One check that fired: what it says, and the numbers it speaks of."""

    check: FiredCheck
    heading: str
    seen: str
    limit: str
    rows: tuple[QuestionRow, ...]


@dataclass
class ReviewPage:
    """One version of an answer as the coordinator reviews it.

    `typed` is what the coordinator has chosen and written but not decided yet, `problems` what
    keeps a decision from being made: where on the page, and what to do.
    """

    db: Database
    response: Response
    language: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def invitation(self) -> Invitation:
        """The enterprise and the round."""
        return invitations.by_id(self.db, self.response.invitation_id)

    @cached_property
    def asked(self) -> Questionnaire:
        """The questionnaire of the round."""
        return handing_in.questionnaire_of(self.invitation)

    @cached_property
    def edits(self) -> dict[str, Edit]:
        """What has been corrected so far."""
        return decisions.edits_of(self.db, self.response.id)

    @cached_property
    def answers(self) -> Answers:
        """The answers as they stand now."""
        return self.response.answers | {n: e.edited for n, e in self.edits.items()}

    @cached_property
    def decision(self) -> Decision | None:
        """What was decided last, or None."""
        return decisions.newest_decision(self.db, self.response.id)

    @cached_property
    def left_behind(self) -> dict[str, Edit]:
        """Corrections made in an earlier version that did not come along, by question."""
        found = decisions.left_behind(self.db, self.response.id)
        return {name: edit for name, edit in found.items() if name in self.asked}

    @property
    def left_behind_rows(self) -> list[tuple[str, ...]]:
        """Each of them: its label, handed in then, corrected to, handed in now, and why."""
        rows = []
        for name, edit in self.left_behind.items():
            question, values = self.asked[name], (edit.raw, edit.edited, self.answers.get(name))
            said = (self._show(question, value) for value in values)
            rows.append((question.short(self.language), *said, edit.reason))
        return rows

    @cached_property
    def earlier(self) -> list[Response]:
        """The enterprise's answers of up to four earlier years, oldest first."""
        everything = decisions.history(self.db, self.invitation.enterprise.id)
        return [r for r in everything if r.year < self.response.year][-EARLIER_YEARS:]

    @cached_property
    def fired(self) -> list[FiredCheck]:
        """The checks that fired."""
        return handing_in.fired_on(self.db, self.response)

    @cached_property
    def cards(self) -> list[CheckCard]:
        """One card a check."""
        return [self._card(each) for each in self.fired]

    def _card(self, fired: FiredCheck) -> CheckCard:
        return CheckCard(
            fired,
            messages.heading(fired, self.language),
            messages.seen(fired, self.asked, self.language),
            messages.limit(checking.find(fired.check_id), fired.limits, self.language),
            tuple(self._row(q, fired.fields) for q in self._around(fired.fields)),
        )

    @property
    def unexplained(self) -> int:
        """How many checks the enterprise has said nothing about."""
        return sum(not fired.explained for fired in self.fired)

    def _around(self, names: Iterable[str]) -> list[Question]:
        """The questions a check speaks of, each with the total and the parts it belongs to."""
        asked = [self.asked[name] for name in names if name in self.asked]
        totals = {q.part_of or q.name for q in asked}
        named = {q.name for q in asked}
        return [
            q
            for q in self.asked.questions
            if q.name in named or ((q.part_of or q.name) in totals and self._ever_answered(q))
        ]

    def _ever_answered(self, question: Question) -> bool:
        years = (self.answers, *(r.answers for r in self.earlier))
        return any(answers.get(question.name) is not None for answers in years)

    def _row(self, question: Question, hit: Iterable[str] = ()) -> QuestionRow:
        name = question.name
        edit = self.edits.get(name)
        before = self.last_year.get(name)
        return QuestionRow(
            name,
            question.short(self.language),
            bool(question.part_of),
            tuple(self._show(question, r.answers.get(name)) for r in self.earlier),
            self._show(question, self.answers.get(name)),
            self._show(question, edit.raw) if edit else "",
            name in hit,
            _count(question, self.answers.get(name)),
            _count(question, before),
        )

    def _show(self, question: Question, value: Value) -> str:
        return question.show(value, self.language) or "–"

    @property
    def last_year(self) -> Answers:
        """What was answered the year before; empty when nothing was."""
        newest = self.earlier[-1] if self.earlier else None
        return newest.answers if newest and newest.year == self.response.year - 1 else {}

    @cached_property
    def rest(self) -> list[QuestionRow]:
        """What no check speaks of."""
        shown = {row.name for card in self.cards for row in card.rows} | {*dict(self.words)}
        return [
            self._row(q)
            for q in self.asked.questions
            if q.name not in shown and self.answers.get(q.name) is not None
        ]

    @cached_property
    def words(self) -> list[tuple[str, str]]:
        """The enterprise's own free text, by question."""
        texts = ((q.name, self.answers.get(q.name)) for q in self.asked.questions if q.reviewed)
        return [(name, str(text)) for name, text in texts if text]

    @property
    def reasons(self) -> str:
        """The reasons that the enterprise ticked."""
        if "change_reasons" not in self.asked:
            return ""
        return self.asked["change_reasons"].show(self.answers.get("change_reasons"), self.language)

    @cached_property
    def correctable(self) -> list[Question]:
        """The questions whose value can be corrected here."""
        named = {name for fired in self.fired for name in fired.fields}
        return [
            q
            for q in self.asked.questions
            if q.kind in CAN_BE_CORRECTED
            and not q.private
            and q.name != "certify"
            and (q.name in named or q.series_core or q.part_of)
        ]

    def in_field(self, question: Question) -> list[str]:
        """What stands in the field of a question: what was typed, or the value that stands."""
        typed = self.typed.get(f"edit-{question.name}")
        standing = question.type.write(self.answers.get(question.name))
        return standing if typed is None else [typed]

    @cached_property
    def returnable(self) -> list[tuple[str, list[Question]]]:
        """The questions that the enterprise can be asked about, by module."""
        sections = {section.key for section in FILLED_IN}
        asked = [
            q for q in self.asked.questions if q.section in sections and q.typed and not q.withdrawn
        ]
        return [
            (MODULES[module].title(self.language), [q for q in asked if q.module == module])
            for module in dict.fromkeys(q.module for q in asked)
        ]

    @cached_property
    def asked_about(self) -> set[str]:
        """The questions ticked to ask about; the ones that checks speak of to begin with."""
        if self.typed:
            return {n.removeprefix("ask-") for n in self.typed if n.startswith("ask-")}
        return {name for fired in self.fired for name in self.parts_of(fired)}

    def parts_of(self, fired: FiredCheck) -> set[str]:
        """The questions a check speaks of, a computed total by the parts that make it."""
        return {q.name for name in fired.fields for q in self._typed_of(name)}

    def _typed_of(self, name: str) -> list[Question]:
        if name not in self.asked:
            return []
        question = self.asked[name]
        return [question] if question.typed else list(self.asked.parts_of(name))


def _count(question: Question, value: Value) -> int | None:
    return value if question.kind in NUMBERS and isinstance(value, int) else None


def read_corrections(page: ReviewPage, form: Mapping[str, str]) -> dict[str, Value]:
    """What has been typed over what stands; what cannot be used stands in `page.problems`."""
    values: dict[str, Value] = {}
    for question in page.correctable:
        if (field := f"edit-{question.name}") in form:
            try:
                values[question.name] = read(question, [form[field]])
            except Unreadable as fault:
                said = messages.unreadable(fault.check, question, page.language)
                page.problems.append((field, said))
    return _with_totals(page, values)


def corrections_again(page: ReviewPage) -> tuple[dict[str, Value], str]:
    """The corrections that an earlier version had, to be made in this one too, and why."""
    reasons = dict.fromkeys(edit.reason for edit in page.left_behind.values())
    values = {name: edit.edited for name, edit in page.left_behind.items()}
    return _with_totals(page, values), " ".join(reasons)


def _with_totals(page: ReviewPage, values: Mapping[str, Value]) -> dict[str, Value]:
    """What differs from what stands, with the totals that follow; held to the hard checks."""
    corrected = {**page.asked.with_computed({**page.answers, **values}), **values}
    if not page.problems:
        _refuse_what_cannot_stand(page, corrected)
    return {n: v for n, v in corrected.items() if page.answers.get(n) != v}


def _refuse_what_cannot_stand(page: ReviewPage, corrected: Answers) -> None:
    """A hard check that the correction itself sets off; what was wrong before may stay so."""
    known = {found.check_id for found in _hard(page, page.answers)}
    for found in _hard(page, corrected):
        if found.check_id not in known:
            said = messages.say(found, page.asked, page.language)
            page.problems.append((f"edit-{found.fields[0]}", said))


def _hard(page: ReviewPage, answers: Answers) -> list[FiredCheck]:
    day = page.invitation.round.reference_date.isoformat()
    found = checking.run(page.asked, answers, page.last_year, reference_date=day)
    return checking.must_be_put_right(found)
