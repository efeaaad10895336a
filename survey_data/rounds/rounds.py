"""A round: one autumn's inventory, from opening to closing, and what is made ready for the next."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import (
    as_json,
    first,
    insert,
    path_of,
    read_all,
    read_one,
    rows,
    run,
    scalar,
    writing,
)
from survey_data.errors import (
    DatesOutOfOrder,
    NobodyToAsk,
    NoSuchRound,
    OfYear,
    RoundClosed,
    RoundExists,
    RoundStillOpen,
)
from survey_data.register.enterprises import enterprises
from survey_data.responses.responses import ensure_columns, questions_in
from survey_data.rounds import Entry, calendar, merged, optional_modules


class TotalsStated(OfYear):
    """A round of a year that totals are stated of would never be published."""

    says = "Det finns angivna totaler för {}. Ta bort dem först."


Questionnaire = Sequence[Mapping[str, Any]]
# Where a trial round lies: in a folder of its own, so that nothing of it can be counted. It comes
# and goes in one step: nobody ever meets half of one.
TRIAL = "trial"
NEW_TRIAL, OLD_TRIAL = f"{TRIAL}.new", f"{TRIAL}.old"


@dataclass(frozen=True)
class Round:
    """One year's inventory, with the questionnaire it was asked with."""

    id: int
    year: int
    reference_date: date
    due_date: date
    opened_at: str
    closed_at: str | None
    is_example: bool
    questionnaire_json: str = field(metadata={"column": "questionnaire"})
    # Whether all who were asked are known, and not only those who answered.
    frame_is_known: bool = True

    @property
    def questionnaire(self) -> list[dict[str, Any]]:
        """The questions as they stood when the round opened."""
        return questions_in(self.questionnaire_json)

    @property
    def is_open(self) -> bool:
        """Whether answers are still taken."""
        return self.closed_at is None

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be opened."""
        return not self.id

    def must_be_open(self) -> None:
        """Raise RoundClosed where no more answers are taken."""
        if not self.is_open:
            raise RoundClosed(self.year)


def open_round(
    db: Database, year: int, reference_date: date, due_date: date, questionnaire: Questionnaire,
    actor: str, *, is_example: bool | None = None, optional: Iterable[str] = (),
) -> Round:  # fmt: skip
    """Open a year's round with one invitation for each enterprise active on the reference date.

    `questionnaire` is kept without the modules that were left out of the year, and with the
    extra questions made ready for it; each gets its column. Modules that are `optional` are left
    out as long as nobody has chosen, this year or before.
    A round is an example when every enterprise in it is one, unless `is_example` says.
    Raises DatesOutOfOrder, RoundStillOpen, RoundExists, TotalsStated or NobodyToAsk.
    """
    if reference_date.year != year or due_date <= reference_date:
        raise DatesOutOfOrder(reference_date, due_date)
    with writing(db):
        _refuse_second_round(db, year)
        asked = enterprises(db, active_on=reference_date)
        if not asked:
            raise NobodyToAsk(reference_date)
        questionnaire = _as_chosen(db, year, questionnaire, optional)
        ensure_columns(db, questionnaire)
        example = all(e.is_example for e in asked) if is_example is None else is_example
        round_id = insert(db, "round", {
            "year": year, "reference_date": reference_date.isoformat(),
            "due_date": due_date.isoformat(), "is_example": example, "opened_at": clock.now(),
            "questionnaire": stored(questionnaire),
        })  # fmt: skip
        db.table("invitation").insert_all(
            {"round_id": round_id, "enterprise_id": e.id, "created_at": clock.now()} for e in asked
        )
        calendar.plan(db, round_id, reference_date, due_date)
        after = {"invited": len(asked)}
        audit_trail.record(db, actor, "round opened", f"round {year}", after=after)
    return find(db, year)


def stored(questionnaire: Questionnaire) -> str:
    """A questionnaire as its round keeps it, in the letters that SQLite hands over soonest.

    Every page of the form reads it: plain ASCII takes a quarter of the time.
    """
    return json.dumps(list(questionnaire))


def passed_dates(year: int, reference_date: date, due_date: date) -> list[date]:
    """Which dates of a round to be opened are behind us in a way that one would ask about.

    A reference date usually is, by some days; a month is more than that. None where the dates
    are refused anyhow.
    """
    if reference_date.year != year or due_date <= reference_date:
        return []
    today = clock.today()
    found = [reference_date] if reference_date < today - timedelta(31) else []
    return found + ([due_date] if due_date < today else [])


def _as_chosen(
    db: Database, year: int, questionnaire: Questionnaire, optional: Iterable[str]
) -> Questionnaire:
    skipped = optional_modules.left_out(db, year, optional)
    optional_modules.keep(db, year, skipped)
    questionnaire = optional_modules.without(questionnaire, skipped)
    if extras := prepared(db):
        questionnaire = merged(questionnaire, extras)
        prepare(db, ())
    return questionnaire


def prepared(db: Database) -> list[Entry]:
    """The questions made ready for the next round, in order."""
    found = rows(db, "SELECT question FROM prepared_question ORDER BY place")
    return [json.loads(row["question"]) for row in found]


def prepare(db: Database, extras: Sequence[Entry]) -> None:
    """Keep these, and only these, for the next round."""
    run(db, "DELETE FROM prepared_question")
    db.table("prepared_question").insert_all(
        {"name": each["name"], "place": place, "question": as_json(each)}
        for place, each in enumerate(extras)
    )


def _refuse_second_round(db: Database, year: int) -> None:
    if first(db, "SELECT 1 FROM round WHERE year = ?", (year,)):
        raise RoundExists(year)
    # The year stays as it was printed, so nothing that anyone answered would ever be shown.
    if first(db, "SELECT 1 FROM stated_year WHERE year = ? AND is_inventory", (year,)):
        raise TotalsStated(year)
    still_open = current(db)
    if still_open is not None:
        raise RoundStillOpen(still_open.year)


def close_round(db: Database, year: int, actor: str) -> Round:
    """Close a year's round: links die, answers stay as they were last handed in.

    Raises NoSuchRound or RoundClosed.
    """
    with writing(db):
        wanted = find(db, year)
        wanted.must_be_open()
        run(db, "UPDATE round SET closed_at = ? WHERE year = ?", (clock.now(), year))
        # A reminder that has not left yet would lead to a closed door.
        sql = """UPDATE outbox SET state = 'cancelled' WHERE state = 'queued'
            AND kind IN ('invitation', 'reminder', 'new_link', 'returned', 'delegation',
            'device_code')"""
        run(db, sql)
        calendar.note_closed(db, wanted.id)
        audit_trail.record(db, actor, "round closed", f"round {year}")
    # What was tried out on the form has served its purpose.
    remove_trial_beside(db)
    return find(db, year)


def of_year(db: Database, year: int) -> Round | None:
    """The round of a year, or None."""
    return read_one(db, Round, "SELECT * FROM round WHERE year = ?", (year,))


def find(db: Database, year: int) -> Round:
    """The round of a year; raises NoSuchRound."""
    found = of_year(db, year)
    if found is None:
        raise NoSuchRound(year)
    return found


def current(db: Database) -> Round | None:
    """The round that is open, or None."""
    return read_one(db, Round, "SELECT * FROM round WHERE closed_at IS NULL")


def open_or_next(db: Database) -> Round:
    """The open round, or the next one (its id 0) on its usual days."""
    found, last = current(db), latest(db)
    year = last.year + 1 if last else clock.today().year
    days = date(year, 10, 1), date(year, 11, 15)
    return found or Round(0, year, *days, "", None, is_example=False, questionnaire_json="[]")


def latest(db: Database) -> Round | None:
    """The round of the latest year, open or closed, or None."""
    return read_one(db, Round, "SELECT * FROM round ORDER BY year DESC LIMIT 1")


def all_rounds(db: Database) -> list[Round]:
    """Every round, oldest first."""
    return read_all(db, Round, "SELECT * FROM round ORDER BY year")


def closed(db: Database) -> list[Round]:
    """Every closed round, oldest first."""
    return [r for r in all_rounds(db) if r.closed_at]


def has_examples(db: Database, survey_round: Round) -> bool:
    """Whether any enterprise in a round is fictitious."""
    sql = """SELECT EXISTS (SELECT 1 FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
        WHERE i.round_id = ? AND e.is_example)"""
    return bool(scalar(db, sql, (survey_round.id,)))


def is_trial(db: Database) -> bool:
    """Whether this is the database of a trial round."""
    return path_of(db).parent.name in (TRIAL, NEW_TRIAL)


def remove_trial_beside(survey: Database) -> None:
    """Delete the trial round that lies beside a database, with its mails, if there is one."""
    if is_trial(survey):
        return
    folder = path_of(survey).parent / TRIAL
    old = folder.with_name(OLD_TRIAL)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)
