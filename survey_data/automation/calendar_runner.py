"""The acts of the calendar carried out: by the scheduler when due, or now by a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import writing
from survey_data.errors import SurveyError
from survey_data.follow_up.mailings import queue_mails
from survey_data.follow_up.recipients import to_write
from survey_data.publishing.publish import NothingNew, Places
from survey_data.publishing.release_workflow import release_by_calendar
from survey_data.rounds import calendar, rounds
from survey_data.rounds.calendar import MAIL_OF, RELEASES, Act, ActNotWaiting
from survey_data.rounds.calendar_rules import round_of

ACTOR = "calendar"
# Why an act is paused that fell due only as the clock was put forward.
LEAPT = "the clock leapt"


def recipients(db: Database, act: Act, now: str | None = None) -> list[dict[str, Any]]:
    """Exactly those who would be written to if the act happened now; none for other acts."""
    survey_round = round_of(db, act)
    if act.kind not in MAIL_OF or not survey_round.is_open:
        return []
    return to_write(db, survey_round, MAIL_OF[act.kind], now)


def carry_out(db: Database, act_id: int, actor: str, places: Places) -> Act:
    """Do an act now, whatever moment it was planned for, and tell what it came to.

    Raises NoSuchAct, ActNotWaiting when it has been done, or what the act itself is refused for.
    """
    act = calendar.find(db, act_id)
    if act.state == "done":
        raise ActNotWaiting
    if act.kind in RELEASES:
        return _release(db, act, actor, places)
    with writing(db):
        if calendar.find(db, act_id).state == "done":
            raise ActNotWaiting
        return _do(db, act, actor, clock.now())


def _do(db: Database, act: Act, actor: str, now: str) -> Act:
    year, count = round_of(db, act).year, 0
    if act.kind in MAIL_OF:
        count = queue_mails(db, year, MAIL_OF[act.kind], actor, now).mails
    else:
        rounds.close_round(db, year, actor)
    # Sending the invitations and closing note it themselves, whoever does them.
    if calendar.find(db, act.id).state != "done":
        calendar.note_done(db, act.round_id, act.kind, count, now)
    _record(db, act, actor, count)
    return calendar.find(db, act.id)


def _record(db: Database, act: Act, actor: str, count: int) -> None:
    after = {"kind": act.kind, "count": count}
    audit_trail.record(db, actor, "act carried out", f"act {act.id}", after=after)


def _release(db: Database, act: Act, actor: str, places: Places) -> Act:
    """Publish as an act says: proven beside everything else, and noted as it is decided."""

    def check() -> None:
        now = calendar.find(db, act.id)
        # Done meanwhile by another, or paused or moved by a person.
        if (now.state, now.due_at) != (act.state, act.due_at):
            raise ActNotWaiting
        _record(db, act, actor, 0)

    kind, year = act.kind.removesuffix("_release"), round_of(db, act).year
    try:
        release_by_calendar(db, places, actor, kind, year, lambda _made: check())
    except NothingNew:
        with writing(db):
            check()
            calendar.note_done(db, act.round_id, act.kind)
    return calendar.find(db, act.id)


def run_due(db: Database, places: Places, now: str | None = None) -> list[Act]:
    """Carry out every act whose moment has come; returns those that were.

    Each is claimed and done in one transaction, so that two processes do it once; a release is
    proven before, and claimed as it is decided. What cannot be done is paused, where a person
    sees why.
    """
    moment = now or clock.now()
    found = (_run_one(db, act, places, moment) for act in calendar.due(db, moment))
    return [act for act in found if act]


def _run_one(db: Database, act: Act, places: Places, now: str) -> Act | None:
    try:
        with writing(db):
            waiting = calendar.due(db, now)
            if act.id not in {a.id for a in waiting}:
                return None
            if reason := _left_out(db, act, waiting, now):
                calendar.skip(db, act.id, ACTOR, reason)
                return None
            if act.kind not in RELEASES:
                return _do(db, act, ACTOR, now)
        return _release(db, act, ACTOR, places)
    except ActNotWaiting:
        return None
    except SurveyError as fault:
        calendar.pause(db, act.id, ACTOR, reason=str(fault) or type(fault).__name__)
        return None


def note_leap(db: Database, leap: timedelta) -> None:
    """Let what falls due only by a leap of the clock wait for a person, until the clock returns.

    Mails that wait for a server have their five days anew, as nobody knows how long they waited.
    """
    with writing(db):
        now = clock.now()
        audit_trail.record(db, ACTOR, LEAPT, after={"seconds": round(leap.total_seconds())})
        would_be = (datetime.fromisoformat(now) - leap).isoformat(timespec="milliseconds")
        for act in calendar.due(db, now):
            if act.due_at > would_be:
                calendar.pause(db, act.id, ACTOR, reason=LEAPT)
        for act in calendar.paused_for(db, LEAPT):
            if act.due_at > now:
                calendar.let_go(db, act.id, ACTOR)
        outbox.hurry(db, anew=True)


def let_go_after_leap(db: Database, actor: str) -> int:
    """Let what a leap of the clock paused happen now, as a person says so; returns how many."""
    with writing(db):
        paused = calendar.paused_for(db, LEAPT)
        for act in paused:
            calendar.let_go(db, act.id, actor)
    return len(paused)


def _left_out(db: Database, act: Act, waiting: Sequence[Act], now: str) -> str:
    """Why a mail that is late is not sent after all, if so."""
    if act.kind not in MAIL_OF:
        return ""
    acts = calendar.of_round(db, act.round_id)
    together = [a for a in acts if a in waiting]
    if not round_of(db, act).is_open or any(a.kind == "close" for a in together):
        return "the round is closed"
    # After a stop, nobody gets two mails at once: the invitation if it has not left, else the
    # last of them.
    mails = [a for a in together if a.kind in MAIL_OF]
    chosen = next((a for a in mails if a.kind == "invitation"), mails[-1])
    done = [a.done_at for a in acts if a.kind in MAIL_OF and a.done_at]
    sent = clock.date_of(now) in {clock.date_of(moment) for moment in done}
    return "another mail left the same day" if sent or act.id != chosen.id else ""
