"""Making a release: its estimates, a note when it replaces one, a second person's approval."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, scalar, writing
from survey_data.errors import ChangedMeanwhile, RoundStillOpen, SurveyError
from survey_data.publishing import approval_requests, proof, publish, release_preview
from survey_data.publishing.approval_requests import (
    ApprovalNeeded,
    NoRequestWaiting,
    NotToApprove,
    ReleaseIncomplete,
    Request,
    RequestWaits,
)
from survey_data.publishing.publish import Places
from survey_data.releases.open_db import Release
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population

KINDS = ("preliminary", "final")
YES = "yes"


class IncompleteCoverage(SurveyError):
    """A final release of a year that lacks answers, which nobody has said is meant so."""


@dataclass(frozen=True)
class Incomplete:
    """A year in which some have neither answered nor been estimated."""

    year: int
    asked: int
    answered: int


# Of a release by the calendar, which no person writes a note for.
BY_CALENDAR = {
    True: ("Preliminär utgåva enligt kalendern. Ersätter {old}.",
           "Preliminary release by the calendar. Replaces {old}."),
    False: ("Slutlig utgåva enligt kalendern. Ersätter {old}.",
            "Final release by the calendar. Replaces {old}."),
}  # fmt: skip


def estimate(
    db: Database, survey_round: Round, estimated: set[int], reason: str, actor: str
) -> int:
    """Estimate exactly these invitations and leave the others without an answer out.

    Returns how many decisions changed. Raises ReleaseIncomplete where one that is newly
    estimated has no reason, and RequestWaits while a release waits for approval.
    """
    with writing(db):
        if approval_requests.waiting(db):
            raise RequestWaits
        changed = [
            offer
            for offer in population.offers(db, survey_round).values()
            if offer.numbers is not None and offer.is_used != (offer.invitation_id in estimated)
        ]
        if not reason and any(not offer.is_used for offer in changed):
            raise ReleaseIncomplete("reason")
        for offer in changed:
            now = {"method": "left_out" if offer.is_used else "carried_forward"}
            decision = {"reason": reason, "actor": actor, "decided_at": clock.now()}
            insert(db, "estimate", {"invitation_id": offer.invitation_id} | now | decision)
            audit_trail.record(
                db, actor, "estimate decided", f"invitation {offer.invitation_id}",
                before={"method": offer.method}, after=now, reason=reason,
            )  # fmt: skip
    return len(changed)


def incomplete(db: Database) -> list[Incomplete]:
    """The years that lack answers, but for those that are final with just these answers already."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM protection p JOIN release r ON r.id = p.release_id"
        " WHERE r.kind <> 'preliminary' AND (p.year, p.asked, p.answered) = (?, ?, ?))"
    )
    found = (
        (each.year, population.basis_of(db, each))
        for each in release_preview.to_come(db)
        if not each.is_open and each.frame_is_known
    )
    return [
        Incomplete(year, basis.asked, basis.answered)
        for year, basis in found
        if basis.is_incomplete and not scalar(db, sql, (year, basis.asked, basis.answered))
    ]


def check(db: Database, kind: str, note_sv: str, note_en: str, incomplete_is_meant: str) -> None:
    """Refuse a release that lacks its kind, or the note that one which replaces another needs.

    One that is final though answers are missing must be said to be meant so (YES). Raises
    ReleaseIncomplete with the names of what is missing.
    """
    _, _, replaces = release_preview.next_id(db)
    lacks = [] if kind in KINDS else ["kind"]
    if replaces:
        lacks += [n for n, v in (("note_sv", note_sv), ("note_en", note_en)) if not v.strip()]
    if kind == "final" and incomplete_is_meant != YES and incomplete(db):
        lacks.append("incomplete_is_meant")
    if lacks:
        raise ReleaseIncomplete(*lacks)


