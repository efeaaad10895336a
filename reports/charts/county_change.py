"""What the two charts of a change since last year share: its sums, its signs and its notes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.data.chart_model import COUNTY, Language
from reports.data.model import (
    Estimate,
    OpenData,
    PublishedChange,
    PublishedSource,
    SameEnterprises,
)
from reports.text.grammar import answered, joined, once, written
from reports.text.summaries import Note


@dataclass(frozen=True)
class YearPair:
    """One year against the year before: all, and the same enterprises.

    `same` is None where too few enterprises would be behind it. `estimate` says how much of the
    published total (with its `signs`) is estimated, where that is published. `note` says in Swedish
    what the two totals carry.
    `is_corrected` where a total is another now than when the same enterprises were counted.
    """

    year: int
    all_before: int
    all_after: int
    same: SameEnterprises | None
    estimate: Estimate | None = None
    is_example: bool = False
    signs: str = ""
    note: str = ""
    is_corrected: bool = False

    @property
    def of_all(self) -> int:
        """The change among all."""
        return self.all_after - self.all_before

    @property
    def of_same(self) -> int | None:
        """The change among those that answered both years; None where it is hidden."""
        return self.same.after - self.same.before if self.same else None


def pairs_of(data: OpenData, indicator: str) -> list[YearPair]:
    """Every year whose total can be set against the year before, from the first that is shown.

    Of a year between whose change is left out, the totals stand alone.
    """
    shown = {change.year: change for change in data.changes if change.indicator == indicator}
    if not shown:
        return []
    found = (_pair(data, indicator, year, shown) for year in range(min(shown), max(shown) + 1))
    return [pair for pair in found if pair]


def _pair(
    data: OpenData, indicator: str, year: int, shown: Mapping[int, PublishedChange]
) -> YearPair | None:
    # A change of all is one between the totals that are stated, here as in every headline.
    point, before = data.point(indicator, year), data.point(indicator, year - 1)
    if not (point and before) or point.value is None or before.value is None:
        return None
    change = shown.get(year)
    off = stated_notes(change, data, "sv", shows_sum=False).values() if change else ()
    corrected = [note.text for note in off if note.mark == "r"]
    stated = [f"{year - 1}: {before.note.sv}"] if before.note.sv else []
    return YearPair(
        year,
        int(before.value),
        int(point.value),
        next((s for s in data.same if (s.indicator, s.year) == (indicator, year)), None),
        next((e for e in data.estimates if (e.indicator, e.year) == (indicator, year)), None),
        change is not None and change.is_example,
        point.letters,
        once([point.note.sv, *stated, *corrected]),
        bool(corrected),
    )


def signed(value: int, language: Language) -> str:
    """ "+5", "−5" (with a real minus) or "0"."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{written(abs(value), language)}"


def answers_of(data: OpenData) -> list[PublishedSource]:
    """The source of what is worked out from the enterprises' own answers."""
    return [source for source in data.sources if source.key == "inventering"]


def stated_notes(
    change: PublishedChange, data: OpenData, language: Language, *, shows_sum: bool = True
) -> dict[int, Note]:
    """By year where the change's sum is not the published total: both, why, and which is shown.

    A source may state another total than the answers add up to; else the year was corrected after
    its change was told, which stands as it was told.
    """
    totals = {p.year: p for p in data.points.get((COUNTY, change.indicator), [])}
    found = {}
    for year, part in change.sums.items():
        total = totals.get(year)
        if total and total.value not in (None, part.value):
            mark, words = ("s", _differs) if "s" in total.letters else ("r", _corrected)
            text = words(year, int(total.number), part.value, language, shows_sum)
            found[year] = Note(mark, text)
    return found


def _differs(year: int, stated: int, total: int, language: Language, shows_sum: bool) -> str:
    a, b = written(stated, language), written(total, language)
    which = {
        "sv": ("Här visas det som källan anger.", "Här visas den summan."),
        "en": ("This shows what the source states.", "This shows the answers' sum."),
    }[language][shows_sum]
    return {
        "sv": f"{year}: källan anger {a}, men svaren summerar till {b}. {which}",
        "en": f"{year}: the source states {a}, but the answers add up to {b}. {which}",
    }[language]


def _corrected(year: int, now: int, then: int, language: Language, shows_then: bool) -> str:
    a, b = written(now, language), written(then, language)
    which = {
        "sv": (f"Här visas {a} bland alla.", f"Här visas {b}."),
        "en": (f"This shows {a} among all.", f"This shows {b}."),
    }[language][shows_then]
    return {
        "sv": f"{year}: {a} efter en rättelse, men {b} när förändringen räknades. {which}",
        "en": f"{year}: {a} after a correction, but {b} when the change was counted. {which}",
    }[language]


def basis(change: PublishedChange, data: OpenData, language: Language) -> str:
    """What a heading adds where the change is not one between the published totals."""
    marks = {note.mark for note in stated_notes(change, data, language).values()}
    words = {
        "s": {"sv": ", räknat på summan av svaren", "en": ", by the sum of the answers"},
        "r": {"sv": ", räknat före en rättelse", "en": ", counted before a correction"},
    }
    return "".join(words[mark][language] for mark in sorted(marks))


def few_answers(data: OpenData, year: int, language: Language) -> list[str]:
    """How many answered of a year and of the one before it, each where it was not all."""
    rows = {row.year: row for row in data.coverage}
    return [
        words
        for each in (year - 1, year)
        if (words := answered(rows.get(each), language, str(each)))
    ]


def in_brackets(data: OpenData, year: int, language: Language) -> str:
    """ " (17 av 28 företag svarade 2021)"; "" where there is nothing to say."""
    words = few_answers(data, year, language)
    return f" ({joined(words, language)})" if words else ""


def few_notes(data: OpenData, years: Iterable[int], language: Language) -> list[Note]:
    """The sentences of few_answers below a chart, each once."""
    found = (words for year in years for words in few_answers(data, year, language))
    return [Note("", f"{words}.") for words in dict.fromkeys(found)]


def later_note(change: PublishedChange, data: OpenData, language: Language) -> list[Note]:
    """That a later year has a total whose change is not shown, lest this one is taken for it."""
    points = data.points.get((COUNTY, change.indicator), [])
    latest = max((point.year for point in points), default=change.year)
    if latest <= change.year:
        return []
    text = {
        "sv": f"Förändringen till {latest} visas inte: bakom någon del av den står färre än tre"
        " företag eller så dominerar två, eller så saknas svar från något av åren.",
        "en": f"The change to {latest} is not shown: fewer than three enterprises are behind some"
        " part of it or two dominate it, or answers of one of the years are missing.",
    }[language]
    return [Note("", text)]


def example_note(language: Language) -> str:
    """That the enterprises behind the figures are invented."""
    return {
        "sv": "Räknat på påhittade exempelföretag.",
        "en": "Worked out from invented example enterprises.",
    }[language]
