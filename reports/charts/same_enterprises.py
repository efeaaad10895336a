"""The change since last year among all enterprises, and among those that answered both years."""

from functools import partial

from reports.charts import theme
from reports.charts.card import ChartCard, ChartTable, Panel, TableCell, TableRow
from reports.charts.county_change import (
    YearPair,
    answers_of,
    example_note,
    few_notes,
    in_brackets,
    later_note,
    pairs_of,
    signed,
    stated_notes,
)
from reports.charts.figures.rows import Bar, BarRow, Look, Style, figure, upright
from reports.data.chart_model import Language, Point, Words
from reports.data.model import Estimate, OpenData
from reports.text.grammar import NB, broken, counted, lower_first, noun, written
from reports.text.summaries import Note, legend

STYLE = Style(left=(170, 150), pitch=26, bar=14)
QUERY = """SELECT n.year, p.value AS all_before, n.value AS all_after,
  s.value_before AS same_before, s.value AS same_after, s.enterprises,
  e.enterprises AS estimated_enterprises, e.share AS estimated_per_cent
FROM observations n
JOIN observations p ON (p.year, p.area_code, p.indicator) = (n.year - 1, n.area_code, n.indicator)
LEFT JOIN same_enterprises s ON (s.year, s.indicator) = (n.year, n.indicator)
LEFT JOIN estimates e ON (e.year, e.indicator) = (n.year, n.indicator)
WHERE n.indicator = '{indicator}' AND n.area_type = 'county'
  AND n.value IS NOT NULL AND p.value IS NOT NULL
  AND n.year BETWEEN (SELECT min(year) FROM changes WHERE indicator = n.indicator)
  AND (SELECT max(year) FROM changes WHERE indicator = n.indicator) ORDER BY n.year"""


