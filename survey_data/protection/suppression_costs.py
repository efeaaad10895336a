"""What the coordinator adds to the suppression cost of figures she would rather keep open.

A cell's cost decides which cells are hidden for the sake of others. Here she makes one costlier,
10 or 1000 times:

    | figure      | cost | chosen | cost then |
    |-------------|-----:|-------:|----------:|
    | north women |   45 |   × 10 |       450 |
    | south women |   40 |        |        40 |
    | north total |   46 |        |        46 |

The next pattern then hides the north's total rather than its women, where that protects as well.
What is sensitive in itself, and what is open already, no cost can change.
"""

from __future__ import annotations

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import rows, run, scalar, writing
from survey_data.disclosure.editions import Spot

# Usual; rather keep it; keep it if there is any way at all.
USUAL, RATHER, ALMOST_ALWAYS = 1.0, 10.0, 1000.0
FACTORS = (USUAL, RATHER, ALMOST_ALWAYS)


def factors(db: Database) -> dict[Spot, float]:
    """How much costlier than usual each figure that someone chose is."""
    found = rows(db, "SELECT * FROM protection_wish")
    return {(r["area_type"], r["area_code"], r["indicator"]): r["factor"] for r in found}


def set_factor(db: Database, spot: Spot, factor: float, actor: str) -> None:
    """Make a figure costlier or cheaper to hide, from the next release on; every year alike."""
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
