"""Whom the mails do not reach, what is known of why, and sending them again.

Computed from the outbox, the reports and the contacts as they are now. What did not arrive is sent
again as a person decides, to the address that works now.
"""

from dataclasses import dataclass, replace

from sqlite_utils import Database

from survey_data import audit_trail, clock, mail_kinds, outbox
from survey_data.database import read_all, rows, run, scalar, writing
from survey_data.errors import UnknownLink
from survey_data.follow_up import bounces
from survey_data.follow_up.bounces import Bounce
from survey_data.outbox import Mail
from survey_data.register import contacts
from survey_data.register.enterprises import FULL_NAME, MAIN_CONTACT, Contact
from survey_data.responses.drafts import TAKES_ANSWERS
from survey_data.review.decisions import STANDING_DECISION
from survey_data.rounds import calls
from survey_data.rounds.rounds import Round

CONCERNED = f"""SELECT i.id AS invitation_id, e.id AS enterprise_id, {FULL_NAME} AS name,
    coalesce(c.email, '') AS email, coalesce(c.phone, '') AS phone,
    coalesce(c.name, '') AS contact_name,
    {bounces.IS_DEAD.format("c.email")} AS is_dead,
    outbox.id AS mail_id, coalesce(outbox.kind, '') AS mail_kind,
    coalesce(outbox.recipient, '') AS written_to, coalesce(outbox.error, '') AS words,
    coalesce(outbox.sent_at, outbox.created_at, '') AS at,
    coalesce({outbox.STATE}, '') AS mail_state
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id {MAIN_CONTACT}
    LEFT JOIN outbox ON outbox.id = (SELECT max(o.id) FROM outbox o
        WHERE o.invitation_id = i.id
        AND o.kind IN {mail_kinds.ABOUT_ANSWERING})
    WHERE i.round_id = ?
    AND NOT EXISTS (SELECT 1 FROM latest_response p WHERE p.invitation_id = i.id
        AND coalesce({STANDING_DECISION}, '') <> 'returned')
    ORDER BY e.name, e.unit_name"""
# A link to a round that has closed is not sent again: it would lead to a closed door.
STILL_OF_USE = f"""(kind IN {mail_kinds.AFTER_CLOSING} OR NOT EXISTS
    (SELECT 1 FROM invitation i JOIN round r ON r.id = i.round_id
        WHERE i.id = outbox.invitation_id AND NOT {TAKES_ANSWERS}))"""


@dataclass(frozen=True)
class Undelivered:
    """One enterprise that a mail did not reach, and what is known of why.

    `is_dead`: the address its contact has now does not work. `mail_id` is the mail to send again.
    """

    invitation_id: int
    enterprise_id: int
    name: str
    email: str
    phone: str
    contact_name: str
    is_dead: bool
    mail_id: int | None
    mail_kind: str
    mail_state: str
    written_to: str
    words: str
    at: str
    status: str = ""

    @property
    def is_delayed(self) -> bool:
        """Whether the receiving side still tries, so that nothing needs to be done."""
        return not self.is_dead and self.mail_state in ("delayed", "queued")

    @property
    def is_corrected(self) -> bool:
        """Whether the address has been changed since, so that sending again is all there is."""
        return not self.is_dead and self.written_to.lower() != self.email.lower()


def of_round(db: Database, survey_round: Round) -> list[Undelivered]:
    """Everyone of a round whom the last mail did not reach, or whose address is dead, by name."""
    refused = calls.not_to_ask(db, survey_round.id)
    by_mail, dead = bounces.of_mails(db), bounces.dead(db)
    return [
        _as_reported(each, by_mail.get(each.mail_id or 0) or dead.get(each.email.lower()))
        for each in read_all(db, Undelivered, CONCERNED, (survey_round.id,))
        if each.invitation_id not in refused and (each.is_dead or _did_not_arrive(each))
    ]


def _did_not_arrive(each: Undelivered) -> bool:
    if each.mail_state in ("queued", "cancelled"):
        # Refused because of us and tried again, or cancelled when the contact was replaced.
        return bool(each.words) and (each.mail_state == "queued" or each.words == "contact")
    return each.mail_state in ("failed", "uncertain", "bounced", "delayed")


def _as_reported(each: Undelivered, bounce: Bounce | None) -> Undelivered:
    if bounce is None:
        return each
    return replace(each, status=bounce.status, words=bounce.words, at=bounce.noted_at)


def send_again(db: Database, mail_id: int, actor: str) -> bool:
    """Queue a mail that failed, bounced or is uncertain once more; tells whether it was.

    Whoever sends to the same address again says that it works.
    """
    with writing(db):
        mail = outbox.find(db, mail_id)
        return mail is not None and _send(db, mail, actor)


