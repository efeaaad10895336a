"""Requests that a second person approve a release, and what stands in the way of one."""

import errno
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, keep_setting, read_one, run, setting, writing
from survey_data.errors import SurveyError
from survey_data.staff import staff
from survey_data.staff.staff import COORDINATE, may

SETTING = "release_approval"


class ApprovalNeeded(SurveyError):
    """A second person must approve before anything is published."""


class NotToApprove(SurveyError):
    """The one who prepared a release cannot be the one who approves it."""


class NobodyToApprove(SurveyError):
    """With a single coordinator, nobody could approve what she prepares."""


class RequestWaits(SurveyError):
    """A release waits for approval, so what it holds is frozen."""


class NoRequestWaiting(SurveyError):
    """The request has been approved, declined or withdrawn already."""


class ReleaseIncomplete(SurveyError):
    """A release or an estimate lacks what it needs; names the fields."""

    def __init__(self, *lacks: str) -> None:
        super().__init__(", ".join(lacks))
        self.lacks = lacks


class ReleaseStopped(SurveyError):
    """The machine stopped a release before it was decided, so nothing has changed."""

    def __init__(self, fault: Exception | None = None) -> None:
        full = (errno.ENOSPC, errno.EDQUOT)
        self.is_full = getattr(fault, "errno", None) in full or "is full" in str(fault)
        why = "Disken är full" if self.is_full else "Servern avbröt arbetet"
        # For whoever publishes by a command; the pages have their own words.
        self.sv = f"{why}. Inget är publicerat: gör det igen."
        super().__init__(type(self).__name__)


@dataclass(frozen=True)
class Request:
    """A release that someone has prepared, and what became of it."""

    id: int
    kind: str
    note_sv: str
    note_en: str
    fingerprint: str
    requested_by: str
    requested_at: str
    state: str
    decided_by: str | None
    decided_at: str | None
    reason: str
    release_id: str | None

    @property
    def is_preliminary(self) -> bool:
        """Whether it asks for a preliminary release."""
        return self.kind == "preliminary"


def is_required(db: Database) -> bool:
    """Whether a release needs a second person's approval."""
    return setting(db, SETTING) == "1"


def require(db: Database, wanted: bool, actor: str) -> None:
    """Switch the second person's approval on or off.

    Raises NobodyToApprove where there is but one coordinator, and RequestWaits where it would
    be switched off while a release waits.
    """
    with writing(db):
        before = is_required(db)
        if wanted == before:
            return
        if wanted and sum(may(who.role, COORDINATE) for who in staff.everyone(db)) < 2:
            raise NobodyToApprove
        if not wanted and waiting(db):
            raise RequestWaits
        keep_setting(db, SETTING, str(int(wanted)))
        audit_trail.record(
            db, actor, "settings changed", "settings",
            before={SETTING: before}, after={SETTING: wanted},
        )  # fmt: skip


def waiting(db: Database) -> Request | None:
    """The request that waits for someone's approval, or None."""
    return read_one(db, Request, "SELECT * FROM release_request WHERE state = 'waiting'")


def newest(db: Database) -> Request | None:
    """The request that was made last, whatever became of it, or None."""
    return read_one(db, Request, "SELECT * FROM release_request ORDER BY id DESC LIMIT 1")


def add(
    db: Database, kind: str, note_sv: str, note_en: str, fingerprint: str, actor: str
) -> Request:
    """Ask for approval; raises RequestWaits where another release already waits."""
    with writing(db):
        if waiting(db):
            raise RequestWaits
        asked = {"kind": kind, "note_sv": note_sv, "note_en": note_en, "fingerprint": fingerprint}
        insert(db, "release_request",
               asked | {"requested_by": actor, "requested_at": clock.now()})  # fmt: skip
        found = waiting(db)
        assert found is not None
        audit_trail.record(
            db, actor, "approval asked for", f"request {found.id}", after={"kind": kind}
        )
    return found


def settle(
    db: Database,
    request_id: int,
    state: str,
    actor: str,
    *,
    reason: str = "",
    release_id: str | None = None,
) -> None:
    """Say what became of a request; raises NoRequestWaiting."""
    with writing(db):
        touched = run(
            db,
            "UPDATE release_request SET state = ?, decided_by = ?, decided_at = ?, reason = ?,"
            " release_id = ? WHERE id = ? AND state = 'waiting'",
            (state, actor, clock.now(), reason, release_id, request_id),
        )
        if not touched:
            raise NoRequestWaiting
        audit_trail.record(db, actor, f"release {state}", f"request {request_id}", reason=reason)
