"""Receipt references that can be said on the telephone: a Swedish word and four digits."""

from __future__ import annotations

import secrets
from functools import cache

from sqlite_utils import Database

from survey_data import packaged_data
from survey_data.database import scalar


@cache
def words() -> tuple[str, ...]:
    """256 everyday nouns from nature and home, without å, ä or ö, none a sound-alike of another."""
    return tuple(packaged_data.text("receipt_words.txt").split())


def reference_for(db: Database, invitation_id: int) -> str:
    """The invitation's reference ("Hassel 47 29"), the same for each version; never a secret.

    Unique within a round; made at the first hand-in. Call within a writing transaction.
    """
    known = scalar(
        db, "SELECT reference FROM receipt_reference WHERE invitation_id = ?", (invitation_id,)
    )
    while known is None:
        known = scalar(
            db,
            "INSERT OR IGNORE INTO receipt_reference (round_id, reference, invitation_id)"
            " SELECT round_id, ?, id FROM invitation WHERE id = ? RETURNING reference",
            (_any_reference(), invitation_id),
        )
    return str(known)


def _any_reference() -> str:
    number = secrets.randbelow(10_000)
    return f"{secrets.choice(words())} {number // 100:02} {number % 100:02}"