def release(
    db: Database, places: Places, actor: str, *, kind: str, note_sv: str, note_en: str, seen: str,
    incomplete_is_meant: str = "",
) -> Release:  # fmt: skip
    """Publish what was `seen` (the mark of all that it reads) by the one who publishes.

    Raises ReleaseIncomplete, ApprovalNeeded, ChangedMeanwhile or NotProtected.
    """
    check(db, kind, note_sv, note_en, incomplete_is_meant)
    _check_alone(db)
    return publish.publish(
        db, places, actor, note_sv=note_sv, note_en=note_en,
        is_preliminary=kind == "preliminary", seen=seen, agreed=lambda _made: _check_alone(db),
    )  # fmt: skip


def _check_alone(db: Database) -> None:
    if approval_requests.is_required(db):
        raise ApprovalNeeded


def ask(
    db: Database, actor: str, *, kind: str, note_sv: str, note_en: str, seen: str,
    incomplete_is_meant: str = "",
) -> Request:  # fmt: skip
    """Ask a second person to approve what was `seen`.

    Raises ReleaseIncomplete, ChangedMeanwhile, RequestWaits or NotProtected.
    """
    check(db, kind, note_sv, note_en, incomplete_is_meant)
    # What cannot be protected is not asked for.
    release_preview.previews(proof.copy(db))
    with writing(db):
        if proof.basis(db) != seen:
            raise ChangedMeanwhile
        return approval_requests.add(db, kind, note_sv, note_en, seen, actor)


def approve(db: Database, places: Places, request_id: int, actor: str) -> Release:
    """Approve and publish what the one who prepared it saw.

    Raises NoRequestWaiting, NotToApprove, ChangedMeanwhile or NotProtected.
    """
    request = _to_approve(db, request_id, actor)

    def agreed(made: Release) -> None:
        _to_approve(db, request_id, actor)
        approval_requests.settle(db, request_id, "approved", actor, release_id=made.id)

    return publish.publish(
        db, places, actor, note_sv=request.note_sv, note_en=request.note_en,
        is_preliminary=request.is_preliminary, seen=request.fingerprint, agreed=agreed,
    )  # fmt: skip


def _to_approve(db: Database, request_id: int, actor: str) -> Request:
    request = approval_requests.waiting(db)
    if request is None or request.id != request_id:
        raise NoRequestWaiting
    if request.requested_by == actor:
        raise NotToApprove
    return request


def decline(db: Database, request_id: int, actor: str, reason: str) -> None:
    """Say no to a release, and why.

    Raises NoRequestWaiting, NotToApprove or ReleaseIncomplete.
    """
    with writing(db):
        _to_approve(db, request_id, actor)
        if not reason:
            raise ReleaseIncomplete("reason")
        approval_requests.settle(db, request_id, "declined", actor, reason=reason)


def withdraw(db: Database, request_id: int, actor: str) -> None:
    """Take a request back, so that what it holds may change again; raises NoRequestWaiting."""
    approval_requests.settle(db, request_id, "withdrawn", actor)


def release_by_calendar(
    db: Database,
    places: Places,
    actor: str,
    kind: str,
    year: int,
    agreed: Callable[[Release], None],
) -> None:
    """Publish because the day has come, unless `agreed` refuses when it is decided.

    Raises ApprovalNeeded, RoundStillOpen, NotProtected, NothingNew, or IncompleteCoverage: that a
    final release lacks answers is for a person to decide.
    """

    def still(made: Release) -> None:
        _check_due(db, year)
        agreed(made)

    _check_due(db, year)
    if kind == "final" and incomplete(db):
        raise IncompleteCoverage
    _, _, replaces = release_preview.next_id(db)
    old = next((each["id"] for each in publish.standing(db)), "") if replaces else ""
    sv, en = (words.format(old=old) for words in BY_CALENDAR[kind == "preliminary"])
    publish.publish(
        db, places, actor, note_sv=sv if old else "", note_en=en if old else "",
        is_preliminary=kind == "preliminary", agreed=still, only_new=True,
    )  # fmt: skip


def _check_due(db: Database, year: int) -> None:
    if rounds.find(db, year).is_open:
        raise RoundStillOpen(year)
    _check_alone(db)
