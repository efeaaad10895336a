"""The coordinator's own questions: added, mended, moved, withdrawn, and asked again next year.

They belong to the open round, or else to the next one. What someone has answered is never
harmed: then words may be mended, but the kind, the unit and the choices stand.
"""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import chain, count
from textwrap import wrap
from typing import Any, Literal

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.responses.responses import ensure_columns, response_columns
from survey_data.rounds import Entry, is_extra, merged, rounds
from survey_data.rounds.rounds import Round, prepare, prepared

LONGEST_NAME = 40


class NoSuchQuestion(SurveyError):
    """There is no extra question of that name in the round."""


class AnswersWouldBeHarmed(SurveyError):
    """Someone has answered, and the change would leave an answer without its meaning."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class YearQuestions:
    """The extra questions of a year; `round` is None until that year's round is open."""

    year: int
    round: Round | None
    questions: tuple[Entry, ...]

    def find(self, name: str) -> Entry:
        """One of them; raises NoSuchQuestion."""
        for entry in self.questions:
            if entry["name"] == name:
                return entry
        raise NoSuchQuestion(name)


def plan(db: Database) -> YearQuestions:
    """The extra questions of the open round, or those made ready for the next."""
    now = rounds.open_or_next(db)
    if now.is_planned:
        return YearQuestions(now.year, None, tuple(prepared(db)))
    return YearQuestions(now.year, now, tuple(filter(is_extra, now.questionnaire)))


