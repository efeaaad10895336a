"""The years that stand as printed: those that ship with the product, and those stated since."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from survey_data.history import printed_series, stated_totals
from survey_data.history.printed_series import Discrepancy, SeriesValue
from survey_data.history.stated_totals import COUNTED


def printed(survey: Database) -> tuple[SeriesValue, ...]:
    """Every figure that was printed somewhere before and is published as it stood there."""
    return (*printed_series.published(), *stated_totals.values(survey))


def printed_years(survey: Database) -> frozenset[int]:
    """The years whose inventory stands as printed."""
    return inventory_years(printed(survey))


def inventory_years(values: Iterable[SeriesValue]) -> frozenset[int]:
    """The years that some of these figures are the inventory of."""
    return frozenset(value.year for value in values if value.indicator in COUNTED)


def discrepancies(survey: Database) -> tuple[Discrepancy, ...]:
    """Every stated total that its own parts do not add up to."""
    return (*printed_series.discrepancies(), *stated_totals.discrepancies(survey))