def card(data: OpenData, language: Language, indicator: str) -> ChartCard | None:
    """The chart of one indicator; None while no two years can be compared so."""
    pairs = pairs_of(data, indicator)
    if not any(pair.same for pair in pairs):
        return None
    things, last, rows = noun(indicator, 2, language), pairs[-1], rows_of(pairs, language)
    axis = upright(0, -0.5, len(rows) - 0.5, theme.AXIS)
    return ChartCard(
        key=f"same_{indicator}",
        title=title(last, indicator, language)
        + _before_correction(last, language)
        + broken(indicator, last.year - 1, last.year, language)
        + in_brackets(data, last.year, language),
        subtitle={
            "sv": f"Förändring i antalet {things} sedan året innan: alla företag, och samma"
            " företag båda åren",
            "en": f"Change in the number of {things} since the year before: all enterprises, and"
            " the same enterprises both years",
        }[language],
        summary=_summary(pairs, indicator, language),
        draw=partial(figure, rows, STYLE, language, shapes=[axis]),
        notes=_notes(pairs, data, indicator, language),
        table=_table(pairs, language),
        sources=answers_of(data),
        lines=_lines(pairs),
        query=QUERY.format(indicator=indicator),
        is_example=any(pair.is_example for pair in pairs),
        bars=rows,
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
    of_same, count = pair.of_same or 0, written(pair.same.enterprises, language)
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
    look: Look = "hatched" if "e" in pair.signs else "full"
    name = {"sv": "Alla företag", "en": "All enterprises"}[language]
    ends = pair.all_before, pair.all_after
    every = _line(pair, name, ends, theme.NAVY, language, look, pair.signs)
    if pair.same is None:
        name = {"sv": "Samma företag", "en": "Same enterprises"}[language]
        says = {"sv": "Dolt för att skydda enskilda", "en": "Hidden to protect individuals"}
        # Nothing to see, but something to point at.
        none = (Bar(0, 0, theme.TEAL),)
        key = f"{pair.year}, {name}"
        return [every, BarRow(key, name, none, "x", says[language], theme.TEAL)]
    count = written(pair.same.enterprises, language)
    name = {"sv": f"Samma {count} företag", "en": f"Same {count} enterprises"}[language]
    same = _line(pair, name, (pair.same.before, pair.same.after), theme.TEAL, language)
    return [every, same]


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


def _before_correction(pair: YearPair, language: Language) -> str:
    """That the two are counted at two times: all as corrected, the same enterprises as told."""
    if not (pair.same and pair.is_corrected):
        return ""
    count = written(pair.same.enterprises, language)
    return {
        "sv": f", de {count} räknade före en rättelse",
        "en": f", the {count} counted before a correction",
    }[language]


def _summary(pairs: list[YearPair], indicator: str, language: Language) -> str:
    hidden, sentences = {"sv": "dolt", "en": "hidden"}[language], []
    for pair in pairs:
        # A letter beside a number says nothing in a sentence.
        sizes = zip(_bars(pair, language), (pair.of_all, pair.of_same), strict=True)
        said = ", ".join(
            f"{lower_first(bar.name)} {hidden if size is None else signed(size, language)}"
            for bar, size in sizes
        )
        said += _before_correction(pair, language)
        apart = broken(indicator, pair.year - 1, pair.year, language)
        sentences.append(f"{pair.year}{apart}: {said}.")
    return " ".join(sentences)


def _notes(pairs: list[YearPair], data: OpenData, indicator: str, language: Language) -> list[Note]:
    words = {
        "sv": "Samma företag: de som svarade både det året och året innan. Skillnaden mot"
        " alla är företag som kommit till, försvunnit eller inte svarat.",
        "en": "Same enterprises: those that answered both that year and the year before."
        " The difference from all is enterprises that started, ceased or did not answer.",
    }[language]
    changes = [change for change in data.changes if change.indicator == indicator]
    stated = (stated_notes(change, data, language, shows_sum=False) for change in changes)
    last = max(changes, key=lambda change: change.year)
    hidden = [Point(pair.year, None, "x") for pair in pairs if pair.same is None]
    # How the estimates came about is said already.
    signs = [Point(p.year, 0, sign) for p in pairs for sign in p.signs if sign != "e"]
    return [
        *dict.fromkeys(note for notes in stated for note in notes.values()),
        *later_note(last, data, language),
        Note("", words),
        *_estimated_notes(pairs, language),
        *legend([*hidden, *signs], data.statuses, language),
        *few_notes(data, [pair.year for pair in pairs], language),
        *([Note("", example_note(language))] if any(pair.is_example for pair in pairs) else []),
    ]


def _estimated_notes(pairs: list[YearPair], language: Language) -> list[Note]:
    """How the estimates were made, and how much of a total they are where that is published."""
    if not any("e" in pair.signs for pair in pairs):
        return []
    words = {
        "sv": "I länets summa räknas några som inte svarade med tal från året innan,"
        " framskrivna som bland dem som svarat båda åren.",
        "en": "In the county's sum some that did not answer are counted with numbers of the"
        " year before, carried forward as among those that answered both years.",
    }[language]
    shares = (_share(pair.year, pair.estimate, language) for pair in pairs if pair.estimate)
    return [Note("e", " ".join([words, *shares]))]


def _share(year: int, estimate: Estimate, language: Language) -> str:
    count = counted(
        estimate.enterprises, noun("enterprises", estimate.enterprises, language), language
    )
    return {
        "sv": f"{year}: {count} är skattade, {estimate.share} procent av summan.",
        "en": f"{year}: {count} are estimated, {estimate.share} per cent of the sum.",
    }[language]


def _table(pairs: list[YearPair], language: Language) -> ChartTable:
    headings = {
        "sv": ("Alla", "Samma företag", "Företag båda åren"),
        "en": ("All", "Same enterprises", "Enterprises both years"),
    }[language]
    rows = tuple(TableRow(str(p.year), p.is_example, _cells(p, language)) for p in pairs)
    return ChartTable(headings, rows, {"sv": "År", "en": "Year"}[language])


def _cells(pair: YearPair, language: Language) -> tuple[TableCell, ...]:
    every = TableCell(signed(pair.of_all, language), pair.signs)
    if pair.same is None or pair.of_same is None:
        hidden = TableCell("x", meaning={"sv": "dold", "en": "hidden"}[language])
        return every, hidden, hidden
    count = TableCell(written(pair.same.enterprises, language))
    return every, TableCell(signed(pair.of_same, language)), count


def _lines(pairs: list[YearPair]) -> list[list[str | int]]:
    """The file's rows: a number that is hidden or does not exist is empty."""
    lines: list[list[str | int]] = [
        ["year", "all_before", "all", "all_status", "same_before", "same", "same_enterprises",
         "same_status", "estimated_enterprises", "estimated_per_cent", "is_example", "note"]
    ]  # fmt: skip
    for p in pairs:
        same_ = (p.same.before, p.same.after, p.same.enterprises) if p.same else ("", "", "")
        lines.append(
            [p.year, p.all_before, p.all_after, p.signs or "n", *same_, "n" if p.same else "x",
             *((p.estimate.enterprises, p.estimate.share) if p.estimate else ("", "")),
             int(p.is_example), p.note]
        )  # fmt: skip
    return lines


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
