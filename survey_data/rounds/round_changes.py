"""What may change in a round once it is open: who is asked, its last day, and its being closed.

A round that has never been released is opened again as it was. One that has been stays closed, so
that its released figures stand: then each enterprise has a last day of its own, and what it hands
in by then is a correction, which waits for the next edition.
"""

from datetime import date

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, rows, run, scalar, writing
from survey_data.errors import RoundStillOpen, SurveyError
from survey_data.rounds import calendar, is_extra, rounds
from survey_data.rounds.rounds import Round


class NotToInvite(SurveyError):
    """The enterprise cannot join the round: it was not active on the reference date, or is in."""


class DayHasPassed(SurveyError):
    """A last day for answers must be today or later, and after the reference date."""

    says = "Sista svarsdag ({}) måste vara i dag eller senare."


class ReasonMissing(SurveyError):
    """A round is opened again for a reason, which the trail keeps."""


class NothingToReopen(SurveyError):
    """The round, or the enterprise in it, already takes answers or was never asked."""


class MailHasLeft(SurveyError):
    """An enterprise has been written to or has begun, so the opening cannot be undone."""


def may_join(db: Database, survey_round: Round, enterprise_id: int) -> bool:
    """Whether an enterprise was active on the reference date and is not in the open round yet."""
    return any(enterprise_id == each for each, _name in not_invited(db, survey_round))


def not_invited(db: Database, survey_round: Round) -> list[tuple[int, str]]:
    """Those of the register who were active on the reference date and are not in the round."""
    sql = """SELECT e.id, e.name FROM enterprise e WHERE e.active_from <= :day
        AND (e.active_to IS NULL OR e.active_to >= :day) AND NOT EXISTS (SELECT 1 FROM
        invitation i WHERE i.enterprise_id = e.id AND i.round_id = :round) ORDER BY e.name"""
    day = survey_round.reference_date.isoformat()
    found = rows(db, sql, {"day": day, "round": survey_round.id})
    return [(row["id"], row["name"]) for row in found] if survey_round.is_open else []


def add(db: Database, year: int, enterprise_id: int, actor: str) -> int:
    """Ask one more enterprise in an open round, and return its invitation.

    Raises NoSuchRound, RoundClosed or NotToInvite.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        survey_round.must_be_open()
        if not may_join(db, survey_round, enterprise_id):
            raise NotToInvite(
                "Företaget är redan med i omgången, eller var inte verksamt på räknedagen."
            )
        audit_trail.record(db, actor, "enterprise asked", f"enterprise {enterprise_id}",
                           after={"year": year})  # fmt: skip
        wanted = {"round_id": survey_round.id, "enterprise_id": enterprise_id}
        return insert(db, "invitation", wanted | {"created_at": clock.now()})


def move_due_date(db: Database, year: int, day: date, actor: str) -> None:
    """Give an open round another last day; what is left of its calendar follows.

    Raises NoSuchRound, RoundClosed or DayHasPassed.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        survey_round.must_be_open()
        _refuse_past(survey_round, day)
        _set_due_date(db, survey_round, day)
        audit_trail.record(
            db, actor, "due date moved", f"round {year}",
            before={"due_date": survey_round.due_date.isoformat()},
            after={"due_date": day.isoformat()},
        )  # fmt: skip


def _refuse_past(survey_round: Round, day: date) -> None:
    if day < clock.today() or day <= survey_round.reference_date:
        raise DayHasPassed(day)


def _set_due_date(db: Database, survey_round: Round, day: date) -> None:
    run(db, "UPDATE round SET due_date = ? WHERE id = ?", (day.isoformat(), survey_round.id))
    calendar.follow_due_date(db, survey_round.id, survey_round.due_date, day)


