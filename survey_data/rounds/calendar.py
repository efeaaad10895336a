"""The calendar of a round: what is planned, when, and what became of it.

An act is never done here, only planned, paused, moved and noted; `automation.calendar_runner`
carries it out.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import read_all, read_one, rows, run, writing
from survey_data.errors import SurveyError


class NoSuchAct(SurveyError):
    """The calendar holds no such act."""


class ActNotWaiting(SurveyError):
    """The act has been carried out, or was left out, so it cannot be paused, moved or done."""


# The acts that write to the enterprises, and the kind of mail that each sends.
MAIL_OF = {
    "pre_notice": "pre_notice",
    "invitation": "invitation",
    "reminder_1": "reminder",
    "reminder_2": "reminder",
    "last_call": "last_call",
}
MAILS = tuple(MAIL_OF)
RELEASES = ("preliminary_release", "final_release")
# In the order of a round.
KINDS = (*MAILS, "close", *RELEASES)
# What nobody expects until someone has said yes: an extra mail, and figures made public.
PAUSED_AT_FIRST = ("pre_notice", *RELEASES)
MORNING, END_OF_DAY = time(9), time(23, 59)
SATURDAY = 5


@dataclass(frozen=True)
class Act:
    """One thing that happens in a round at a planned moment."""

    id: int
    round_id: int
    kind: str
    due_at: str
    state: str
    done_at: str | None
    count: int | None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come, by itself or once it is resumed."""
        return self.state in ("planned", "paused")

    @property
    def moment(self) -> str:
        """When it happened, or when it is to happen."""
        return self.done_at or self.due_at


