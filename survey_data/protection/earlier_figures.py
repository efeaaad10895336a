"""What a release repeats of an earlier one where a municipality's figure is hidden.

Of the county and the provinces nothing is taken back; there the year waits.

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

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.editions import Spot
from survey_data.errors import NotProtected

KEPT, LEVEL, SOURCE = "k", "municipality", "inventering"
NOTES = "Talet står som i utgåva {}.", "The figure stands as in release {}."
# What the editions in a file showed of their own, the newest last.
SHOWN = f"""SELECT e.* FROM editions e JOIN releases r ON r.id = e.release
    WHERE value NOT NULL AND status <> '{KEPT}' AND source = '{SOURCE}'
    AND area_type = '{LEVEL}' AND year = ? AND release <> (SELECT id FROM release)
    ORDER BY position"""


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
