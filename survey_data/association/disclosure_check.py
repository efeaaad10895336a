"""The gate's part for the association's own series: what may be open of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from survey_data.association import outcomes
from survey_data.association.complete_years import SOURCE
from survey_data.association.outcomes import OutcomeTable
from survey_data.association.release_rows import may_be_published
from survey_data.database import rows
from survey_data.errors import NotProtected
from survey_data.history import printed_series

# Places are no persons: how many each municipality was granted and used has always been printed.
OPEN_FIGURES = {
    ("reached", "county"),
    ("places_granted", "county"),
    ("places_used", "county"),
    ("places_granted", "municipality"),
    ("places_used", "municipality"),
}


def check(open_db: Database, survey: Database) -> None:
    """Read the finished open.db and refuse what must not be open; raises NotProtected."""
    for row in rows(open_db, "SELECT * FROM observations WHERE source = ?", (SOURCE,)):
        _check_figure(row)
    _check_printed_outcomes(open_db)
    own = rows(open_db, "SELECT * FROM place_outcomes WHERE source = ?", (SOURCE,))
    split = rows(open_db, "SELECT * FROM place_outcomes_by_gender")
    _check_outcomes(own, split, outcomes.next_table(survey), outcomes.kept(survey))


def _check_figure(row: dict[str, Any]) -> None:
    is_few = row["indicator"] == "reached" and not may_be_published(row["value"])
    if (row["indicator"], row["area_type"]) not in OPEN_FIGURES or is_few:
        spot = (row["area_type"], row["area_code"], row["indicator"])
        raise NotProtected(spot, cause="not audited")


def _check_printed_outcomes(open_db: Database) -> None:
    found = rows(open_db, "SELECT * FROM place_outcomes WHERE source <> ?", (SOURCE,))
    printed = {(o.period, o.outcome): o.value for o in printed_series.place_outcomes()}
    if any(printed.get((r["period"], r["outcome"])) != r["value"] for r in found):
        raise NotProtected(("", "", "place_outcomes"), cause="not audited")


def _check_outcomes(
    own: Iterable[dict[str, Any]],
    split: Iterable[dict[str, Any]],
    table: OutcomeTable | None,
    earlier: list[OutcomeTable],
) -> None:
    """The rows are what was decided, and that stands up to every release before."""
    totals = {(r["period"], r["outcome"], r["value"]) for r in own}
    parts = {(r["period"], r["outcome"], r["gender"], r["value"]) for r in split}
    if table is None:
        is_right = not totals and not parts
    else:
        is_right = (
            totals == {(table.period, *each) for each in table.totals()}
            and parts == {(table.period, *each) for each in table.genders()}
            and (table in earlier or outcomes.is_safe(table, earlier))
        )
    if not is_right:
        raise NotProtected(("", "", "place_outcomes"), cause="not audited")
