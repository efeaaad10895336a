"""Whom the mails do not reach, and what is known of why: what a person has to do something about.

Computed from the outbox, the reports and the contacts as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import mail_kinds, outbox
from survey_data.database import rows
from survey_data.follow_up import bounces
from survey_data.follow_up.bounces import Bounce
from survey_data.rounds import calls
from survey_data.rounds.rounds import Round

CONCERNED = f"""SELECT i.id AS invitation_id, e.id AS enterprise_id, e.name, e.unit_name,
    coalesce(c.email, '') AS email, coalesce(c.phone, '') AS phone,
    coalesce(c.name, '') AS contact_name,
    {bounces.IS_DEAD.format("c.email")} AS is_dead,
    outbox.id AS mail_id, outbox.kind AS mail_kind, outbox.recipient AS written_to,
    outbox.error, coalesce(outbox.sent_at, outbox.created_at) AS mailed_at,
    {outbox.STATE} AS mail_state
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
    LEFT JOIN contact c ON c.id = (SELECT m.id FROM contact m WHERE m.enterprise_id = e.id
        ORDER BY m.is_main DESC, m.id LIMIT 1)
    LEFT JOIN outbox ON outbox.id = (SELECT max(o.id) FROM outbox o
        WHERE o.invitation_id = i.id
        AND o.kind IN {mail_kinds.ABOUT_ANSWERING})
    WHERE i.round_id = ?
    AND NOT EXISTS (SELECT 1 FROM latest_response p WHERE p.invitation_id = i.id
        AND coalesce((SELECT d.kind FROM decision d WHERE d.response_id = p.id
            ORDER BY d.id DESC LIMIT 1), '') <> 'returned')
    ORDER BY e.name, e.unit_name"""


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
    status: str
    words: str
    at: str

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
    found = (
        r for r in rows(db, CONCERNED, (survey_round.id,)) if r["invitation_id"] not in refused
    )
    return [
        _undelivered(row, by_mail.get(row["mail_id"]) or dead.get(row["email"].lower()))
        for row in found
        if row["is_dead"] or _did_not_arrive(row)
    ]


def _did_not_arrive(row: dict[str, Any]) -> bool:
    if row["mail_state"] in ("queued", "cancelled"):
        # Refused because of us and tried again, or cancelled when the contact was replaced.
        return bool(row["error"]) and (row["mail_state"] == "queued" or row["error"] == "contact")
    return row["mail_state"] in ("failed", "uncertain", "bounced", "delayed")


def _undelivered(row: dict[str, Any], bounce: Bounce | None) -> Undelivered:
    return Undelivered(
        invitation_id=row["invitation_id"],
        enterprise_id=row["enterprise_id"],
        name=" – ".join(n for n in (row["name"], row["unit_name"]) if n),
        email=row["email"],
        phone=row["phone"],
        contact_name=row["contact_name"],
        is_dead=bool(row["is_dead"]),
        mail_id=row["mail_id"],
        mail_kind=row["mail_kind"] or "",
        mail_state=row["mail_state"] or "",
        written_to=row["written_to"] or "",
        status=bounce.status if bounce else "",
        words=bounce.words if bounce else row["error"] or "",
        at=bounce.noted_at if bounce else row["mailed_at"] or "",
    )
