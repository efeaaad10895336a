"""What the two charts of a change since last year share: its sums, its signs and its notes."""

from dataclasses import dataclass

from reports.data.chart_model import COUNTY, Language
from reports.data.model import OpenData, PublishedChange, PublishedSource, SameEnterprises
from reports.text.grammar import written
from reports.text.summaries import Note


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


def signed(value: int, language: Language) -> str:
    """ "+5", "−5" (with a real minus) or "0"."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{written(abs(value), language)}"


def answers_of(data: OpenData) -> list[PublishedSource]:
    """The source of what is worked out from the enterprises' own answers."""
    return [source for source in data.sources if source.key == "inventering"]


def stated_note(change: PublishedChange, data: OpenData, language: Language) -> list[Note]:
    """Where the answers' sum is not the published total, both are named."""
    totals = {p.year: p for p in data.points.get((COUNTY, change.indicator), [])}
    sums = {change.year - 1: change.components[0], change.year: change.components[-1]}
    return [
        Note("s", _differs(year, int(totals[year].value or 0), part.value, language))
        for year, part in sums.items()
        if year in totals and totals[year].value not in (None, part.value)
    ]


def _differs(year: int, stated: int, total: int, language: Language) -> str:
    a, b = written(stated, language), written(total, language)
    return {
        "sv": f"{year}: källan anger {a}, men svaren summerar till {b}. Här visas svarens summa.",
        "en": f"{year}: the source states {a}, but the answers add up to {b}. This shows the"
        " answers' sum.",
    }[language]


def later_note(change: PublishedChange, data: OpenData, language: Language) -> list[Note]:
    """That a later year has a total whose change is not shown, lest this one is taken for it."""
    points = data.points.get((COUNTY, change.indicator), [])
    latest = max((point.year for point in points), default=change.year)
    if latest <= change.year:
        return []
    text = {
        "sv": f"Förändringen till {latest} visas inte: för få företag ligger bakom den, eller så"
        " saknas svar från något av åren.",
        "en": f"The change to {latest} is not shown: too few enterprises are behind it, or answers"
        " of one of the years are missing.",
    }[language]
    return [Note("", text)]


def example_note(language: Language) -> str:
    """That the enterprises behind the figures are invented."""
    return {
        "sv": "Räknat på påhittade exempelföretag.",
        "en": "Worked out from invented example enterprises.",
    }[language]
