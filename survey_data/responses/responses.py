"""Answers handed in: a numbered version each time, every version kept, and a receipt for each."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

from sqlite_utils import Database

from survey_data import clock, outbox, packaged_text
from survey_data.database import as_json, first, insert, rows, scalar, writing
from survey_data.errors import SurveyError
from survey_data.register.contacts import main_address
from survey_data.responses.drafts import Answers, Value, refuse_when_closed

SQL_TYPES = {"INTEGER", "TEXT"}
# Nobody sat behind an import or an example, so nobody waits for a receipt.
WITH_RECEIPT = ("web", "phone")


@dataclass(frozen=True)
class Response:
    """One hand-in: version 1 is the first, and each is kept."""

    id: int
    invitation_id: int
    year: int
    version: int
    reference: str
    answers: Answers
    handed_in_at: str
    language: str
    mode: str
    # The draft's newest revision that is in it; what is saved later is not handed in yet.
    draft_revision: int = 0


@dataclass(frozen=True)
class Seen:
    """What whoever hands in has before them: the draft's newest revision, the newest version,
    and the newest correction or question by the coordinator; 0 for none.
    """

    revision: int = 0
    version: int = 0
    decision: int = 0

    def __str__(self) -> str:
        return f"{self.revision}.{self.version}.{self.decision}"


class ChangedUnseen(SurveyError):
    """Something was saved, handed in or corrected that whoever hands in has not seen."""


def standing(db: Database, invitation_id: int) -> Seen:
    """What there is to have seen just now."""
    sql = """SELECT (SELECT max(revision) FROM draft WHERE invitation_id = :id),
        (SELECT max(version) FROM response WHERE invitation_id = :id),
        (SELECT max(d.id) FROM decision d JOIN response p ON p.id = d.response_id
            WHERE p.invitation_id = :id AND d.kind IN ('corrected', 'returned'))"""
    row = db.conn.execute(sql, {"id": invitation_id}).fetchone()
    return Seen(*(number or 0 for number in row))


def response_columns(db: Database) -> dict[str, str]:
    """The columns that responses have had in any year, with their types."""
    return {row["name"]: row["type"] for row in rows(db, "PRAGMA table_info(response)")}


def ensure_columns(db: Database, questionnaire: Iterable[Mapping[str, Any]]) -> None:
    """Add the columns that questions want and the response table lacks; none is dropped.

    Raises ValueError where a question would retype a column that exists.
    """
    present = response_columns(db)
    for question in questionnaire:
        name, sql_type = question["name"], question["sql_type"]
        if sql_type not in SQL_TYPES or not name.isidentifier():
            raise ValueError(f"question {name!r} cannot be a column of type {sql_type!r}")
        if name not in present:
            db.table("response").add_column(name, sql_type)
        elif present[name] != sql_type:
            raise ValueError(f"column {name} is {present[name]} and cannot become {sql_type}")


def hand_in(
    db: Database, invitation_id: int, answers: Mapping[str, Value], language: str,
    mode: str = "web", seen: Seen | None = None,
) -> Response:  # fmt: skip
    """Store the answers as a new version and queue the receipt, in one transaction.

    The same answers again (a double click, a lost reply) give back the version that is there,
    unless that one was returned: then they are the enterprise's reply. With `seen` nothing that
    others did since is replaced. Raises RoundClosed or ChangedUnseen.
    """
    with writing(db):
        refuse_when_closed(db, invitation_id)
        before = latest(db, invitation_id)
        if before and all(
            before.answers.get(name) == answers.get(name) for name in {*before.answers, *answers}
        ):
            sql = "SELECT kind FROM decision WHERE response_id = ? ORDER BY id DESC LIMIT 1"
            if scalar(db, sql, (before.id,)) != "returned":
                return before
        now = standing(db, invitation_id)
        if seen is not None and seen != now:
            raise ChangedUnseen
        response_id = insert_version(
            db, invitation_id, now.version + 1, answers, language, mode, now.revision
        )
        if mode in WITH_RECEIPT and (email := main_address(db, invitation_id)):
            outbox.queue(
                db, "receipt", email, once=f"receipt {response_id}", invitation_id=invitation_id,
                response_id=response_id, language=language,
            )  # fmt: skip
    found = latest(db, invitation_id)
    assert found is not None
    return found


def insert_version(
    db: Database, invitation_id: int, version: int, answers: Mapping[str, Value], language: str,
    mode: str, draft_revision: int = 0,
) -> int:  # fmt: skip
    """Store one version as it is, in whatever round, and return its id; asks for no receipt."""
    about = {
        "invitation_id": invitation_id, "version": version, "mode": mode, "language": language,
        "reference": reference_for(db, invitation_id), "handed_in_at": clock.now(),
        "draft_revision": draft_revision,
    }  # fmt: skip
    given = {name: stored(value) for name, value in answers.items()}
    return insert(db, "response", about | given)


def stored(value: Value) -> int | str | None:
    """An answer as it stands in its column."""
    if isinstance(value, bool):
        return int(value)
    return as_json(value) if isinstance(value, list) else value


EVERY, LATEST = (
    f"""SELECT p.*, r.year, r.questionnaire FROM {table} p
        JOIN invitation i ON i.id = p.invitation_id JOIN round r ON r.id = i.round_id"""
    for table in ("response", "latest_response")
)


def latest(db: Database, invitation_id: int) -> Response | None:
    """The newest version an enterprise has handed in, or None."""
    row = first(db, f"{LATEST} WHERE p.invitation_id = ?", (invitation_id,))
    return _response(row) if row else None


def by_id(db: Database, response_id: int) -> Response | None:
    """One version, or None."""
    row = first(db, f"{EVERY} WHERE p.id = ?", (response_id,))
    return _response(row) if row else None


def versions(db: Database, invitation_id: int) -> list[Response]:
    """Every version an enterprise has handed in, oldest first."""
    found = rows(db, f"{EVERY} WHERE p.invitation_id = ? ORDER BY version", (invitation_id,))
    return [_response(row) for row in found]


def history(db: Database, enterprise_id: int) -> list[Response]:
    """The newest version of each year an enterprise answered, oldest year first."""
    found = rows(db, f"{LATEST} WHERE i.enterprise_id = ? ORDER BY r.year", (enterprise_id,))
    return [_response(row) for row in found]


def of_year(db: Database, year: int) -> list[tuple[int, Response]]:
    """Every enterprise's newest version of a year, with the enterprise's id."""
    # Long as it is, the questionnaire is read once and not beside each of ten thousand answers.
    asked = scalar(db, "SELECT questionnaire FROM round WHERE year = ?", (year,))
    if asked is None:
        return []
    kinds = _kinds(asked)
    wanted = ", ".join(f'p."{name}"' for name in (*ABOUT, *kinds[0]))
    sql = f"""SELECT i.enterprise_id, {wanted} FROM latest_response p
        JOIN invitation i ON i.id = p.invitation_id JOIN round r ON r.id = i.round_id
        WHERE r.year = ?"""
    first_answer, found = 1 + len(ABOUT), db.conn.execute(sql, (year,)).fetchall()
    return [(row[0], _of(year, row[1:first_answer], kinds, row[first_answer:])) for row in found]


Questions = list[dict[str, Any]]
Kinds = tuple[list[str], list[tuple[str, str]]]
# What is kept of a version beside its answers.
ABOUT = (
    "id", "invitation_id", "version", "reference", "handed_in_at", "language", "mode",
    "draft_revision",
)  # fmt: skip


def _response(row: Mapping[str, Any]) -> Response:
    kinds = _kinds(row["questionnaire"])
    about = [row[name] for name in ABOUT]
    return _of(row["year"], about, kinds, [row[name] for name in kinds[0]])


def _of(year: int, about: Sequence[Any], kinds: Kinds, values: Sequence[Any]) -> Response:
    names, read = kinds
    answers: Answers = dict(zip(names, values, strict=True))
    for name, kind in read:
        answers[name] = _read(answers[name], kind)
    id_, invitation_id, version, reference, *when_and_how = about
    return Response(id_, invitation_id, year, version, reference, answers, *when_and_how)


@lru_cache(maxsize=32)
def questions_in(text: str) -> Questions:
    """The questions of a round as it keeps them."""
    questions: Questions = json.loads(text)
    return questions


@lru_cache(maxsize=32)
def _kinds(text: str) -> Kinds:
    """The questions; and with what they are those whose answers are not as they are stored."""
    found = [(q["name"], q.get("value_type", "plain")) for q in questions_in(text)]
    return [name for name, _ in found], [pair for pair in found if pair[1] != "plain"]


def _read(stored: Any, value_type: str) -> Value:
    if stored is None:
        return None
    if value_type == "list":
        return cast(list[str], json.loads(stored))
    return bool(stored) if value_type == "boolean" else cast(Value, stored)


# A receipt has a reference that can be said on the telephone: a Swedish word and four digits.


@cache
def words() -> tuple[str, ...]:
    """256 everyday nouns from nature and home, without å, ä or ö, none a sound-alike of another."""
    return tuple(packaged_text("receipt_words.txt").split())


def reference_for(db: Database, invitation_id: int) -> str:
    """The invitation's reference ("Hassel 47 29"), the same for each version; never a secret.

    Unique within a round; made at the first hand-in. Call within a writing transaction.
    """
    wanted = """INSERT OR IGNORE INTO receipt_reference (round_id, reference, invitation_id)
        SELECT round_id, ?, id FROM invitation WHERE id = ? RETURNING reference"""
    known = "SELECT reference FROM receipt_reference WHERE invitation_id = ?"
    while True:
        # It has one already, or the one drawn is another's in the round.
        made = scalar(db, wanted, (_any_reference(), invitation_id))
        if found := made or scalar(db, known, (invitation_id,)):
            return str(found)


def _any_reference() -> str:
    number = secrets.randbelow(10_000)
    return f"{secrets.choice(words())} {number // 100:02} {number % 100:02}"
