"""The change since last year among all enterprises, and among those that answered both years."""

from dataclasses import dataclass
from typing import Any

from reports import theme
from reports.charts import Language
from reports.figures.frame import written
from reports.open_data import OpenData
from reports.panels.bridge import answers_of, example_note, signed
from reports.panels.panel import Panel
from reports.panels.rows import Bar, Line, Look, Style, figure, upright, with_lines
from reports.summaries import Note
from reports.tables import Cell, Row, Table
from reports.words import noun

STYLE = Style(left=(170, 150), pitch=26, bar=14)
QUERY = """SELECT s.year, b.value AS all_before, a.value AS all_after,
  s.value_before AS same_before, s.value AS same_after, s.enterprises, e.value AS estimated_addition
FROM same_enterprises s
JOIN changes b ON (b.year, b.indicator, b.component) = (s.year, s.indicator, 'before')
JOIN changes a ON (a.year, a.indicator, a.component) = (s.year, s.indicator, 'after')
LEFT JOIN estimates e ON e.year = s.year AND e.indicator = s.indicator
WHERE s.indicator = '{indicator}' ORDER BY s.year"""


@dataclass(frozen=True)
class Pair:
    """One year against the year before: all, the same enterprises, and all with an estimate."""

    year: int
    all_before: int
    all_after: int
    same_before: int
    same_after: int
    same_count: int
    estimate: int | None = None
    estimated_count: int = 0
    is_example: bool = False

    @property
    def of_all(self) -> int:
        """The change among all."""
        return self.all_after - self.all_before

    @property
    def of_same(self) -> int:
        """The change among those that answered both years."""
        return self.same_after - self.same_before

    @property
    def with_estimate(self) -> int | None:
        """The change among all, were those without an answer as last year."""
        return None if self.estimate is None else self.of_all + self.estimate


def same(data: OpenData, language: Language, indicator: str) -> Panel | None:
    """The chart of one indicator; None while no two years can be compared so."""
    pairs = pairs_of(data, indicator)
    if not pairs:
        return None
    things = noun(indicator, 2, language)
    return Panel(
        f"same_{indicator}",
        title(pairs[-1], indicator, language),
        {
            "sv": f"Förändring i antalet {things} sedan året innan: alla företag, och samma"
            " företag båda åren",
            "en": f"Change in the number of {things} since the year before: all enterprises, and"
            " the same enterprises both years",
        }[language],
        _summary(pairs, language),
        _figure(pairs, language),
        _notes(pairs, language),
        _table(pairs, language),
        answers_of(data),
        _lines(pairs),
        QUERY.format(indicator=indicator),
        any(pair.is_example for pair in pairs),
    )


def pairs_of(data: OpenData, indicator: str) -> list[Pair]:
    """Every year that can be set against the year before in both ways."""
    # The answers' own sums: a printed total can differ from them, and then compares badly.
    totals = {c.year: c for c in data.changes if c.indicator == indicator}
    added = {e.year: e for e in data.estimates if e.indicator == indicator}
    found = []
    for each in data.same:
        change = totals.get(each.year)
        if each.indicator != indicator or change is None:
            continue
        estimate = added.get(each.year)
        found.append(
            Pair(
                each.year,
                change.components[0].value,
                change.components[-1].value,
                each.before,
                each.after,
                each.enterprises,
                estimate.value if estimate else None,
                estimate.enterprises if estimate else 0,
                each.is_example,
            )
        )
    return sorted(found, key=lambda pair: pair.year)


def title(pair: Pair, indicator: str, language: Language) -> str:
    """Whether the two ways of counting tell the same story about the latest year."""
    things = noun(indicator, 2, language)
    both, count = _way(pair.of_all), written(pair.same_count, language)
    if both == _way(pair.of_same):
        word = WAYS[both][0 if language == "sv" else 1]
        return {
            "sv": f"{word} {things} {pair.year} – både bland alla och bland samma {count} företag",
            "en": f"{word} {things} in {pair.year} – both among all and among the same {count}"
            " enterprises",
        }[language]
    a, b = signed(pair.of_all, language), signed(pair.of_same, language)
    return {
        "sv": f"Antalet {things} {pair.year}: {a} bland alla, men {b} bland samma {count} företag",
        "en": f"Number of {things} in {pair.year}: {a} among all, but {b} among the same {count}"
        " enterprises",
    }[language]


WAYS = {1: ("Fler", "More"), -1: ("Färre", "Fewer"), 0: ("Lika många", "As many")}


