"""A mailing: the invitations, reminders and other mails of a round, queued in the outbox.

Reminding by hand goes in step with the calendar: its next reminder, and nobody twice in a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox, settings
from survey_data.database import first, run, writing
from survey_data.follow_up import mail_texts, recipients
from survey_data.follow_up.recipients import NEW_DUE_DATE, ONE_ADDRESSEE, spared_on, to_write
from survey_data.rounds import calendar, invitations, round_changes, rounds
from survey_data.rounds.calendar import MAIL_OF, Act
from survey_data.rounds.rounds import Round

REMINDERS = ("reminder_1", "reminder_2", "last_call")


@dataclass(frozen=True)
class Queued:
    """How many mails were put in the outbox, and who got none: no address, or a dead one."""

    mails: int
    without_address: tuple[str, ...]
    bad_address: tuple[str, ...] = ()


def queue_invitations(db: Database, year: int, actor: str) -> Queued:
    """Queue one invitation for each enterprise of the round that was not sent one before.

    Raises NoSuchRound or RoundClosed.
    """
    return queue_mails(db, year, "invitation", actor)


def queue_mails(db: Database, year: int, kind: str, actor: str, now: str | None = None) -> Queued:
    """Queue a kind of mail for exactly those whom `to_write` names at this moment.

    Raises NoSuchRound, RoundClosed or PlaceholdersLeft.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        survey_round.must_be_open()
        refuse_placeholders(db, survey_round)
        asked = recipients.audience(db, survey_round, kind)
        without = tuple(a["name"] for a in asked if not a["email"])
        dead = tuple(a["name"] for a in asked if a["is_dead"])
        chosen = to_write(db, survey_round, kind, now)
        count = sum(_queue(db, a, a["kind"], a["once"]) for a in chosen)
        if kind == "invitation":
            calendar.note_done(db, survey_round.id, kind, count, now)
        audit_trail.record(db, actor, f"{kind} queued", f"round {year}", after={"mails": count})
    return Queued(count, without, dead)


def _queue(db: Database, one: dict[str, Any], kind: str, once: str) -> bool:
    # One that waits since the day before moved says the new day when it leaves: nobody gets two.
    sql = """UPDATE OR IGNORE outbox SET once = :once, recipient = :email, language = :language
        WHERE kind = :kind AND invitation_id = :invitation_id AND once <> :once
        AND state = 'queued' AND claimed_at IS NULL"""
    if kind == NEW_DUE_DATE and run(db, sql, {**one, "kind": kind, "once": once}):
        return True
    about = {"invitation_id": one["invitation_id"], "language": one["language"]}
    return outbox.queue(db, kind, one["email"], once=once, **about)


def made_up_facts(db: Database, survey_round: Round) -> list[str]:
    """Which facts must be made real before a real mail of a round; none for examples or files."""
    is_exempt = survey_round.is_example or rounds.is_trial(db)
    return [] if is_exempt or not settings.mail_leaves(db) else settings.placeholders(db)


def refuse_placeholders(db: Database, survey_round: Round) -> None:
    """Raise PlaceholdersLeft where a real mail would state facts that are made up."""
    if names := made_up_facts(db, survey_round):
        raise settings.PlaceholdersLeft(names)


def queue_for_one(db: Database, invitation_id: int, kind: str, actor: str) -> Queued:
    """Queue a kind of mail for one enterprise, at most once a day; what reminds, as `to_write`.

    Its round must take its answers, which one that was opened again for it does. Raises
    UnknownLink, RoundClosed or PlaceholdersLeft.
    """
    with writing(db):
        invitation = invitations.by_id(db, invitation_id)
        invitation.round.must_be_open()
        refuse_placeholders(db, invitation.round)
        one = first(db, ONE_ADDRESSEE, (invitation_id,))
        assert one is not None
        name = invitation.enterprise.full_name
        if not one["email"] or one["is_dead"]:
            return Queued(0, () if one["email"] else (name,), (name,) if one["is_dead"] else ())
        day = clock.today()
        if recipients.is_reminder(kind) and invitation_id in spared_on(db, invitation.round, day):
            return Queued(0, ())
        kind = recipients.kind_for(one, kind)
        once = f"{kind} {invitation_id}"
        # The first invitation is the one that the round's own sending would have made.
        if kind != "invitation" or one["invited"]:
            once += f" {recipients.said_on(db, kind, day)}"
        queued = _queue(db, one, kind, once)
        if queued:
            subject = f"enterprise {invitation.enterprise.id}"
            audit_trail.record(db, actor, f"{kind} queued", subject, after={"mails": 1})
    return Queued(int(queued), ())


