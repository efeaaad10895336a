"""The demonstration: example enterprises, their five printed years, and a living autumn.

It has a calendar of its own: when it is made it is a day in the middle of an autumn's collection,
and time goes on from there. What led up to that day is done again by the product's own functions
with the inventory's clock set to each day in turn, so mails, answers and decisions have their days.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlite_utils import Database

from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.questionnaire import of_round
from forms.respondent import handing_in
from forms.respondent.receipt import to_hand_in
from survey_data import clock, settings
from survey_data.automation import fictitious_enterprises
from survey_data.automation.fictitious_enterprises import NEXT_YEAR, YEARS, Example
from survey_data.database import connect, path_of, rows, scalar, writing
from survey_data.follow_up import bounces, mailings
from survey_data.follow_up.delivery_reports import DeliveryReport
from survey_data.migrations import bring_up_to_date
from survey_data.publishing import comments
from survey_data.publishing.publish import Places, publish
from survey_data.register import enterprises
from survey_data.responses import drafts, responses
from survey_data.responses.drafts import Answers
from survey_data.review import check_results, review
from survey_data.review.review import Ruling
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link

ACTOR = "demonstration"
COORDINATOR = "samordnaren@example.org"
ANALYST = "analytikern@example.org"
LOOPBACKS = ("127.0.0.1", "::1", "localhost")
# The day it is when the demonstration is made, and what led up to it.
TODAY, INVITED, REMINDED = date(2021, 10, 27), date(2021, 10, 4), date(2021, 10, 18)
MORNING, REPORTED, OPENED, LAST_MINUTE = time(9), time(9, 20), time(8, 30), time(23, 59)
# On which day after the invitations the answers came in, in the closed years and in this one.
DAYS = (0, 1, 1, 2, 4, 6, 8, 11, 13, 14, 14, 15, 15, 17, 20, 22, 25, 28, 30, 30, 30, 31, 31, 32,
        34, 36, 38, 39, 39, 40, 40, 41, 41, 42)  # fmt: skip
THIS_YEARS_DAYS = (0, 1, 1, 2, 3, 4, 6, 8, 10, 11, 13, 14, 14, 15, 16, 18, 21)
# Of the open autumn: so many have handed in, so many are half way, the rest have not begun.
HANDED_IN = len(THIS_YEARS_DAYS)
HALF_WAY = 3
# By place among those who have handed in: what they add to their numbers, and what they say.
CHANGES: dict[int, dict[str, Any]] = {
    3: {"employees_total": 6, "employees_women": 4, "employees_men": 2,
        "change_reasons": ["hired"], "comment_changes": "Vi öppnade ett kafé i mars."},
    6: {"placed_af": 7, "change_reasons": ["more_assigned"]},
    9: {"placed_af": -3, "placed_kommun": 9, "change_reasons": ["more_assigned", "begun"],
        "comment_changes": "Kommunen har flyttat sin sysselsättning till oss."},
    13: {"employees_total": 8, "employees_women": 8},
    16: {"placed_af": 14},
}  # fmt: skip
WAITING = (3, 6, 9, 12, 13)
RETURNED = 16
QUESTION = "Är det så många från Arbetsförmedlingen den 1 oktober?"
# By place among those invited: whose address is dead, and whose mail has been long on its way.
BOUNCED, DELAYED = 24, 25
DEAD = ("dead", "5.1.1", "550 5.1.1 No such user here")
LATE = ("delayed", "4.4.1", "delivery temporarily suspended: host is not responding")
SIGNED = "Exempelförbundet"
WHY = (
    (2019, "placed",
     "Arbetsförmedlingen gjordes om: kontor stängde och många handläggare slutade. Då kom färre"
     " placeringar till företagen.",
     "The public employment service was reorganised: offices closed and many case workers left."
     " Fewer placements then came to the enterprises."),
    (2020, "placed",
     "Pandemin gjorde att färre placeringar användes. Information gavs i digitala kanaler.",
     "Because of the pandemic fewer placements were used. Information moved to digital channels."),
)  # fmt: skip


def is_empty(db: Database) -> bool:
    """Whether nothing has been stored yet, so that a demonstration can disturb nothing."""
    return not scalar(db, "SELECT EXISTS (SELECT 1 FROM enterprise) + EXISTS (SELECT 1 FROM staff)")


def is_demonstration(db: Database) -> bool:
    """Whether a data folder began as the demonstration."""
    return bool(scalar(db, "SELECT actor FROM audit ORDER BY id LIMIT 1") == ACTOR)


def is_over(db: Database) -> bool:
    """Whether a demonstration's last day for answers is behind us, and little is left to try."""
    latest = rounds.latest(db)
    return bool(latest and clock.today() > latest.due_date and is_demonstration(db))


