"""Figures that the coordinator would rather keep open when something must be hidden."""

from __future__ import annotations

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import rows, run, scalar, writing
from survey_data.disclosure.editions import Spot

# Usual; rather keep it; keep it if there is any way at all.
USUAL, RATHER, ALMOST_ALWAYS = 1.0, 10.0, 1000.0
FACTORS = (USUAL, RATHER, ALMOST_ALWAYS)


def factors(db: Database) -> dict[Spot, float]:
    """How much dearer than usual each wished figure is."""
    found = rows(db, "SELECT * FROM protection_wish")
    return {(r["area_type"], r["area_code"], r["indicator"]): r["factor"] for r in found}


def wish(db: Database, spot: Spot, factor: float, actor: str) -> None:
    """Make a figure dearer or cheaper to hide, from the next release on; every year alike."""
    where = "area_type = ? AND area_code = ? AND indicator = ?"
    with writing(db):
        before = scalar(db, f"SELECT factor FROM protection_wish WHERE {where}", spot) or USUAL
        if before == factor:
            return
        run(db, f"DELETE FROM protection_wish WHERE {where}", spot)
        if factor != USUAL:
            values = (*spot, factor, actor, clock.now())
            run(db, "INSERT INTO protection_wish VALUES (?, ?, ?, ?, ?, ?)", values)
        audit_trail.record(
            db, actor, "cost of hiding changed", "/".join(spot), before=before, after=factor
        )