def invite_late(db: Database, year: int, enterprise_id: int, actor: str) -> Queued:
    """Ask one more enterprise in an open round, and queue its invitation.

    Raises NoSuchRound, RoundClosed or NotToInvite.
    """
    with writing(db):
        invitation_id = round_changes.add(db, year, enterprise_id, actor)
        return queue_for_one(db, invitation_id, "invitation", actor)


def invite_all_late(db: Database, year: int, actor: str) -> Queued:
    """Ask everyone who was active on the reference date and is not in the round yet.

    Raises NoSuchRound or RoundClosed.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        survey_round.must_be_open()
        late = round_changes.not_invited(db, survey_round)
        return _together([invite_late(db, year, each, actor) for each, _name in late])


def tell_reopened(db: Database, year: int, actor: str, only: int | None = None) -> Queued:
    """Queue the new last day to those of a round that lack an answer and may give it.

    With `only`, to that enterprise alone. Raises NoSuchRound.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        if survey_round.is_open:
            return queue_mails(db, year, NEW_DUE_DATE, actor)
        again = {only} if only else set(round_changes.reopened(db, survey_round))
        missing = [a for a in recipients.to_remind(db, survey_round) if a["enterprise_id"] in again]
        each = [queue_for_one(db, a["invitation_id"], NEW_DUE_DATE, actor) for a in missing]
    return _together(each)


def undo_opening(db: Database, year: int, actor: str) -> None:
    """Let a round not have been opened; its texts wait for the next opening.

    Raises NoSuchRound or MailHasLeft.
    """
    with writing(db):
        texts = mail_texts.own(db, rounds.find(db, year).id)
        round_changes.undo_opening(db, year, actor)
        mail_texts.keep(db, 0, texts)


def _together(each: Sequence[Queued]) -> Queued:
    return Queued(
        sum(q.mails for q in each),
        tuple(name for q in each for name in q.without_address),
        tuple(name for q in each for name in q.bad_address),
    )


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
    spared_today: int

    @property
    def mail(self) -> str:
        """The kind of mail that it sends."""
        return MAIL_OF[self.act.kind] if self.act else "reminder"


def plan_reminder(db: Database, survey_round: Round, now: str | None = None) -> ReminderPlan:
    """What would happen if the enterprises of an open round were reminded now."""
    moment = now or clock.now()
    day = clock.date_of(moment)
    acts = [a for a in calendar.of_round(db, survey_round.id) if a.kind in REMINDERS]
    today = [a for a in acts if a.done_at and clock.date_of(a.done_at) == day]
    waiting = [a for a in acts if a.is_waiting]
    act = waiting[0] if waiting and not today else None
    following = next((a for a in waiting if a is not act), None)
    kind = MAIL_OF[act.kind] if act else "reminder"
    return ReminderPlan(
        act,
        following,
        today[-1] if today else None,
        to_write(db, survey_round, kind, moment),
        len(spared_on(db, survey_round, day)),
    )


def remind(db: Database, year: int, actor: str, now: str | None = None) -> Queued:
    """Remind now as `plan_reminder` says; raises NoSuchRound or RoundClosed."""
    with writing(db):
        survey_round = rounds.find(db, year)
        planned = plan_reminder(db, survey_round, now)
        queued = queue_mails(db, year, planned.mail, actor, now)
        # A reminder that goes to nobody is left to the calendar.
        if planned.act and queued.mails:
            calendar.note_done(db, survey_round.id, planned.act.kind, queued.mails, now)
            after = {"kind": planned.act.kind, "count": queued.mails}
            audit_trail.record(db, actor, "act carried out", f"act {planned.act.id}", after=after)
    return queued
