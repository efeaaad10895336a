"""Small words about numbers: counted things, changes and spans, in both languages."""

from collections.abc import Iterable
from operator import le, lt
from typing import Literal

from babel.lists import format_list

from reports.data.chart_model import Language, Point, YearCoverage
from reports.data.chart_numbers import breaks_between

NB = "\u00a0"
Way = Literal["up", "down", "steady"]

# A change of at most this share of the first value is called steady.
STEADY_SHARE = 0.02
CHANGE_WORDS = {
    "up": ("ökade", "rose"),
    "down": ("minskade", "fell"),
    "steady": ("var i stort sett oförändrat", "hardly changed"),
    "same": ("var oförändrat", "did not change"),
}

NOUNS = {
    "enterprises": (("företag", "företag"), ("enterprise", "enterprises")),
    "employees": (("anställd", "anställda"), ("employee", "employees")),
    "placed": (("placerad", "placerade"), ("person placed", "people placed")),
    "employed_placed": (("anställd", "anställda"), ("employee", "employees")),
    "placed_per_enterprise": (
        ("placerade per företag", "placerade per företag"),
        ("people placed per enterprise", "people placed per enterprise"),
    ),
    "reached": (("nådd person", "nådda personer"), ("person reached", "people reached")),
}
SMALL = {
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio"),
    "en": ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}


def change(first: float, last: float) -> Way:
    """Which way a number went, where a very small step counts as none."""
    if abs(last - first) <= STEADY_SHARE * first:
        return "steady"
    return "up" if last > first else "down"


def change_words(first: float, last: float, language: Language) -> str:
    """ "ökade", "minskade" or "var i stort sett oförändrat", and "var oförändrat" for none."""
    swedish, english = CHANGE_WORDS["same" if first == last else change(first, last)]
    return swedish if language == "sv" else english


def between(a: str, b: str, language: Language) -> str:
    """ "från 57 till 26", and "oförändrat 26" where both are written alike."""
    if a == b:
        return {"sv": f"oförändrat {a}", "en": f"unchanged at {a}"}[language]
    return {"sv": f"från {a} till {b}", "en": f"from {a} to {b}"}[language]


# What is left of the peak, and what is then said; the first that holds is used.
FALLS = (
    (lt, 0.5, "mer än halverats", "more than halved"),
    (le, 0.5, "halverats", "halved"),
    (le, 0.55, "nästan halverats", "nearly halved"),
)


def fall_words(peak: float, last: float, language: Language) -> str | None:
    """ "mer än halverats" and the like; None where the fall is smaller than that."""
    for holds, share, swedish, english in FALLS:
        if holds(last, peak * share):
            return swedish if language == "sv" else english
    return None


def noun(key: str, count: float, language: Language) -> str:
    """What is counted, singular for exactly one."""
    one, many = NOUNS[key][language == "en"]
    return one if count == 1 else many


def in_words(value: float, language: Language) -> str:
    """Whole numbers up to ten as words, larger ones as digits."""
    small = SMALL[language]
    return small[int(value)] if 0 <= value < len(small) else written(value, language)


def counted(value: float, things: str, language: Language, decimals: int = 0) -> str:
    """A number and its noun, kept together by a no-break space."""
    return f"{written(value, language, decimals)}\u00a0{things}"


def span(first: int, last: int) -> str:
    """A range of years, or one year."""
    return str(first) if first == last else f"{first}–{last}"


def spans(years: list[int], language: Language) -> str:
    """Years as they are: "2016–2018 och 2021", never over a year that is not there."""
    found = runs(sorted(set(years)))
    return joined([span(first, last) for first, last in found], language)


def listed(years: list[int]) -> str:
    """The same with commas alone: "2016–2018, 2021"."""
    return ", ".join(span(first, last) for first, last in runs(years))


def upper_first(words: str) -> str:
    """The sentence with a capital first letter and the rest as it is."""
    return words[:1].upper() + words[1:]


def lower_first(words: str) -> str:
    """The words as they stand inside a sentence; names in them keep their capitals."""
    return words[:1].lower() + words[1:]


def joined(items: list[str], language: Language) -> str:
    """ "a, b och c": commas, and the last with its word."""
    return format_list(items, locale="sv" if language == "sv" else "en_GB")


def written(value: float, language: Language, decimals: int = 0) -> str:
    """A number as it is written: "1 275" and "4,6" in Swedish, "1,275" and "4.6" in English."""
    grouped = f"{value:,.{decimals}f}"
    if language == "en":
        return grouped
    return grouped.replace(",", NB).replace(".", ",")


def percent(share: float, language: Language) -> str:
    """ "47 %" in Swedish, "47%" in English."""
    return f"{written(100 * share, language)}{NB if language == 'sv' else ''}%"


def more(step: float, language: Language) -> str:
    """ "fler" for a rise, "färre" for a fall."""
    return {"sv": ("fler", "färre"), "en": ("more", "fewer")}[language][step < 0]


def broken(indicator: str, first: int, last: int, language: Language) -> str:
    """ " (brott i serien 2021)", where it is counted otherwise from a year between the two on."""
    found = breaks_between(indicator, first, last)
    return "".join(f" ({lower_first(b.label.in_(language))} {b.year})" for b in found)


def answered(row: YearCoverage | None, language: Language, when: str = "") -> str:
    """ "17 av 28 företag svarade 2021"; "" where all answered or no source says how many."""
    if row is None or not row.is_partial:
        return ""
    n, of = written(row.answered or 0, language), written(row.asked or 0, language)
    swedish, english = (f" {when}", f" in {when}") if when else ("", "")
    return {
        "sv": f"{n} av {of} företag svarade{swedish}",
        "en": f"{n} of {of} enterprises answered{english}",
    }[language]


def kept(point: Point, language: Language) -> str:
    """ ", kvar från en tidigare utgåva" after a number that stands as in one; "" after others."""
    words = {"sv": ", kvar från en tidigare utgåva", "en": ", kept from an earlier release"}
    return words[language] if point.is_kept else ""


def once(notes: Iterable[str]) -> str:
    """Notes of several figures as one text; one that another holds is not said again."""
    said = dict.fromkeys(filter(None, notes))
    return " ".join(note for note in said if not any(note in o and note != o for o in said))


def runs(years: list[int]) -> list[tuple[int, int]]:
    """Neighbouring years as (first, last): [2021, 2022, 2025] gives (2021, 2022), (2025, 2025)."""
    found: list[tuple[int, int]] = []
    for year in years:
        if found and found[-1][1] == year - 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found