def set_up(db: Database) -> None:
    """Fill an empty database with the demonstration; the inventory's clock is then its own."""
    _go_to(date(YEARS[0], 9, 1))
    with writing(db):
        staff.add(db, COORDINATOR, "coordinator", ACTOR)
        staff.add(db, ANALYST, "analyst", ACTOR)
        fictitious_enterprises.add_to_register(db, ACTOR)
        for year in YEARS:
            _closed_round(db, year)
        _open(db, NEXT_YEAR)
        for words in WHY:
            comments.save(db, *words, SIGNED, ACTOR)
    _collect(db)
    with writing(db):
        late = fictitious_enterprises.late()
        enterprises.save_enterprise(db, late.enterprise, late.contact, ACTOR, "exempel")
        now = clock.local(clock.machine.now()).time()
        settings.keep_clock(db, datetime.fromisoformat(clock.at(TODAY, now)))


def start_over(db: Database, places: Places) -> None:
    """Put a fresh demonstration, with its release, in place of the one there is.

    For everyone who has the database open, who sees the old one or the new.
    """
    with TemporaryDirectory(dir=path_of(db).parent) as folder:
        fresh = connect(Path(folder) / "survey.db")
        bring_up_to_date(fresh)
        enterprises.load_municipalities(fresh)
        try:
            set_up(fresh)
            fresh.conn.backup(db.conn)
        finally:
            fresh.close()
            settings.wind_clock(db)
    if places.releases is not None:
        shutil.rmtree(places.releases, ignore_errors=True)
    for path in (places.analysts, places.open):
        # Emptied and not removed: the data pages have them open.
        with closing(sqlite3.connect(path)) as file, closing(sqlite3.connect(":memory:")) as empty:
            empty.backup(file)
    publish(db, places, ACTOR)


def _go_to(day: date, hour: time = MORNING) -> None:
    clock.inventory.set_to(datetime.fromisoformat(clock.at(day, hour)))


def _hour(place: int) -> time:
    """When on its day the answer at a place came in, within office hours."""
    return time(10 + place % 6, place * 7 % 60)


def _closed_round(db: Database, year: int) -> None:
    survey_round = _open(db, year)
    for place, (invitation_id, each) in enumerate(_invited(db, survey_round)):
        _go_to(INVITED.replace(year=year) + timedelta(DAYS[place]), _hour(place))
        answers = _answers(survey_round, each)
        responses.hand_in(db, invitation_id, answers, "sv", mode="example")
    _go_to(survey_round.due_date, LAST_MINUTE)
    rounds.close_round(db, year, ACTOR)


def _open(db: Database, year: int) -> Round:
    reference, due = date(year, 10, 1), date(year, 11, 15)
    # The closed years were asked on the day itself: their mails are not done again.
    _go_to(reference if year == NEXT_YEAR else INVITED.replace(year=year), OPENED)
    return rounds.open_round(db, year, reference, due, as_dicts(year), ACTOR)


def _invited(db: Database, survey_round: Round) -> list[tuple[int, Example]]:
    by_number = {e.enterprise.org_number: e for e in fictitious_enterprises.examples()}
    found = rows(
        db,
        "SELECT i.id, e.org_number FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
        " WHERE i.round_id = ? ORDER BY i.id",
        (survey_round.id,),
    )
    return [(row["id"], by_number[row["org_number"]]) for row in found]


def _answers(survey_round: Round, each: Example) -> Answers:
    typed = _example_answers(survey_round, each)
    return to_hand_in(of_round(survey_round.id, survey_round.questionnaire), typed)


def _example_answers(survey_round: Round, each: Example) -> dict[str, Any]:
    numbers = fictitious_enterprises.numbers_of(survey_round.year)[each.enterprise.name]
    return fictitious_enterprises.answers_of(each, numbers, survey_round.year) | {"certify": True}