def send_failed_again(db: Database, actor: str) -> int:
    """Queue every mail that could not be sent once more; returns how many were."""
    sql = "SELECT id FROM outbox WHERE state = 'failed' AND recipient <> '' ORDER BY id"
    with writing(db):
        failed = [outbox.find(db, row["id"]) for row in rows(db, sql)]
        return sum(
            _send(db, mail, actor)
            for mail in failed
            if mail and mail.recipient.lower() not in bounces.dead(db)
        )


def _send(db: Database, mail: Mail, actor: str, *, was_dead: bool = False) -> bool:
    act = {"failed": _queue_again, "uncertain": _queue_again, "bounced": _queue_anew}
    if mail.error == "contact":
        # Cancelled when its contact was replaced: the new one has not been written to.
        act |= {"cancelled": _queue_again}
    if was_dead:
        # Nothing has come back yet of what was sent there last, and nothing else will.
        act |= {"sent": _queue_anew, "delayed": _queue_anew}
    to = _recipient(db, mail)
    if mail.state not in act or not act[mail.state](db, mail.id, to):
        return False
    bounces.lift(db, to, actor)
    audit_trail.record(db, actor, "mail sent again", f"mail {mail.id}")
    return True


def _recipient(db: Database, mail: Mail) -> str:
    """The same address as long as it works and is a contact's, else the main contact's."""
    if mail_kinds.MAIL_KINDS[mail.kind].to == "colleague":
        # A colleague is no contact, and nobody else may have the link.
        return mail.recipient
    sql = f"""SELECT c.email, {bounces.IS_DEAD.format("c.email")} AS is_dead FROM contact c
        JOIN invitation i ON i.enterprise_id = c.enterprise_id WHERE i.id = ?
        ORDER BY c.is_main DESC, c.id"""
    found = rows(db, sql, (mail.invitation_id,))
    works = [row["email"] for row in found if not row["is_dead"]]
    if mail.recipient in works or not found:
        return mail.recipient
    return str(found[0]["email"])


def _queue_again(db: Database, mail_id: int, to: str) -> bool:
    sql = f"""UPDATE outbox SET state = 'queued', attempts = 0, due_at = :due_at,
        waits_since = :due_at, message_id = NULL, error = NULL, claimed_at = NULL,
        recipient = :recipient
        WHERE id = :id AND {STILL_OF_USE}"""
    return bool(run(db, sql, _values(mail_id, to)))


def _queue_anew(db: Database, mail_id: int, to: str) -> bool:
    """One more mail of the same kind; the first did leave, and stays as it was.

    Once only: pressing twice sends once.
    """
    sql = f"""INSERT OR IGNORE INTO outbox (kind, recipient, invitation_id, response_id, staff_id,
        browser_hash, delegation_id, language, once, due_at, waits_since, created_at)
        SELECT kind, :recipient, invitation_id, response_id, staff_id, browser_hash,
        delegation_id, language, once || ' again', :due_at, :due_at, :now FROM outbox
        WHERE id = :id AND {STILL_OF_USE}"""
    return bool(run(db, sql, _values(mail_id, to)))


def _values(mail_id: int, to: str) -> dict[str, object]:
    return {"id": mail_id, "recipient": to, "due_at": clock.machine.now(), "now": clock.now(),
            "today": clock.today().isoformat()}  # fmt: skip


def correct(db: Database, invitation_id: int, mail_id: int | None, email: str, actor: str) -> bool:
    """Give an enterprise an address that works, and send what did not arrive once more.

    Tells whether a mail was queued. The same address again says that it works after all.
    Raises UnknownLink.
    """
    with writing(db):
        sql = "SELECT enterprise_id FROM invitation WHERE id = ?"
        enterprise_id = scalar(db, sql, (invitation_id,))
        if enterprise_id is None:
            raise UnknownLink
        dead = bounces.dead(db)
        _set_address(db, enterprise_id, email, actor)
        bounces.lift(db, email, actor)
        mail = outbox.find(db, mail_id) if mail_id else None
        if mail is None or mail.invitation_id != invitation_id:
            return False
        return _send(db, mail, actor, was_dead=mail.recipient.lower() in dead)


def _set_address(db: Database, enterprise_id: int, email: str, actor: str) -> None:
    known = contacts.of(db, enterprise_id)
    same = next((c for c in known if c.email.lower() == email.lower()), None)
    if same:
        if not same.is_main:
            contacts.make_main(db, enterprise_id, same.id, actor)
    elif known:
        wanted = replace(known[0], email=email)
        contacts.change(db, enterprise_id, wanted.id, wanted, actor)
    else:
        contacts.add(db, enterprise_id, Contact(email), actor)
