"""The editions there have been of a year, and the one that it stays as in where its change waits.

What a withdrawn release showed is known for ever, so to the protection it is an edition like the
others; but a year that waits does not go back to it.

    | release | county | state     |                                       |
    |---------|-------:|-----------|---------------------------------------|
    | 2022-1  |    310 |           |                                       |
    | 2022-2  |    382 | withdrawn |                                       |
    | 2022-3  |    310 |           | one more changed: it stays as 2022-1  |

Were 2022-1 withdrawn too, no other figure could be told beside the two, so 2022-3 would show the
382 again and say that it is the withdrawn one's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.certificate import Certificate
from survey_data.disclosure.editions import Spot
from survey_data.disclosure.intruder_view import Shown
from survey_data.disclosure.rules import Record, Rules, from_lists
from survey_data.protection.earlier_figures import spot_of

MISTAKEN = (
    "Talet står som i den indragna utgåvan {}. En ändring kan inte visas ännu.",
    "The figure stands as in the withdrawn release {}. A change cannot be shown yet.",
)


@dataclass(frozen=True)
class Kept:
    """A year as one release showed it, with the truth behind it."""

    release_id: str
    shown: Shown
    rules: Rules
    certificate: Certificate
    asked: int
    answered: int
    is_lightest: bool
    # The signs that each open figure had.
    signs: Mapping[Spot, str]
    is_withdrawn: bool = False
    # The release that was withdrawn and that it repeats, where no other had the same of its own.
    mistaken: str = ""

    @property
    def records(self) -> tuple[Record, ...]:
        """Who was behind it."""
        return self.shown.records

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What is said of a figure that stays as here, in both languages."""
        sv, en = (said.format(self.mistaken) for said in MISTAKEN)
        return [(sv, en)] if self.mistaken else []


def last_standing(editions: Sequence[Kept]) -> Kept | None:
    """The newest edition that has not been withdrawn; the newest of all where each has been."""
    return max(reversed(editions), key=lambda each: not each.is_withdrawn, default=None)


def kept(survey: Database, year: int) -> tuple[Kept, ...]:
    """The different editions there have been of a year, oldest first."""
    found = rows(
        survey,
        "SELECT p.*, row_number() OVER (ORDER BY r.published_at, r.rowid) AS place,"
        " r.id IN (SELECT release_id FROM withdrawn_release) AS is_withdrawn"
        " FROM protection p JOIN release r ON r.id = p.release_id WHERE p.year = ?"
        " ORDER BY is_withdrawn DESC, place",
        (year,),
    )
    # The same content again tells nobody anything new; the last that stands speaks for all.
    alike = {(row["records"], row["figures"]): row for row in found}
    own = {(row["records"], row["figures"]): row for row in found if not row["is_waiting"]}
    return tuple(
        _kept(row, _signs(survey, row), own.get(content, row))
        for content, row in sorted(alike.items(), key=lambda each: each[1]["place"])
    )


def _signs(survey: Database, row: Mapping[str, str]) -> dict[Spot, str]:
    sql = "SELECT * FROM released_figure WHERE release_id = ? AND year = ? AND value IS NOT NULL"
    found = rows(survey, sql, (row["release_id"], row["year"]))
    return {spot_of(each): each["signs"] for each in found}


def _kept(row: Mapping[str, Any], signs: Mapping[Spot, str], own: Mapping[str, Any]) -> Kept:
    values = {(t, a, i): value for t, a, i, value in json.loads(row["figures"])}
    return Kept(
        row["release_id"],
        Shown(values, from_lists(json.loads(row["records"]))),
        Rules(**json.loads(row["rules"])),
        Certificate.from_dict(json.loads(row["certificate"])),
        int(row["asked"]),
        int(row["answered"]),
        bool(row["is_lightest"]),
        signs,
        bool(row["is_withdrawn"]),
        own["release_id"] if own["is_withdrawn"] else "",
    )
