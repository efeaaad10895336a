"""A trial round: the same form for one made-up enterprise, in a database of its own.

No count, export or release ever opens that file, so nothing of a trial can get into one.
It is deleted by a button, by the next trial, and when the round closes.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, outbox, sending
from survey_data.automation import fictitious_enterprises
from survey_data.database import Store, connect, rows, run, scalar, writing
from survey_data.follow_up import mail_texts, mailings
from survey_data.migrations import bring_up_to_date
from survey_data.outbox import Mail
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact
from survey_data.responses import responses
from survey_data.rounds import Entry, rounds
from survey_data.rounds.rounds import NEW_TRIAL, Round, remove_trial_beside

NAME = "Provföretaget"
BEFORE = {"employees_women": 6, "employees_men": 5, "placed_af": 3, "placed_kommun": 2,
          "placed_other_unpaid": 0, "placed_total": 5}  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What there is of a trial: to whom it went, how far it has come, and its mails."""

    round: Round
    email: str
    started_at: str
    handed_in: int
    mails: tuple[Mail, ...]


def start(
    store: Store, survey: Database, survey_round: Round, before: Sequence[Entry], email: str,
    actor: str,
) -> None:  # fmt: skip
    """Begin a trial of a round, with its dates and questions, in place of the one there is.

    `before` is the questionnaire of the made-up year before. Queues the invitation.
    """
    beside = store.path.parent.with_name(NEW_TRIAL)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    db = connect(beside / store.path.name)
    (beside / store.path.name).chmod(0o600)
    bring_up_to_date(db)
    with writing(db):
        _copy_words(survey, db)
        _made_up(db, survey_round, before, email)
        opened = rounds.open_round(
            db, survey_round.year, survey_round.reference_date, survey_round.due_date,
            survey_round.questionnaire, actor,
        )  # fmt: skip
        # Also those that an earlier round had, and what was put back to the usual since.
        mail_texts.keep(db, opened.id, mail_texts.every(survey, survey_round.id))
        mailings.queue_mails(db, survey_round.year, "invitation", actor)
    db.close()
    remove(store, survey)
    beside.rename(store.path.parent)
    audit_trail.record(survey, actor, "trial begun", f"round {survey_round.year}")


def _copy_words(survey: Database, db: Database) -> None:
    enterprises.load_municipalities(db)
    # A trial mails nobody else, so it goes on while all other sending is paused.
    sql = "SELECT name, value FROM setting WHERE name <> ?"
    for row in rows(survey, sql, (sending.PAUSED,)):
        run(db, "INSERT INTO setting VALUES (:name, :value)", row)


def _made_up(db: Database, survey_round: Round, before: Sequence[Entry], email: str) -> None:
    """One enterprise with the coordinator's address, and what it answered the year before."""
    year = survey_round.year - 1
    one = fictitious_enterprises.examples()[0]
    company = replace(one.enterprise, name=NAME, active_from=f"{year}-01-01", active_to=None)
    enterprises.save_enterprise(db, company, Contact(email=email), "trial", "trial")
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), before, "trial")
    answers: dict[str, Any] = {
        **fictitious_enterprises.answers_of(replace(one, enterprise=company), BEFORE, year),
        "respondent_name": "", "respondent_role": "", "respondent_contact": "",
    }  # fmt: skip
    invitation = scalar(db, "SELECT id FROM invitation")
    responses.hand_in(db, invitation, answers, "sv", mode="example")
    rounds.close_round(db, year, "trial")


def remove(store: Store, survey: Database, actor: str = "") -> None:
    """Delete the trial, with its answers and its mails; an `actor` leaves a line in the trail."""
    was_there = store.path.exists()
    store.close()
    remove_trial_beside(survey)
    if was_there and actor:
        audit_trail.record(survey, actor, "trial removed")


def find(store: Store) -> Trial | None:
    """The trial there is, or None."""
    db = store.db_if_there()
    survey_round = rounds.current(db) if db is not None else None
    if db is None or survey_round is None:
        return None
    email = scalar(db, "SELECT email FROM contact")
    handed_in = scalar(db, "SELECT count(*) FROM response WHERE mode <> 'example'")
    return Trial(survey_round, email, survey_round.opened_at, handed_in, tuple(outbox.newest(db)))
