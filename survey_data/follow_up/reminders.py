"""Reminding by hand, in step with the calendar: its next reminder, and nobody twice in a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import writing
from survey_data.follow_up.recipients import Queued, queue_mails, reminded_on, to_write
from survey_data.rounds import calendar, rounds
from survey_data.rounds.calendar import MAIL_OF, Act
from survey_data.rounds.rounds import Round

REMINDERS = ("reminder_1", "reminder_2", "last_call")


@dataclass(frozen=True)
class ReminderPlan:
    """What a reminder sent now would be: to exactly whom, and as which act of the calendar.

    `act` is the calendar's next reminder, done by it; None when there is none left, or when
    one (`sent_today`) has left the same day. `following` is the one after that.
    """

    act: Act | None
    following: Act | None
    sent_today: Act | None
    recipients: list[dict[str, Any]]
    reminded_today: int

    @property
    def mail(self) -> str:
        """The kind of mail that it sends."""
        return MAIL_OF[self.act.kind] if self.act else "reminder"


def plan(db: Database, survey_round: Round, now: str | None = None) -> ReminderPlan:
    """What would happen if the enterprises of an open round were reminded now."""
    moment = now or clock.now()
    day = clock.local(moment).date()
    acts = [a for a in calendar.of_round(db, survey_round.id) if a.kind in REMINDERS]
    today = [a for a in acts if a.done_at and clock.local(a.done_at).date() == day]
    waiting = [a for a in acts if a.is_waiting]
    act = waiting[0] if waiting and not today else None
    following = next((a for a in waiting if a is not act), None)
    kind = MAIL_OF[act.kind] if act else "reminder"
    return ReminderPlan(
        act,
        following,
        today[-1] if today else None,
        to_write(db, survey_round, kind, moment),
        len(reminded_on(db, survey_round, day)),
    )


def remind(db: Database, year: int, actor: str, now: str | None = None) -> Queued:
    """Remind now as `plan` says; raises NoSuchRound or RoundClosed."""
    with writing(db):
        survey_round = rounds.find(db, year)
        planned = plan(db, survey_round, now)
        queued = queue_mails(db, year, planned.mail, actor, now)
        if planned.act:
            calendar.note_done(db, survey_round.id, planned.act.kind, queued.mails, now)
            after = {"kind": planned.act.kind, "count": queued.mails}
            audit_trail.record(db, actor, "act carried out", f"act {planned.act.id}", after=after)
    return queued
