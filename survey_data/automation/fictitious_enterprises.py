"""Fictitious enterprises whose answers add up to the printed parts of 2016–2020.

For the demonstration, the rehearsal and a trial round. Every name says that it is an example, every
organisation number starts with a digit that no Swedish register gives out, and every address ends
in a domain kept free for examples.

A trial is the same form for one of them, in a database of its own. No count, export or release ever
opens that file, so nothing of a trial can get into one. It is deleted by a button, by the next
trial, and when the round closes.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database
from stdnum import luhn

from survey_data import audit_trail, outbox, sending
from survey_data.database import Store, connect, rows, run, scalar, writing
from survey_data.follow_up import mail_texts, mailings
from survey_data.geography import PROVINCES, municipalities_of
from survey_data.history.printed_series import published
from survey_data.migrations import bring_up_to_date
from survey_data.outbox import Mail
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.rounds import Entry, rounds
from survey_data.rounds.rounds import NEW_TRIAL, Round, remove_trial_beside
from survey_data.statistics.population import shared_out

YEARS = (2016, 2017, 2018, 2019, 2020)
NEXT_YEAR = 2021

ONES = "Noll Ett Två Tre Fyra Fem Sex Sju Åtta Nio Tio Elva Tolv Tretton Fjorton Femton Sexton"
WORDS = (*ONES.split(), "Sjutton", "Arton", "Nitton")
TENS = {2: "Tjugo", 3: "Trettio"}

# Where they are: the municipalities of the first province, and those of the others, if any.
FIRST = municipalities_of(PROVINCES[0])
OTHERS = tuple(code for each in PROVINCES[1:] for code in municipalities_of(each)) or FIRST
# (municipalities, first year, last year or None): the comings and goings that give the printed
# 22, 24, 20, 17, 17 in Hälsingland and 12, 10, 10, 11, 11 in Gästrikland.
SPANS = (
    *((FIRST, 2010, None),) * 15,
    *((OTHERS, 2010, None),) * 10,
    *((FIRST, 2010, 2018),) * 3,
    *((FIRST, 2010, 2017),) * 4,
    *((OTHERS, 2010, 2016),) * 2,
    *((FIRST, 2017, None),) * 2,
    (OTHERS, 2019, None),
)
# By question, the indicator that was printed.
PARTS = {
    "employees_women": "employees_women",
    "employees_men": "employees_men",
    "placed_af": "placed_af",
    "placed_kommun": "placed_kommun",
    "placed_other_unpaid": "placed_other",
}
# What the year after the printed ones looks like in the demonstration.
NEXT_TOTALS = dict(zip(PARTS, (116, 101, 88, 31, 12), strict=True))


@dataclass(frozen=True)
class Example:
    """One fictitious enterprise and the years it exists."""

    number: int
    enterprise: Enterprise
    contact: Contact

    def exists(self, year: int) -> bool:
        """Whether it is active on the first of October of a year."""
        day, end = f"{year}-10-01", self.enterprise.active_to
        return self.enterprise.active_from <= day and (end is None or end >= day)


def number_word(number: int) -> str:
    """A number under forty as a Swedish word: "Tjugotvå"."""
    if number < len(WORDS):
        return WORDS[number]
    return TENS[number // 10] + (WORDS[number % 10].lower() if number % 10 else "")


def examples() -> list[Example]:
    """Every fictitious enterprise there is."""
    return [_example(number, *span) for number, span in enumerate(SPANS, 1)]


def late() -> Example:
    """One that was active on the day of the open autumn, and found when all had been asked."""
    return _example(len(SPANS) + 1, FIRST, NEXT_YEAR, None)


def _example(number: int, municipalities: tuple[str, ...], first: int, last: int | None) -> Example:
    enterprise = Enterprise(
        _org_number(number),
        f"Exempelkooperativet {number_word(number)}", municipalities[number % len(municipalities)],
        active_from=f"{first}-01-01", active_to=f"{last}-12-31" if last else None,
        legal_form="economic_association", is_example=True,
    )  # fmt: skip
    contact = Contact(f"exempel-{number}@example.org", f"Exempelperson {number_word(number)}",
                      role="verksamhetschef", phone=f"000-00 00 {number:02}")  # fmt: skip
    return Example(number, enterprise, contact)


def _org_number(number: int) -> str:
    # Group digit 4 is not in use for any legal form.
    start = f"402000{number:03}"
    return f"{start[:6]}-{start[6:]}{luhn.calc_check_digit(start)}"


def printed_totals(year: int) -> dict[str, int]:
    """The printed parts of a year, by the question that asks for them; persons.

    In a county of which nothing was printed: invented, a little more each year.
    """
    of_county = [v for v in published() if v.year == year and v.area_type == "county"]
    printed = {v.indicator: v.value for v in of_county}
    return {
        question: printed.get(indicator, NEXT_TOTALS[question] - (NEXT_YEAR - year))
        for question, indicator in PARTS.items()
    }


def numbers_of(year: int) -> dict[str, dict[str, int]]:
    """Each existing enterprise's numbers of a year, by name; their sums are the printed parts."""
    existing = [example for example in examples() if example.exists(year)]
    shares = {
        question: shared_out(total, {n: _weight(e, question, year) for n, e in enumerate(existing)})
        for question, total in printed_totals(year).items()
    }
    return {
        example.enterprise.name: {question: shares[question][place] for question in shares}
        for place, example in enumerate(existing)
    }


