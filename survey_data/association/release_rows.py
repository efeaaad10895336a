"""What a release says of the association's own series; the gate lets nothing else of them out.

How many places a municipality was granted is open. A place that was used is a person, so used
places follow the rules for persons. Three years of two municipalities:

|      | granted | used   | shown of the municipalities | shown of the county |
|------|--------:|-------:|-----------------------------|---------------------|
| 2021 | 9, 8    | 7, 5   | 7, 5                        | 12                  |
| 2022 | 9, 8    | 7, 1   | x, x                        | x (8 - 7 gives the 1 to who has the 7) |
| 2023 | 3, 2    | 0, 0   | 0, 0                        | 0                   |

The printed years 2016-2018 stand as they were printed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

from babel.numbers import format_decimal
from sqlite_utils import Database

from survey_data.association import entries, milestones, outcomes, reach, supervised_places
from survey_data.association.entries import PLACES, REACHED, SOURCE
from survey_data.association.outcomes import OTHERS, OutcomeTable
from survey_data.association.reach import Sum
from survey_data.database import rows
from survey_data.errors import NotProtected
from survey_data.geography import COUNTY
from survey_data.history import printed_series
from survey_data.history.printed_series import HiddenValue, SeriesValue
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
PLACE_FIGURES = product(("places_granted", "places_used"), ("county", "municipality"))
OPEN_FIGURES = {("reached", "county"), *PLACE_FIGURES}


@dataclass(frozen=True)
class Own:
    """The rows that a release has of these series, by table."""

    values: tuple[SeriesValue | HiddenValue, ...] = ()
    milestones: tuple[dict[str, Any], ...] = ()
    outcomes: tuple[dict[str, Any], ...] = ()
    outcomes_by_gender: tuple[dict[str, Any], ...] = ()


def own(survey: Database) -> Own:
    """Everything that the next release says of them."""
    table = outcomes.next_table(survey)
    return Own(
        tuple(values(survey)),
        tuple(vars(each) | {"type": each.kind, "source": SOURCE}
              for each in reversed(milestones.everyone(survey))),
        tuple(_outcomes(table)) if table else (),
        tuple(_by_gender(table)) if table else (),
    )  # fmt: skip


def values(survey: Database) -> Iterator[SeriesValue | HiddenValue]:
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
    note = printed_series.WITHOUT_PODCAST
    if of_year.listeners:
        listeners = format_decimal(of_year.listeners, locale="sv")
        note = (
            f"Poddlyssnare är inte medräknade; de var {listeners}.",
            f"Podcast listeners are not included; there were {of_year.listeners:,} of them.",
        )
    return SeriesValue(of_year.year, *COUNTY.key, "reached", of_year.persons, "n", *note, SOURCE)


def _places(found: Iterable[supervised_places.Places]) -> Iterator[SeriesValue | HiddenValue]:
    by_year = groupby(sorted(found, key=lambda p: (p.year, p.municipality_code)), lambda p: p.year)
    for year, of_year in by_year:
        places = list(of_year)
        used, granted = outcomes.columns(places, {year})
        is_open, is_sum_open = outcomes.used_is_open(used, granted)
        for code, value in granted.items():
            area = ("municipality", code)
            yield _figure(year, area, "places_granted", value)
            yield _figure(year, area, "places_used", used[code] if is_open else None)
        yield _figure(year, COUNTY.key, "places_granted", sum(granted.values()), COUNTY_SUM)
        total = sum(used.values()) if is_sum_open else None
        yield _figure(year, COUNTY.key, "places_used", total, COUNTY_SUM)


def _figure(
    year: int,
    area: tuple[str, str],
    name: str,
    value: int | None,
    notes: tuple[str, str] = ("", ""),
) -> SeriesValue | HiddenValue:
    if value is None:
        return HiddenValue(year, *area, name, source=SOURCE)
    return SeriesValue(year, *area, name, value, "n", *notes, SOURCE)


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
        is_few = row["indicator"] == "reached" and not may_be_published(row["value"])
        if (row["indicator"], row["area_type"]) not in OPEN_FIGURES or is_few:
            spot = (row["area_type"], row["area_code"], row["indicator"])
            raise NotProtected(spot, cause="not audited")
    _check_used(open_db, survey)
    _check_printed_outcomes(open_db)
    own = rows(open_db, "SELECT * FROM place_outcomes WHERE source = ?", (SOURCE,))
    split = rows(open_db, "SELECT * FROM place_outcomes_by_gender")
    _check_outcomes(own, split, outcomes.next_table(survey), outcomes.kept(survey))


def _check_used(open_db: Database, survey: Database) -> None:
    """Used places are shown only where the threshold lets them be, as read from the file."""
    sql = "SELECT * FROM observations WHERE source = ? AND indicator = 'places_used'"
    shown = [row for row in rows(open_db, sql, (SOURCE,)) if row["value"] is not None]
    entered = supervised_places.everyone(survey)
    for row in shown:
        column = outcomes.columns(entered, {row["year"]})
        if not outcomes.used_is_open(*column)[row["area_type"] == "county"]:
            raise NotProtected((row["area_type"], row["area_code"], "places_used"), cause="shown")


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
