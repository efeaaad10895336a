"""A year's county total against the year before: all, the same enterprises, and what is guessed."""

from dataclasses import dataclass

from reports.data.model import OpenData, SameEnterprises


@dataclass(frozen=True)
class YearPair:
    """One year against the year before: all, the same enterprises, and all with an estimate.

    `same` is None where too few enterprises would be behind it. `estimate` is what those left out
    would add; `without` is the sum without an estimate that the published one has (`signs`).
    """

    year: int
    all_before: int
    all_after: int
    same: SameEnterprises | None
    estimate: int | None = None
    estimated_count: int = 0
    is_example: bool = False
    signs: str = ""
    without: int | None = None

    @property
    def of_all(self) -> int:
        """The change among all."""
        return self.all_after - self.all_before

    @property
    def of_same(self) -> int | None:
        """The change among those that answered both years; None where it is hidden."""
        return self.same.after - self.same.before if self.same else None

    @property
    def with_estimate(self) -> int | None:
        """The change among all, those without an answer estimated; None where nobody is."""
        if "e" in self.signs:
            return self.of_all
        return None if self.estimate is None else self.of_all + self.estimate

    @property
    def without_estimate(self) -> int | None:
        """The change to those only who answered, where the published sum has others in it."""
        return None if self.without is None else self.without - self.all_before


def pairs_of(data: OpenData, indicator: str) -> list[YearPair]:
    """Every year whose total can be set against the year before."""
    # The answers' own sums: a printed total can differ from them, and then compares badly.
    same_in = {each.year: each for each in data.same if each.indicator == indicator}
    added = {each.year: each for each in data.estimates if each.indicator == indicator}
    found = []
    for change in data.changes:
        if change.indicator != indicator:
            continue
        year, estimate = change.year, added.get(change.year)
        point = data.point(indicator, year)
        found.append(
            YearPair(
                year,
                change.components[0].value,
                change.components[-1].value,
                same_in.get(year),
                estimate.value if estimate else None,
                estimate.enterprises if estimate else 0,
                change.is_example,
                # The sign of a total that the answers add up to; another total has its own note.
                point.letters if point and point.value == change.components[-1].value else "",
                data.without_estimates.get((indicator, year)),
            )
        )
    return sorted(found, key=lambda pair: pair.year)