def _way(value: int) -> int:
    return (value > 0) - (value < 0)


def _bars(pair: Pair, language: Language) -> list[Line]:
    """The changes of one year, each with what it is a change from and to."""
    count = written(pair.same_count, language)
    names = {
        "sv": ("Alla företag", f"Samma {count} företag"),
        "en": ("All enterprises", f"Same {count} enterprises"),
    }[language]
    every = _line(pair, names[0], (pair.all_before, pair.all_after), theme.NAVY, language)
    same = _line(pair, names[1], (pair.same_before, pair.same_after), theme.TEAL, language)
    if pair.estimate is None:
        return [every, same]
    few = written(pair.estimated_count, language)
    name = {"sv": f"Alla, {few} skattade (e)", "en": f"All, {few} estimated (e)"}[language]
    ends = pair.all_before, pair.all_after + pair.estimate
    return [every, _line(pair, name, ends, theme.NAVY, language, look="hatched"), same]


def _line(
    pair: Pair,
    name: str,
    ends: tuple[int, int],
    colour: str,
    language: Language,
    *,
    look: Look = "full",
) -> Line:
    size = signed(ends[1] - ends[0], language)
    before, after = (written(each, language) for each in ends)
    says = {"sv": f"{size}, från {before} till {after}", "en": f"{size}, from {before} to {after}"}
    bar = Bar(0, ends[1] - ends[0], colour, look)
    return Line(f"{pair.year}, {name}", name, (bar,), size, says[language], colour)


def rows_of(pairs: list[Pair], language: Language) -> list[Line]:
    """Each year's name above its changes."""
    return [
        line
        for pair in pairs
        for line in (Line(str(pair.year), str(pair.year), strong=True), *_bars(pair, language))
    ]


def _figure(pairs: list[Pair], language: Language) -> dict[str, Any]:
    rows = rows_of(pairs, language)
    axis = upright(0, -0.5, len(rows) - 0.5, theme.AXIS)
    return with_lines(figure(rows, STYLE, language), [axis])


def _summary(pairs: list[Pair], language: Language) -> str:
    return " ".join(
        f"{pair.year}: "
        + ", ".join(
            f"{bar.name[0].lower()}{bar.name[1:]} {bar.number}" for bar in _bars(pair, language)
        )
        + "."
        for pair in pairs
    )


def _notes(pairs: list[Pair], language: Language) -> list[Note]:
    notes = [
        Note(
            "",
            {
                "sv": "Samma företag: de som svarade både det året och året innan. Skillnaden mot"
                " alla är företag som kommit till, upphört eller inte svarat.",
                "en": "Same enterprises: those that answered both that year and the year before."
                " The difference from all is enterprises that started, ceased or did not answer.",
            }[language],
        )
    ]
    if any(pair.estimate is not None for pair in pairs):
        words = {
            "sv": "Skattad: de som inte svarade räknas som i fjol.",
            "en": "Estimated: those that did not answer are counted as last year.",
        }[language]
        notes.append(Note("e", words))
    if any(pair.is_example for pair in pairs):
        notes.append(Note("", example_note(language)))
    return notes


def _table(pairs: list[Pair], language: Language) -> Table:
    headings = {
        "sv": ("Alla", "Alla, med skattning", "Samma företag", "Företag båda åren"),
        "en": ("All", "All, with estimate", "Same enterprises", "Enterprises both years"),
    }[language]
    none = Cell("–", meaning={"sv": "inget att skatta", "en": "nothing to estimate"}[language])
    rows = tuple(
        Row(
            str(pair.year),
            pair.is_example,
            (
                Cell(signed(pair.of_all, language)),
                none
                if pair.with_estimate is None
                else Cell(signed(pair.with_estimate, language), "e"),
                Cell(signed(pair.of_same, language)),
                Cell(written(pair.same_count, language)),
            ),
        )
        for pair in pairs
    )
    return Table(headings, rows, {"sv": "År", "en": "Year"}[language])


def _lines(pairs: list[Pair]) -> list[list[str | int]]:
    lines: list[list[str | int]] = [
        ["year", "all_before", "all", "same_before", "same", "same_enterprises", "estimate"]
    ]
    for p in pairs:
        estimate = "" if p.estimate is None else p.estimate
        counts = [p.all_before, p.all_after, p.same_before, p.same_after, p.same_count]
        lines.append([p.year, *counts, estimate])
    return lines