def default_days(reference: date, due: date) -> dict[str, date]:
    """The usual day of each act, from the reference date and the last day for answers."""
    first = min(_weekday(reference + timedelta(1)), due)
    span = (due - first).days
    return {
        "pre_notice": _weekday(first - timedelta(7)),
        "invitation": first,
        "reminder_1": _weekday(first + timedelta(span // 3)),
        "reminder_2": _weekday(first + timedelta(span * 5 // 7)),
        "last_call": _weekday(due - timedelta(3), -1),
        "close": due,
        "preliminary_release": _weekday(due + timedelta(15)),
        "final_release": _weekday(due + timedelta(30)),
    }


def _weekday(day: date, step: int = 1) -> date:
    """The day itself, or the next weekday; with a step of -1 the one before."""
    while day.weekday() >= SATURDAY:
        day += timedelta(step)
    return day


def plan(db: Database, round_id: int, reference: date, due: date) -> None:
    """Plan a round's acts; those that should have been before now, or find no room, are skipped."""
    moment, last_mail = clock.now(), date.min
    for kind, day in default_days(reference, due).items():
        due_at = clock.at(day, END_OF_DAY if kind == "close" else MORNING)
        has_room = kind not in MAILS or last_mail < day <= due
        state = "paused" if kind in PAUSED_AT_FIRST else "planned"
        if due_at <= moment or not has_room:
            state = "skipped"
        elif kind in MAILS:
            last_mail = day
        sql = "INSERT OR IGNORE INTO act (round_id, kind, due_at, state) VALUES (?, ?, ?, ?)"
        run(db, sql, (round_id, kind, due_at, state))


def plan_missing(db: Database) -> None:
    """Give rounds from before there was a calendar one where everything to come is paused."""
    without = "SELECT * FROM round WHERE id NOT IN (SELECT round_id FROM act)"
    for row in rows(db, without):
        with writing(db):
            reference, due_date = map(date.fromisoformat, (row["reference_date"], row["due_date"]))
            plan(db, row["id"], reference, due_date)
            # Nobody has been able to read that anything would happen by itself.
            sql = "UPDATE act SET state = 'paused' WHERE round_id = ? AND state = 'planned'"
            run(db, sql, (row["id"],))  # fmt: skip


def of_round(db: Database, round_id: int) -> list[Act]:
    """Every act of a round, in the order of a round."""
    found = read_all(db, Act, "SELECT * FROM act WHERE round_id = ?", (round_id,))
    return sorted(found, key=lambda act: KINDS.index(act.kind))


def pause_reasons(db: Database, round_id: int) -> dict[int, str]:
    """Why acts of a round are paused, where it was not a person who paused them; by act."""
    sql = """SELECT t.id, a.reason FROM act t JOIN audit a ON a.subject = 'act ' || t.id
        AND a.action = 'act paused' WHERE t.round_id = ? AND t.state = 'paused'
        ORDER BY a.id"""
    found = rows(db, sql, (round_id,))
    return {row["id"]: row["reason"] for row in found if row["reason"]}


def find(db: Database, act_id: int) -> Act:
    """One act; raises NoSuchAct."""
    found = read_one(db, Act, "SELECT * FROM act WHERE id = ?", (act_id,))
    if found is None:
        raise NoSuchAct
    return found


def due(db: Database, now: str) -> list[Act]:
    """The planned acts whose moment has come, oldest first."""
    sql = "SELECT * FROM act WHERE state = 'planned' AND due_at <= ? ORDER BY due_at, id"
    return read_all(db, Act, sql, (now,))


def pause(db: Database, act_id: int, actor: str, reason: str = "") -> None:
    """Let a planned act wait until someone resumes it; raises NoSuchAct or ActNotWaiting."""
    _set_state(db, act_id, ("planned",), "paused", actor, "act paused", reason)


def resume(db: Database, act_id: int, actor: str, now: str | None = None) -> None:
    """Let a paused act happen by itself again, unless its moment has passed.

    Raises NoSuchAct or ActNotWaiting.
    """
    with writing(db):
        # It would happen at once, and nobody could have read that it would.
        if find(db, act_id).due_at <= (now or clock.now()):
            raise ActNotWaiting
        let_go(db, act_id, actor)


def paused_for(db: Database, reason: str) -> list[Act]:
    """The acts that the system itself paused for a reason, oldest first."""
    paused = read_all(db, Act, "SELECT * FROM act WHERE state = 'paused' ORDER BY due_at, id")
    reasons = {act.round_id: pause_reasons(db, act.round_id) for act in paused}
    return [act for act in paused if reasons[act.round_id].get(act.id) == reason]


def let_go(db: Database, act_id: int, actor: str) -> None:
    """Let a paused act happen at its moment, at once where that has passed.

    Raises NoSuchAct or ActNotWaiting.
    """
    _set_state(db, act_id, ("paused",), "planned", actor, "act resumed")


def skip(db: Database, act_id: int, actor: str, reason: str) -> None:
    """Leave an act out for good, and say why; raises NoSuchAct or ActNotWaiting."""
    _set_state(db, act_id, ("planned", "paused"), "skipped", actor, "act skipped", reason)


def _set_state(
    db: Database, act_id: int, before: tuple[str, ...], after: str, actor: str, action: str,
    reason: str = "",
) -> None:  # fmt: skip
    with writing(db):
        act = find(db, act_id)
        if act.state not in before:
            raise ActNotWaiting
        run(db, "UPDATE act SET state = ? WHERE id = ?", (after, act_id))
        kind = {"kind": act.kind}
        audit_trail.record(db, actor, action, f"act {act_id}", after=kind, reason=reason)


def note_done(
    db: Database, round_id: int, kind: str, count: int = 0, now: str | None = None
) -> None:
    """Note that a round's act has been done, by whomever; a second time adds to its count."""
    sql = """UPDATE act SET state = 'done', done_at = coalesce(done_at, ?),
        count = coalesce(count, 0) + ? WHERE round_id = ? AND kind = ?"""
    run(db, sql, (now or clock.now(), count, round_id, kind))


def note_closed(db: Database, round_id: int) -> None:
    """Note that a round has closed: nothing more is written to anyone."""
    note_done(db, round_id, "close")
    sql = f"""UPDATE act SET state = 'skipped' WHERE round_id = ? AND state IN ('planned', 'paused')
        AND kind IN {MAILS}"""
    run(db, sql, (round_id,))


def follow_due_date(db: Database, round_id: int, before: date, due_date: date) -> None:
    """Move what is left of a round's calendar with its last day.

    Closing is at the end of the new day. The last call and the releases come as many days after
    their old ones as the last day does; a mail that would come too late is left out.
    """
    moment, moved = clock.now(), due_date - before
    for act in filter(lambda each: each.is_waiting, of_round(db, round_id)):
        day = _day_after_move(act, due_date, moved)
        # Not at the hour somebody chose for another day: the whole last day was promised.
        hour = END_OF_DAY if act.kind == "close" else clock.local(act.due_at).time()
        due_at = clock.at(day, hour)
        too_late = act.kind in MAILS and (day > due_date or due_at <= moment)
        state = "skipped" if too_late else act.state
        run(db, "UPDATE act SET due_at = ?, state = ? WHERE id = ?", (due_at, state, act.id))


def _day_after_move(act: Act, due_date: date, moved: timedelta) -> date:
    day = clock.date_of(act.due_at)
    if act.kind == "close":
        return due_date
    if act.kind in RELEASES:
        return _weekday(day + moved)
    return _weekday(day + moved, -1) if act.kind == "last_call" else day


def note_reopened(db: Database, round_id: int) -> None:
    """Let a round that has been closed be one that will close again, after a last call."""
    sql = """UPDATE act SET state = 'planned', done_at = NULL, count = NULL WHERE round_id = ?
        AND (kind = 'close' OR (kind = 'last_call' AND state = 'skipped'))"""
    run(db, sql, (round_id,))
