"""What identifies a person and can go, kind by kind: how it is found, and how it is taken away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import read_all, rows, run, scalar
from survey_data.register import contacts
from survey_data.register.enterprises import FULL_NAME
from survey_data.responses import responses


@dataclass(frozen=True)
class Found:
    """So many of one kind, and what they belong to: an enterprise or a round."""

    subject_id: int
    name: str
    since: str
    count: int


@dataclass(frozen=True)
class Kind:
    """One kind: what it belongs to, what its removal is called in the trail, and both acts.

    Both are given the day that is the limit: what is from the day itself stays.
    """

    subject: str
    action: str
    find: Callable[[Database, date], Iterable[Found]]
    remove: Callable[[Database, int, date], None]


def _find_contacts(db: Database, before: date) -> list[Found]:
    sql = f"""SELECT e.id AS subject_id, {FULL_NAME} AS name, e.active_to AS since,
        count(c.id) AS count FROM enterprise e JOIN contact c ON c.enterprise_id = e.id
        WHERE e.active_to < ? GROUP BY e.id ORDER BY e.active_to, e.name"""
    return read_all(db, Found, sql, (before.isoformat(),))


def _remove_contacts(db: Database, enterprise_id: int, _before: date) -> None:
    run(db, "DELETE FROM contact WHERE enterprise_id = ?", (enterprise_id,))
    contacts.forget_bounced_addresses(db, enterprise_id)


# A mail to staff belongs to no round; it is as old as itself. What has not left yet is needed.
OLD_MAILS = """FROM outbox o LEFT JOIN invitation i ON i.id = o.invitation_id
    LEFT JOIN round r ON r.id = i.round_id
    WHERE o.recipient <> '' AND o.state NOT IN ('queued', 'sending')
    AND coalesce(r.closed_at, CASE WHEN o.invitation_id IS NULL THEN o.created_at END) < ?"""


def _find_mails(db: Database, before: date) -> list[Found]:
    sql = f"""SELECT coalesce(r.year, 0) AS year, min(coalesce(r.closed_at, o.created_at)) AS since,
        count(*) AS mails {OLD_MAILS} GROUP BY 1 ORDER BY 1"""
    return [
        Found(row["year"], str(row["year"] or ""), f"{clock.date_of(row['since'])}", row["mails"])
        for row in rows(db, sql, (clock.at(before),))
    ]


def _remove_mails(db: Database, year: int, before: date) -> None:
    """Keep that a mail was sent, when and of what kind; not to whom, nor what names them."""
    ids = f"SELECT o.id {OLD_MAILS} AND coalesce(r.year, 0) = ?"
    sql = f"""UPDATE bounce SET address = '', words = '' WHERE outbox_id IN ({ids}) AND NOT EXISTS
        (SELECT 1 FROM contact c WHERE c.email = bounce.address COLLATE NOCASE)"""
    run(db, sql, (clock.at(before), year))
    # Some marks against sending twice hold the address; they are for open rounds only.
    sql = f"""UPDATE outbox SET once = CASE WHEN instr(lower(once), lower(recipient)) > 0
        THEN 'blanked ' || id ELSE once END, recipient = '', error = NULL, browser_hash = NULL
        WHERE id IN ({ids})"""
    run(db, sql, (clock.at(before), year))


def _private_names(db: Database, year: int) -> list[str]:
    """The questions of a round that ask who answers, as far as there is a column of them."""
    columns = responses.response_columns(db)
    sql = """SELECT q.value ->> 'name' AS name FROM round r, json_each(r.questionnaire) q
        WHERE r.year = ? AND q.value ->> 'private'"""
    return [row["name"] for row in rows(db, sql, (year,)) if row["name"] in columns]


def _find_respondents(db: Database, before: date) -> list[Found]:
    sql = "SELECT year, closed_at FROM round WHERE closed_at < ? ORDER BY year"
    found = [
        Found(year, str(year), f"{clock.date_of(closed_at)}", _persons(db, year))
        for year, closed_at in db.execute(sql, (clock.at(before),)).fetchall()
    ]
    return [each for each in found if each.count]


# A colleague who was asked to answer a part is someone who answered.
COLLEAGUES = """FROM delegation WHERE email <> '' AND invitation_id IN (SELECT i.id
    FROM invitation i JOIN round r ON r.id = i.round_id WHERE r.year = ?)"""


def _persons(db: Database, year: int) -> int:
    """How many answers, handed in or only begun, say who gave them; and colleagues were asked."""
    asked = int(scalar(db, f"SELECT count(*) {COLLEAGUES}", (year,)))
    names = _private_names(db, year)
    if not names:
        return asked
    of_year = "JOIN invitation i ON i.id = x.invitation_id JOIN round r ON r.id = i.round_id"
    filled = " OR ".join(f'x."{name}" IS NOT NULL' for name in names)
    marks = ", ".join("?" for _ in names)
    handed_in = f"SELECT count(*) FROM response x {of_year} WHERE r.year = ? AND ({filled})"
    begun = f"""SELECT count(DISTINCT x.invitation_id) FROM draft x {of_year}
        WHERE r.year = ? AND x.question IN ({marks})"""
    return asked + int(scalar(db, handed_in, (year,)) + scalar(db, begun, (year, *names)))


def _remove_respondents(db: Database, year: int, _before: date) -> None:
    # That someone was asked for which sections stays; who it was does not.
    ids = f"SELECT id {COLLEAGUES}"
    run(db, f"UPDATE delegation SET name = '', email = '' WHERE id IN ({ids})", (year,))
    names = _private_names(db, year)
    if not names:
        return
    of_year = "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id WHERE r.year = ?"
    marks = ", ".join("?" for _ in names)
    sql = f"DELETE FROM draft WHERE question IN ({marks}) AND invitation_id IN ({of_year})"
    run(db, sql, (*names, year))
    # The one change that an answer kept as it was handed in allows: the trigger that refuses every
    # other is lifted and put back in the same transaction, so nobody else can meanwhile.
    trigger = "response_is_never_changed"
    again = scalar(db, "SELECT sql FROM sqlite_master WHERE name = ?", (trigger,))
    run(db, f"DROP TRIGGER {trigger}")
    blank = ", ".join(f'"{name}" = NULL' for name in names)
    run(db, f"UPDATE response SET {blank} WHERE invitation_id IN ({of_year})", (year,))
    run(db, again)


KINDS = {
    "contacts": Kind("enterprise", "contacts deleted", _find_contacts, _remove_contacts),
    "mails": Kind("round", "mail addresses deleted", _find_mails, _remove_mails),
    "respondents": Kind("round", "respondents deleted", _find_respondents, _remove_respondents),
}