def _collect(db: Database) -> None:
    """The autumn after the printed years, act by act to the middle of the collection."""
    survey_round = rounds.find(db, NEXT_YEAR)
    invited = _invited(db, survey_round)
    invite = partial(mailings.queue_invitations, db, NEXT_YEAR, ACTOR)
    acts: list[tuple[date, time, Callable[[], object]]] = [
        (INVITED, MORNING, invite),
        (INVITED, REPORTED, partial(_report, db, invited[BOUNCED][1], DEAD)),
        (REMINDED, MORNING, partial(mailings.remind, db, NEXT_YEAR, ACTOR)),
        (REMINDED, REPORTED, partial(_report, db, invited[DELAYED][1], LATE)),
    ]
    for place, (invitation_id, each) in enumerate(invited[: HANDED_IN + HALF_WAY]):
        typed = _example_answers(survey_round, each)
        if place < HANDED_IN:
            day = INVITED + timedelta(THIS_YEARS_DAYS[place])
            answers = to_hand_in(
                of_round(survey_round.id, survey_round.questionnaire), _typed(place, typed)
            )
            acts.append((day, _hour(place), partial(_hand_in, db, invitation_id, answers)))
            decide = partial(_decide, db, place, invitation_id)
            acts.append((day + timedelta(1), OPENED, decide))
        else:
            day = TODAY - timedelta(place - HANDED_IN + 1)
            acts.append((day, _hour(place), partial(_begin, db, invitation_id, typed)))
    for day, hour, act in sorted(acts, key=lambda each: each[:2]):
        _go_to(day, hour)
        act()
        deliver(db)


def _report(db: Database, each: Example, said: tuple[str, str, str]) -> None:
    """What a mail server reported of the newest mail to an enterprise."""
    address = each.contact.email
    bounces.note(db, DeliveryReport(f"{ACTOR} {address}", address, *said, ()), "mailbox")


def _hand_in(db: Database, invitation_id: int, answers: Answers) -> None:
    with writing(db):
        invitations.mark_opened(db, invitation_id)
        asked = invitations.by_id(db, invitation_id)
        handing_in.hand_in_answers(db, asked, answers, "sv", "example")


def _begin(db: Database, invitation_id: int, typed: Mapping[str, Any]) -> None:
    with writing(db):
        invitations.mark_opened(db, invitation_id)
        begun = {n: typed[n] for n in ("employees_total", "employees_women")}
        drafts.save_answers(db, invitation_id, begun, 0)


def _typed(place: int, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """What the enterprise at a place hands in."""
    changed = dict(numbers)
    for name, more in CHANGES.get(place, {}).items():
        changed[name] = changed[name] + more if isinstance(more, int) else more
    return changed


def _decide(db: Database, place: int, invitation_id: int) -> None:
    """Accept most answers, return one, and leave a few to the coordinator."""
    response = responses.latest(db, invitation_id)
    assert response
    fired = [f.check_id for f in check_results.of_response(db, response.id)]
    if place == RETURNED:
        asked = dict.fromkeys(fired, "ask")
        review.send_back(db, response.id, QUESTION, ["placed_af"], Ruling(ACTOR, checks=asked))
    elif place not in WAITING:
        review.accept(db, response.id, Ruling(ACTOR, checks=dict.fromkeys(fired, "accept")))


def is_alone() -> bool:
    """Whether nobody but this machine can come: pages at a loopback address, no proxy in front."""
    config = current_app.config
    return not config["PROXIES"] and urlsplit(config["BASE_URL"]).hostname in LOOPBACKS


def addresses(db: Database) -> dict[str, str]:
    """The four addresses a newcomer wants; the links are fresh and work in any browser.

    Where nobody else can come, the coordinator's works for a day, as often as it is opened.
    """
    base = current_app.config["BASE_URL"]
    wanted = {"Styrelsens sida": f"{base}/rapport/", "Data (Datasette)": f"{base}/data/"}
    coordinator = staff.by_email(db, COORDINATOR)
    if coordinator:
        token = new_sign_in_link(db, coordinator.id, None, for_a_day=is_alone())
        wanted["Logga in som samordnare"] = f"{base}/logga-in/{token}"
    unanswered = _someone_unanswered(db)
    if unanswered:
        wanted["Ett företags formulär"] = f"{base}/s/{invitations.new_link(db, unanswered)}"
    return wanted


def _someone_unanswered(db: Database) -> int | None:
    found = scalar(
        db,
        "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL"
        " JOIN enterprise e ON e.id = i.enterprise_id AND e.is_example = 1"
        " LEFT JOIN draft d ON d.invitation_id = i.id"
        " LEFT JOIN response p ON p.invitation_id = i.id"
        " WHERE d.invitation_id IS NULL AND p.id IS NULL ORDER BY i.id LIMIT 1",
    )
    return int(found) if found else None