def slug(words: str, longest: int = LONGEST_NAME) -> str:
    """Words as a name that a column can have: "Collective agreement?" is collective_agreement."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    lines = wrap(" ".join(re.findall(r"[a-z0-9]+", plain)), longest)
    return lines[0].replace(" ", "_") if lines else "question"


def unused(name: str, taken: Container[str]) -> str:
    """The name, or the first of name_2, name_3 ... that is not taken."""
    numbered = (f"{name}_{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def taken_names(db: Database) -> set[str]:
    """The columns that answers have had in any year, and those made ready for the next."""
    taken = {name.lower() for name in response_columns(db)}
    return taken | {entry["name"] for entry in prepared(db)}


def new_name(db: Database, label: str) -> str:
    """A column name, made of the question, that no question of any year has had."""
    return unused(f"extra_{slug(label)}", taken_names(db))


def answered(db: Database, names: Iterable[str], round_id: int | None = None) -> set[str]:
    """The questions that someone has answered, in a draft or handed in: ever, or in a round."""
    columns = response_columns(db)
    return {name for name in names if _is_answered(db, name, name in columns, round_id)}


def _is_answered(db: Database, name: str, has_column: bool, round_id: int | None) -> bool:
    of_round = "" if round_id is None else "AND i.round_id = ?"
    within = () if round_id is None else (round_id,)
    invited = f"JOIN invitation i ON i.id = a.invitation_id {of_round}"
    drafted = f"SELECT 1 FROM draft a {invited} WHERE a.question = ? AND a.value <> 'null'"
    handed_in = f'SELECT 1 FROM response a {invited} WHERE a."{name}" IS NOT NULL LIMIT 1'
    return bool(
        scalar(db, f"{drafted} LIMIT 1", (*within, name))
        or (has_column and scalar(db, handed_in, within))
    )


def add(db: Database, question: Entry, actor: str) -> None:
    """Put a question last among the extra ones."""
    with writing(db):
        now = plan(db)
        _store(db, now, [*now.questions, question])
        subject = _subject(now, question)
        audit_trail.record(db, actor, "question added", subject, after=_trail(question))


def change(db: Database, name: str, question: Entry, actor: str) -> None:
    """Put a question in place of another; one that is stored otherwise gets a column of its own.

    Raises NoSuchQuestion, or AnswersWouldBeHarmed with what must stand as it is.
    """
    with writing(db):
        now = plan(db)
        before = now.find(name)
        if answered(db, [name]):
            _spare_answers(before, question)
        stored_otherwise = any(before[p] != question[p] for p in ("sql_type", "value_type"))
        if stored_otherwise and before["name"] == question["name"]:
            question = {**question, "name": new_name(db, question["label_en"])}
        _store(db, now, [question if e is before else e for e in now.questions])
        audit_trail.record(db, actor, "question changed", _subject(now, question),
                     before=_trail(before), after=_trail(question))  # fmt: skip


def _spare_answers(before: Entry, after: Entry) -> None:
    for part in ("name", "kind", "unit_sv", "unit_en"):
        if before[part] != after[part]:
            raise AnswersWouldBeHarmed(part.partition("_")[0])
    if {c["code"] for c in before["choices"]} - {c["code"] for c in after["choices"]}:
        raise AnswersWouldBeHarmed("choices")


def remove(db: Database, name: str, actor: str) -> None:
    """Take a question away; raises NoSuchQuestion, or AnswersWouldBeHarmed once it is answered."""
    with writing(db):
        now = plan(db)
        gone = now.find(name)
        if now.round is not None and answered(db, [name], now.round.id):
            raise AnswersWouldBeHarmed("question")
        _store(db, now, [e for e in now.questions if e is not gone])
        audit_trail.record(db, actor, "question removed", _subject(now, gone), before=_trail(gone))


def set_withdrawn(db: Database, name: str, withdrawn: bool, actor: str) -> None:
    """Ask a question no more, or ask it again; its column and its answers stay either way."""
    with writing(db):
        now = plan(db)
        before = now.find(name)
        after = {**before, "withdrawn": withdrawn}
        _store(db, now, [after if e is before else e for e in now.questions])
        action = "question withdrawn" if withdrawn else "question asked again"
        audit_trail.record(db, actor, action, _subject(now, before))


def move(db: Database, name: str, way: Literal["up", "down"], actor: str) -> None:
    """Let a question change places with the one above or below, where there is one."""
    with writing(db):
        now = plan(db)
        order = list(now.questions)
        place = order.index(now.find(name))
        other = place + (-1 if way == "up" else 1)
        if not 0 <= other < len(order):
            return
        order[place], order[other] = order[other], order[place]
        _store(db, now, order)
        audit_trail.record(db, actor, "question moved", _subject(now, order[other]), after=way)


def earlier(db: Database) -> tuple[int, list[Entry]] | None:
    """The latest closed round with extra questions that are not asked now; None without one."""
    here = {entry["name"] for entry in plan(db).questions}
    for survey_round in reversed(rounds.all_rounds(db)):
        asked = [e for e in survey_round.questionnaire if not e.get("withdrawn")]
        extras: list[Entry] = list(filter(is_extra, asked))
        if not survey_round.is_open and extras:
            left = [e for e in extras if e["name"] not in here]
            return (survey_round.year, left) if left else None
    return None


def reuse(db: Database, actor: str) -> int:
    """Ask the extra questions of the latest closed round that had any; returns how many.

    They keep their names, so that the years can be compared.
    """
    with writing(db):
        now, found = plan(db), earlier(db)
        if found is None:
            return 0
        year, again = found
        _store(db, now, [*now.questions, *again])
        audit_trail.record(db, actor, "questions reused", f"round {now.year}",
                     after={"from": year, "questions": [e["name"] for e in again]})  # fmt: skip
    return len(again)


def _store(db: Database, now: YearQuestions, questions: list[Entry]) -> None:
    if now.round is None:
        prepare(db, questions)
        return
    whole = merged(now.round.questionnaire, questions)
    ensure_columns(db, whole)
    sql = "UPDATE round SET questionnaire = ? WHERE id = ?"
    run(db, sql, (rounds.stored(whole), now.round.id))


def _subject(now: YearQuestions, question: Entry) -> str:
    return f"round {now.year}, question {question['name']}"


TRAILED = ("kind", "label_sv", "label_en", "help_sv", "help_en", "unit_sv", "unit_en",
           "required")  # fmt: skip


def _trail(question: Entry) -> dict[str, Any]:
    choices = [c["label_sv"] for c in question["choices"]]
    return {name: question.get(name) for name in TRAILED} | {"choices": choices}
