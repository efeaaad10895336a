"""The editions there have been of a year, and what stays as in one of them where a change waits.

What a withdrawn release showed is known for ever, so to the protection it is an edition like the
others; but a year that waits does not go back to it.

    | release | county | state     |                                       |
    |---------|-------:|-----------|---------------------------------------|
    | 2022-1  |    310 |           |                                       |
    | 2022-2  |    382 | withdrawn |                                       |
    | 2022-3  |    310 |           | one more changed: it stays as 2022-1  |

Were 2022-1 withdrawn too, no other figure could be told beside the two, so 2022-3 would show the
382 again and say that it is the withdrawn one's.

Of the county and the provinces nothing is taken back; there the year waits. Where a municipality's
figure is hidden, a release repeats an earlier one's.

    |           | one town  | the file says         | the province |
    |-----------|----------:|-----------------------|-------------:|
    | edition 1 |        34 | 34                    |           62 |
    | edition 2 |    x (36) | 34 k, as in edition 1 |           71 |
    | edition 3 |        41 | 41 r                  |           74 |

In edition 2 four enterprises of the province changed, but only one of the town. Which figures are
hidden anyone sees, and what edition 1 said anyone can read. The 34 follows from these two, so
repeating it tells nobody anything: it is 34 whether the town has 36 now or 60. A release that has
been withdrawn is never repeated.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.certificate import Certificate
from survey_data.disclosure.editions import Spot
from survey_data.disclosure.intruder_view import Shown
from survey_data.disclosure.rules import Record, Rules, from_lists
from survey_data.errors import NotProtected

KEPT, LEVEL, SOURCE = "k", "municipality", "inventering"
NOTES = "Talet står som i utgåva {}.", "The figure stands as in release {}."
# What the editions in a file showed of their own, the newest last.
SHOWN = f"""SELECT e.* FROM editions e JOIN releases r ON r.id = e.release
    WHERE value NOT NULL AND status <> '{KEPT}' AND source = '{SOURCE}'
    AND area_type = '{LEVEL}' AND year = ? AND release <> (SELECT id FROM release)
    ORDER BY position"""
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


@dataclass(frozen=True)
class EarlierFigure:
    """A figure as a release showed it, and the signs it had there."""

    release_id: str
    value: int
    signs: str = "n"

    @property
    def status(self) -> str:
        """The signs it has where it is repeated."""
        return KEPT + "e" * ("e" in self.signs)

    @property
    def note(self) -> tuple[str, str]:
        """Which release it stands as in, in both languages."""
        return NOTES[0].format(self.release_id), NOTES[1].format(self.release_id)


def earlier_figures(survey: Database, year: int) -> dict[Spot, EarlierFigure]:
    """Each municipality's figure of a year in the newest release, not withdrawn, that showed it."""
    found = rows(
        survey,
        "SELECT f.* FROM released_figure f JOIN release r ON r.id = f.release_id"
        " WHERE f.year = ? AND f.source = ? AND f.area_type = ? AND f.value NOT NULL"
        " AND f.status <> ? AND r.id NOT IN (SELECT release_id FROM withdrawn_release)"
        " ORDER BY r.published_at, r.rowid",
        (year, SOURCE, LEVEL, KEPT),
    )
    return {spot_of(f): EarlierFigure(f["release_id"], f["value"], f["signs"]) for f in found}


def spot_of(row: Mapping[str, Any]) -> Spot:
    """Which figure a row of any table is about."""
    return row["area_type"], row["area_code"], row["indicator"]


def hide_withdrawn(open_db: Database) -> None:
    """Hide in the earlier editions of a file what they repeat of a release withdrawn since."""
    heads = (note.partition("{")[0] for note in NOTES)
    open_db.conn.execute(
        "UPDATE editions AS e SET value = NULL, status = 'x', signs = 'x',"
        " note = trim(substr(note, 1, instr(note, ?) - 1)),"
        " note_en = trim(substr(note_en, 1, instr(note_en, ?) - 1))"
        f" WHERE status = '{KEPT}' AND NOT EXISTS (SELECT 1 FROM editions b"
        " WHERE (b.year, b.area_type, b.area_code, b.indicator)"
        "      = (e.year, e.area_type, e.area_code, e.indicator) AND b.value = e.value"
        f" AND b.status <> '{KEPT}' AND instr(e.note_en, ' ' || b.release || '.'))",
        tuple(heads),
    )


def check(open_db: Database, year: int, hidden: Collection[Spot]) -> Iterator[Spot]:
    """The figures of a year that a finished file repeats; raises NotProtected.

    Each must be one of the `hidden`, have the value of the newest edition in the file that showed
    it, and name that one in its notes.
    """
    repeated = rows(open_db, "SELECT * FROM observations WHERE (year, status) = (?, ?)",
                    (year, KEPT))  # fmt: skip
    shown = {spot_of(row): row for row in rows(open_db, SHOWN, (year,))} if repeated else {}
    for row in repeated:
        spot = spot_of(row)
        if spot not in hidden or spot not in shown:
            raise NotProtected(spot, cause="shown")
        earlier = EarlierFigure(shown[spot]["release"], shown[spot]["value"])
        notes = zip((row["note"], row["note_en"]), earlier.note, strict=True)
        if row["value"] != earlier.value or not all(said.endswith(note) for said, note in notes):
            raise NotProtected(spot, cause="other value")
        yield spot
