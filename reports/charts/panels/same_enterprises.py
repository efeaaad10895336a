"""The change since last year among all enterprises, and among those that answered both years."""

from functools import partial
from typing import TYPE_CHECKING

from reports.charts import theme
from reports.charts.card import ChartCard, Panel
from reports.charts.figures.rows import Bar, BarRow, Look, Style, figure, upright
from reports.charts.panels.county_change import (
    YearPair,
    answers_of,
    example_note,
    later_note,
    pairs_of,
    signed,
    stated_note,
)
from reports.charts.tables import ChartTable, TableCell, TableRow, legend
from reports.data.chart_model import Language, Point, Words
from reports.data.model import OpenData
from reports.text.grammar import NB, noun, written
from reports.text.summaries import Note

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

STYLE = Style(left=(170, 150), pitch=26, bar=14)
QUERY = """SELECT a.year, b.value AS all_before, a.value AS all_after,
  s.value_before AS same_before, s.value AS same_after, s.enterprises,
  e.value AS estimated_addition, q.value AS all_after_without_estimate
FROM changes a
JOIN changes b ON (b.year, b.indicator, b.component) = (a.year, a.indicator, 'before')
LEFT JOIN same_enterprises s ON (s.year, s.indicator) = (a.year, a.indicator)
LEFT JOIN estimates e ON (e.year, e.indicator) = (a.year, a.indicator)
LEFT JOIN quality q
  ON (q.year, q.subject, q.measure) = (a.year, a.indicator, 'total_without_imputation')
WHERE a.indicator = '{indicator}' AND a.component = 'after' ORDER BY a.year"""


def card(data: OpenData, language: Language, indicator: str) -> ChartCard | None:
    """The chart of one indicator; None while no two years can be compared so."""
    pairs = pairs_of(data, indicator)
    if not any(pair.same for pair in pairs):
        return None
    things = noun(indicator, 2, language)
    return ChartCard(
        f"same_{indicator}",
        title(pairs[-1], indicator, language),
        {
            "sv": f"Förändring i antalet {things} sedan året innan: alla företag, och samma"
            " företag båda åren",
            "en": f"Change in the number of {things} since the year before: all enterprises, and"
            " the same enterprises both years",
        }[language],
        _summary(pairs, language),
        partial(_figure, pairs, language),
        "rows",
        _notes(pairs, data, indicator, language),
        _table(pairs, language),
        answers_of(data),
        _lines(pairs),
        QUERY.format(indicator=indicator),
        any(pair.is_example for pair in pairs),
    )


def title(pair: YearPair, indicator: str, language: Language) -> str:
    """Whether the two ways of counting tell the same story about the latest year."""
    things, both = noun(indicator, 2, language), _way(pair.of_all)
    word = WAYS[both][0 if language == "sv" else 1]
    if pair.same is None:
        return {
            "sv": f"{word} {things} {pair.year} bland alla – bland samma företag är det dolt",
            "en": f"{word} {things} in {pair.year} among all – among the same enterprises it is"
            " hidden",
        }[language]
    of_same, count = pair.same.after - pair.same.before, written(pair.same.enterprises, language)
    if both == _way(of_same):
        return {
            "sv": f"{word} {things} {pair.year} – både bland alla och bland samma {count} företag",
            "en": f"{word} {things} in {pair.year} – both among all and among the same {count}"
            " enterprises",
        }[language]
    a, b = signed(pair.of_all, language), signed(of_same, language)
    return {
        "sv": f"Antalet {things} {pair.year}: {a} bland alla, men {b} bland samma {count} företag",
        "en": f"Number of {things} in {pair.year}: {a} among all, but {b} among the same {count}"
        " enterprises",
    }[language]


WAYS = {1: ("Fler", "More"), -1: ("Färre", "Fewer"), 0: ("Lika många", "As many")}


def _way(value: int) -> int:
    return (value > 0) - (value < 0)