def _weight(example: Example, question: str, year: int) -> int:
    # Enterprises differ in size and in who sends people to them, and drift a little each year.
    seed = example.number * 7 + list(PARTS).index(question) * 5
    return 2 + seed % 9 + (seed + year) % 3


def answers_of(example: Example, numbers: Mapping[str, int], year: int) -> dict[str, int | str]:
    """What the enterprise types in the form of a year, by question; no computed ones."""
    return {
        "org_number": example.enterprise.org_number,
        "enterprise_name": example.enterprise.name,
        "municipality_code": example.enterprise.municipality_code,
        "status": "active",
        "as_of_date": f"{year}-10-01",
        "respondent_name": example.contact.name,
        "respondent_role": example.contact.role,
        "respondent_contact": example.contact.email,
        "employees_total": numbers["employees_women"] + numbers["employees_men"],
        **numbers,
    }


def add_to_register(db: Database, actor: str) -> None:
    """Put every fictitious enterprise in the register."""
    for example in examples():
        enterprises.save_enterprise(db, example.enterprise, example.contact, actor, "exempel")


def exist_in(db: Database) -> bool:
    """Whether the register holds any example."""
    return bool(rows(db, "SELECT 1 FROM enterprise WHERE is_example = 1 LIMIT 1"))


TRIAL_NAME = "Provföretaget"
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


def start_trial(
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
        _one_enterprise(db, survey_round, before, email)
        opened = rounds.open_round(
            db, survey_round.year, survey_round.reference_date, survey_round.due_date,
            survey_round.questionnaire, actor,
        )  # fmt: skip
        # Also those that an earlier round had, and what was put back to the usual since.
        mail_texts.keep(db, opened.id, mail_texts.every(survey, survey_round.id))
        mailings.queue_mails(db, survey_round.year, "invitation", actor)
    db.close()
    end_trial(store, survey)
    beside.rename(store.path.parent)
    audit_trail.record(survey, actor, "trial begun", f"round {survey_round.year}")


def _copy_words(survey: Database, db: Database) -> None:
    enterprises.load_municipalities(db)
    # A trial mails nobody else, so it goes on while all other sending is paused.
    sql = "SELECT name, value FROM setting WHERE name <> ?"
    for row in rows(survey, sql, (sending.PAUSED,)):
        run(db, "INSERT INTO setting VALUES (:name, :value)", row)


def _one_enterprise(db: Database, survey_round: Round, before: Sequence[Entry], email: str) -> None:
    """One enterprise with the coordinator's address, and what it answered the year before."""
    year = survey_round.year - 1
    one = examples()[0]
    company = replace(one.enterprise, name=TRIAL_NAME, active_from=f"{year}-01-01", active_to=None)
    enterprises.save_enterprise(db, company, Contact(email=email), "trial", "trial")
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), before, "trial")
    answers: dict[str, Any] = {
        **answers_of(replace(one, enterprise=company), BEFORE, year),
        "respondent_name": "", "respondent_role": "", "respondent_contact": "",
    }  # fmt: skip
    invitation = scalar(db, "SELECT id FROM invitation")
    responses.hand_in(db, invitation, answers, "sv", mode="example")
    rounds.close_round(db, year, "trial")


def end_trial(store: Store, survey: Database, actor: str = "") -> None:
    """Delete the trial, with its answers and its mails; an `actor` leaves a line in the trail."""
    was_there = store.path.exists()
    store.close()
    remove_trial_beside(survey)
    if was_there and actor:
        audit_trail.record(survey, actor, "trial removed")


def find_trial(store: Store) -> Trial | None:
    """The trial there is, or None."""
    db = store.db_if_there()
    survey_round = rounds.current(db) if db is not None else None
    if db is None or survey_round is None:
        return None
    email = scalar(db, "SELECT email FROM contact")
    handed_in = scalar(db, "SELECT count(*) FROM response WHERE mode <> 'example'")
    return Trial(survey_round, email, survey_round.opened_at, handed_in, tuple(outbox.newest(db)))