def reopen(
    db: Database, year: int, until: date, reason: str, actor: str, enterprise_id: int | None = None
) -> int:
    """Take answers again after closing, for all or for one, up to and with a day.

    Returns how many enterprises it is for. What has been released stays as it was. Raises
    NoSuchRound, DayHasPassed, ReasonMissing, NothingToReopen, or RoundStillOpen where another
    round is open and this one has never been released.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        _refuse_past(survey_round, until)
        if not reason.strip():
            raise ReasonMissing("Skriv varför.")
        if survey_round.is_open:
            raise NothingToReopen(f"Omgången {year} är redan öppen.")
        wholly = enterprise_id is None and not is_released(db, year)
        if wholly:
            count = _open_again(db, survey_round, until)
        else:
            count = _prolong(db, survey_round, until, enterprise_id)
        subject = f"round {year}" if enterprise_id is None else f"enterprise {enterprise_id}"
        audit_trail.record(
            db, actor, "round reopened", subject, reason=reason.strip(),
            after={"year": year, "until": until.isoformat(), "enterprises": count},
        )  # fmt: skip
    return count


def is_released(db: Database, year: int) -> bool:
    """Whether a release has a year's figures."""
    return first(db, "SELECT 1 FROM protection WHERE year = ?", (year,)) is not None


def _open_again(db: Database, survey_round: Round, until: date) -> int:
    other = rounds.current(db)
    if other is not None:
        raise RoundStillOpen(other.year)
    run(db, "UPDATE round SET closed_at = NULL WHERE id = ?", (survey_round.id,))
    run(db, "UPDATE invitation SET open_until = NULL WHERE round_id = ?", (survey_round.id,))
    calendar.note_reopened(db, survey_round.id)
    _set_due_date(db, survey_round, until)
    asked = "SELECT count(*) FROM invitation WHERE round_id = ?"
    return int(scalar(db, asked, (survey_round.id,)))


def _prolong(db: Database, survey_round: Round, until: date, enterprise_id: int | None) -> int:
    sql = """UPDATE invitation SET open_until = ? WHERE round_id = ?
        AND (enterprise_id = ? OR ? IS NULL)"""
    count = run(db, sql, (until.isoformat(), survey_round.id, enterprise_id, enterprise_id))
    if not count:
        raise NothingToReopen("Företaget var inte med i omgången.")
    return count


def reopened(db: Database, survey_round: Round) -> dict[int, date]:
    """The enterprises that may still answer a closed round, and their last day."""
    sql = "SELECT enterprise_id, open_until FROM invitation WHERE round_id = ? AND open_until >= ?"
    found = rows(db, sql, (survey_round.id, clock.today().isoformat()))
    if survey_round.is_open:
        return {}
    return {row["enterprise_id"]: date.fromisoformat(row["open_until"]) for row in found}


def can_undo_opening(db: Database, survey_round: Round) -> bool:
    """Whether nobody has been written to, nobody has begun and nothing has been noted."""
    if not survey_round.is_open:
        return False
    sql = """SELECT 1 FROM invitation i WHERE i.round_id = ? AND (i.opened_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM outbox o WHERE o.invitation_id = i.id
        AND o.state NOT IN ('queued', 'cancelled'))
        OR EXISTS (SELECT 1 FROM draft d WHERE d.invitation_id = i.id)
        OR EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id)
        OR EXISTS (SELECT 1 FROM session s WHERE s.invitation_id = i.id)
        OR EXISTS (SELECT 1 FROM link l WHERE l.invitation_id = i.id)
        OR EXISTS (SELECT 1 FROM call c WHERE c.invitation_id = i.id))"""
    return first(db, sql, (survey_round.id,)) is None


def undo_opening(db: Database, year: int, actor: str) -> None:
    """Let a round not have been opened; its extra questions wait for the next opening again.

    Raises NoSuchRound or MailHasLeft.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        if not can_undo_opening(db, survey_round):
            raise MailHasLeft("Någon har redan fått mejl eller börjat svara.")
        extras = [each for each in survey_round.questionnaire if is_extra(each)]
        if extras:
            rounds.prepare(db, extras)
        theirs = "invitation_id IN (SELECT id FROM invitation WHERE round_id = ?)"
        run(db, f"DELETE FROM outbox WHERE {theirs}", (survey_round.id,))
        for table in ("act", "mail_text", "invitation"):
            run(db, f"DELETE FROM {table} WHERE round_id = ?", (survey_round.id,))
        run(db, "DELETE FROM round WHERE id = ?", (survey_round.id,))
        audit_trail.record(db, actor, "opening undone", f"round {year}")