def _bars(pair: YearPair, language: Language) -> list[BarRow]:
    """The changes of one year, each with what it is a change from and to."""
    start, end = pair.all_before, pair.all_after
    look: Look = "hatched" if "e" in pair.signs else "full"
    every = {"sv": "Alla företag", "en": "All enterprises"}[language]
    found = [_line(pair, every, (start, end), theme.NAVY, language, look, pair.signs)]
    if pair.without is not None:
        only = {"sv": "Alla, utan skattade", "en": "All, without estimates"}[language]
        found.append(_line(pair, only, (start, pair.without), theme.NAVY, language))
    if pair.estimate is not None:
        few = written(pair.estimated_count, language)
        name = {"sv": f"Alla, {few} skattade", "en": f"All, {few} estimated"}[language]
        ends = start, end + pair.estimate
        found.append(_line(pair, name, ends, theme.NAVY, language, "hatched", "e"))
    return [*found, _same_line(pair, language)]


def _same_line(pair: YearPair, language: Language) -> BarRow:
    if pair.same is None:
        name = {"sv": "Samma företag", "en": "Same enterprises"}[language]
        says = {"sv": "Dolt för att skydda enskilda", "en": "Hidden to protect individuals"}
        # Nothing to see, but something to point at.
        none = (Bar(0, 0, theme.TEAL),)
        return BarRow(f"{pair.year}, {name}", name, none, "x", says[language], theme.TEAL)
    count = written(pair.same.enterprises, language)
    name = {"sv": f"Samma {count} företag", "en": f"Same {count} enterprises"}[language]
    return _line(pair, name, (pair.same.before, pair.same.after), theme.TEAL, language)


def _line(
    pair: YearPair,
    name: str,
    ends: tuple[int, int],
    colour: str,
    language: Language,
    look: Look = "full",
    signs: str = "",
) -> BarRow:
    size = signed(ends[1] - ends[0], language)
    number = f"{size}{NB}{signs}" if signs else size
    before, after = (written(each, language) for each in ends)
    says = {"sv": f"{size}, från {before} till {after}", "en": f"{size}, from {before} to {after}"}
    bar = Bar(0, ends[1] - ends[0], colour, look)
    return BarRow(f"{pair.year}, {name}", name, (bar,), number, says[language], colour)


def rows_of(pairs: list[YearPair], language: Language) -> list[BarRow]:
    """Each year's name above its changes."""
    return [
        line
        for pair in pairs
        for line in (BarRow(str(pair.year), str(pair.year), strong=True), *_bars(pair, language))
    ]


def _figure(pairs: list[YearPair], language: Language, *, narrow: bool) -> "Figure":
    rows = rows_of(pairs, language)
    axis = upright(0, -0.5, len(rows) - 0.5, theme.AXIS)
    return figure(rows, STYLE, language, narrow=narrow, shapes=[axis])


def _summary(pairs: list[YearPair], language: Language) -> str:
    return " ".join(
        f"{pair.year}: "
        + ", ".join(
            f"{bar.name[0].lower()}{bar.name[1:]} {bar.number}" for bar in _bars(pair, language)
        )
        + "."
        for pair in pairs
    )


def _notes(pairs: list[YearPair], data: OpenData, indicator: str, language: Language) -> list[Note]:
    words = {
        "sv": "Samma företag: de som svarade både det året och året innan. Skillnaden mot"
        " alla är företag som kommit till, upphört eller inte svarat.",
        "en": "Same enterprises: those that answered both that year and the year before."
        " The difference from all is enterprises that started, ceased or did not answer.",
    }[language]
    changes = [change for change in data.changes if change.indicator == indicator]
    stated = [note for change in changes for note in stated_note(change, data, language)]
    last = max(changes, key=lambda change: change.year)
    hidden = [Point(pair.year, None, "x") for pair in pairs if pair.same is None]
    # How the estimates came about is said already.
    signs = [Point(p.year, 0, sign) for p in pairs for sign in p.signs if sign != "e"]
    return [
        *dict.fromkeys(stated),
        *later_note(last, data, language),
        Note("", words),
        *_estimated_notes(pairs, language),
        *legend([*hidden, *signs], data.statuses, language),
        *([Note("", example_note(language))] if any(pair.is_example for pair in pairs) else []),
    ]


