"""What a release says of the association's own series; the gate lets nothing else of them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.association import entries, milestones, outcomes, reach, supervised_places
from survey_data.association.entries import PLACES, REACHED, SOURCE
from survey_data.association.outcomes import OTHERS, OutcomeTable
from survey_data.association.reach import Sum
from survey_data.database import rows
from survey_data.errors import NotProtected
from survey_data.geography import COUNTY
from survey_data.history import printed_series
from survey_data.history.printed_series import SeriesValue, grouped
from survey_data.protection.protect_year import RULES

OUTCOME_WORDS = printed_series.OUTCOMES | {
    OTHERS: ("Övriga utfall", "Other outcomes"),
    "not_stated": ("Utfallet är inte känt", "The outcome is not known"),
}
GENDER_WORDS = {
    "women": ("Kvinnor", "Women"),
    "men": ("Män", "Men"),
    "not_stated": ("Kön ej angivet", "Gender not stated"),
}
COUNTY_SUM = ("Summan av kommunerna.", "The sum of the municipalities.")
# Places are no persons: how many each municipality was granted and used has always been printed.
OPEN_FIGURES = {
    ("reached", "county"),
    ("places_granted", "county"),
    ("places_used", "county"),
    ("places_granted", "municipality"),
    ("places_used", "municipality"),
}


@dataclass(frozen=True)
class Own:
    """The rows that a release has of these series, by table."""

    values: tuple[SeriesValue, ...] = ()
    milestones: tuple[dict[str, Any], ...] = ()
    outcomes: tuple[dict[str, Any], ...] = ()
    outcomes_by_gender: tuple[dict[str, Any], ...] = ()


def own(survey: Database) -> Own:
    """Everything that the next release says of them."""
    table = outcomes.next_table(survey)
    return Own(
        tuple(values(survey)),
        tuple(_milestone(each) for each in reversed(milestones.everyone(survey))),
        tuple(_outcomes(table)) if table else (),
        tuple(_by_gender(table)) if table else (),
    )


def values(survey: Database) -> Iterator[SeriesValue]:
    """The figures of every complete year."""
    complete = entries.complete_years(survey, REACHED)
    for of_year in reach.sums(survey):
        if of_year.year in complete and may_be_published(of_year.persons):
            yield _reached(of_year)
    complete = entries.complete_years(survey, PLACES)
    yield from _places(each for each in supervised_places.everyone(survey) if each.year in complete)


def may_be_published(persons: int) -> bool:
    """Whether a sum of persons reached is open; nobody at all is, a few are not."""
    return persons == 0 or persons >= RULES.smallest_open_value


def _reached(of_year: Sum) -> SeriesValue:
    note = ("Poddlyssnare är inte medräknade.", "Podcast listeners are not included.")
    if of_year.listeners:
        note = (
            f"Poddlyssnare är inte medräknade; de var {grouped(of_year.listeners)}.",
            f"Podcast listeners are not included; there were {of_year.listeners:,} of them.",
        )
    return SeriesValue(of_year.year, *COUNTY.key, "reached", of_year.persons, "n", *note, SOURCE)


def _places(found: Iterable[supervised_places.Places]) -> Iterator[SeriesValue]:
    sums: dict[tuple[int, str], int] = {}
    for each in found:
        pair = (("places_granted", each.granted), ("places_used", each.used))
        for name, value in pair:
            sums[each.year, name] = sums.get((each.year, name), 0) + value
            area = ("municipality", each.municipality_code)
            yield SeriesValue(each.year, *area, name, value, source=SOURCE)
    for (year, name), value in sums.items():
        yield SeriesValue(year, *COUNTY.key, name, value, "n", *COUNTY_SUM, SOURCE)


def _milestone(each: milestones.Milestone) -> dict[str, Any]:
    return {
        "year": each.year,
        "period": each.period,
        "municipality_code": each.municipality_code,
        "type": each.kind,
        "label_sv": each.label_sv,
        "label_en": each.label_en,
        "source": SOURCE,
        "reference": each.reference,
        "mark_sv": each.mark_sv,
        "mark_en": each.mark_en,
    }


def _outcomes(table: OutcomeTable) -> Iterator[dict[str, Any]]:
    for name, persons in table.totals():
        sv, en = OUTCOME_WORDS[name]
        yield {"period": table.period, "outcome": name, "label_sv": sv, "label_en": en,
               "value": persons, "source": SOURCE}  # fmt: skip


def _by_gender(table: OutcomeTable) -> Iterator[dict[str, Any]]:
    for name, gender, persons in table.genders():
        sv, en = (f"{a}, {b.lower()}" for a, b in
                  zip(OUTCOME_WORDS[name], GENDER_WORDS[gender], strict=True))  # fmt: skip
        yield {"period": table.period, "outcome": name, "gender": gender, "label_sv": sv,
               "label_en": en, "value": persons, "source": SOURCE}  # fmt: skip


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
