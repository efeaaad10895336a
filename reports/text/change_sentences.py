"""Enterprises, employees and placed: what is said of their change, and of those that are hidden.

A hidden figure is never passed over: a reader would take an older one for the latest.
"""

from collections.abc import Sequence

from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.text.grammar import change, joined

FOLLOWED = (
    ("enterprises", ("företag", "enterprises")),
    ("employees", ("anställda", "employees")),
    ("placed", ("placerade", "people placed")),
)
VERBS = {
    "up": ("ökade", "rose"),
    "down": ("minskade", "fell"),
    "steady": ("var i stort sett oförändrat", "hardly changed"),
    "same": ("var oförändrat", "did not change"),
}


def compared(data: OpenData, year: int, language: Language) -> str:
    """What rose, fell or stood still since the year before, by the rule in words.py."""
    groups: dict[str, list[str]] = {}
    for indicator, things in FOLLOWED:
        before, after = data.value(indicator, year - 1), data.value(indicator, year)
        if before is None or after is None:
            continue
        way = "same" if before == after else change(before, after)
        groups.setdefault(way, []).append(things[0 if language == "sv" else 1])
    if not groups:
        return ""
    clauses = [
        _clause(way, things, language, is_first=not number)
        for number, (way, things) in enumerate(groups.items())
    ]
    head = {"sv": f"Jämfört med {year - 1} ", "en": f"Compared with {year - 1}, "}[language]
    return f"{head}{joined(clauses, language)}."


def _clause(way: str, things: Sequence[str], language: Language, *, is_first: bool) -> str:
    """What moved and how; in Swedish the verb comes first right after "jämfört med …"."""
    what, verb = number_of(things, language), VERBS[way][0 if language == "sv" else 1]
    if language == "en" or not is_first:
        return f"{what} {verb}"
    verb, _, rest = verb.partition(" ")
    return f"{verb} {what} {rest}".strip()


def number_of(things: Sequence[str], language: Language) -> str:
    """ "antalet företag och anställda"."""
    head = {"sv": "antalet", "en": "the number of"}[language]
    return f"{head} {joined(list(things), language)}"


def hidden(keys: Sequence[str], year: int | None, language: Language) -> str:
    """That these are hidden and why, in one sentence; "" where none is."""
    things = [words[0 if language == "sv" else 1] for key, words in FOLLOWED if key in keys]
    if not things:
        return ""
    what = number_of(things, language)
    what = what[0].upper() + what[1:]
    when = {"sv": f" {year}", "en": f" in {year}"}[language] if year else ""
    return {
        "sv": f"{what}{when} är dolt för att skydda enskilda.",
        "en": f"{what}{when} is hidden to protect individuals.",
    }[language]


def hidden_in(data: OpenData, year: int) -> list[str]:
    """Which of the three are published for the year, but hidden."""
    points = {key: data.point(key, year) for key, _ in FOLLOWED}
    return [key for key, point in points.items() if point and point.value is None]