def _estimated_notes(pairs: list[YearPair], language: Language) -> list[Note]:
    """How the estimates were made: those left out as last year, those counted as decided."""
    notes = []
    if any(pair.estimate is not None for pair in pairs):
        words = {
            "sv": "Skattade: de som inte svarade räknas som i fjol.",
            "en": "Estimated: those that did not answer are counted as last year.",
        }[language]
        notes.append(Note("e", words))
    if any("e" in pair.signs for pair in pairs):
        words = {
            "sv": "I länets summa räknas några som inte svarade med tal från året innan,"
            " framskrivna som bland dem som svarat båda åren.",
            "en": "In the county's sum some that did not answer are counted with numbers of the"
            " year before, carried forward as among those that answered both years.",
        }[language]
        notes.append(Note("e", words))
    return notes


def _table(pairs: list[YearPair], language: Language) -> ChartTable:
    headings = {
        "sv": ("Alla", "Utan skattning", "Med skattning", "Samma företag", "Företag båda åren"),
        "en": (
            "All",
            "Without estimate",
            "With estimate",
            "Same enterprises",
            "Enterprises both years",
        ),
    }[language]
    # Two columns of dashes would tell nobody anything.
    guessed = any(pair.with_estimate is not None for pair in pairs)
    kept = [place for place in range(len(headings)) if guessed or place not in (1, 2)]
    rows = tuple(
        TableRow(str(p.year), p.is_example, tuple(_cells(p, language)[place] for place in kept))
        for p in pairs
    )
    corner = {"sv": "År", "en": "Year"}[language]
    return ChartTable(tuple(headings[place] for place in kept), rows, corner)


def _cells(pair: YearPair, language: Language) -> tuple[TableCell, ...]:
    none = TableCell(
        "–", meaning={"sv": "inget är skattat", "en": "nothing is estimated"}[language]
    )
    hidden = TableCell("x", meaning={"sv": "dold", "en": "hidden"}[language])
    without = hidden if "e" in pair.signs else none
    if pair.without_estimate is not None:
        without = TableCell(signed(pair.without_estimate, language))
    with_ = none
    if pair.with_estimate is not None:
        with_ = TableCell(signed(pair.with_estimate, language), "e")
    same_, count = hidden, hidden
    if pair.same:
        same_ = TableCell(signed(pair.same.after - pair.same.before, language))
        count = TableCell(written(pair.same.enterprises, language))
    return TableCell(signed(pair.of_all, language), pair.signs), without, with_, same_, count


def _lines(pairs: list[YearPair]) -> list[list[str | int]]:
    """The file's rows: a number that is hidden or does not exist is empty."""
    lines: list[list[str | int]] = [
        ["year", "all_before", "all", "all_status", "same_before", "same", "same_enterprises",
         "same_status", "estimate", "all_without_estimate"]
    ]  # fmt: skip
    for p in pairs:
        same_ = (p.same.before, p.same.after, p.same.enterprises) if p.same else ("", "", "")
        lines.append(
            [p.year, p.all_before, p.all_after, p.signs or "n", *same_, "n" if p.same else "x",
             _or_empty(p.estimate), _or_empty(p.without)]
        )  # fmt: skip
    return lines


def _or_empty(value: int | None) -> int | str:
    return "" if value is None else value


CHARTS = (
    Panel(
        "same_employees",
        Words("Anställda i samma företag", "Employees of the same enterprises"),
        partial(card, indicator="employees"),
    ),
    Panel(
        "same_placed",
        Words("Placerade i samma företag", "People placed in the same enterprises"),
        partial(card, indicator="placed"),
    ),
)
