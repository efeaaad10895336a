"""From last year to this: who is new, gone and in both years behind a county total."""

from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from reports.charts import theme
from reports.charts.card import (
    ChartCard,
    ChartTable,
    Panel,
    TableCell,
    TableRow,
    legend,
    number_with_signs,
)
from reports.charts.county_change import (
    answers_of,
    basis,
    example_note,
    few_answers,
    few_notes,
    in_brackets,
    later_note,
    signed,
    stated_notes,
)
from reports.charts.figures.rows import Bar, BarRow, Style, figure, upright
from reports.data.chart_model import COUNTY, Language, Point, Words
from reports.data.model import ChangePart, OpenData, PublishedChange
from reports.text.grammar import broken, counted, in_words, noun, upper_first, written
from reports.text.summaries import Note

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

STYLE = Style(left=(200, 166), pitch=44, bar=18)
# Half a bar, as a share of its row.
HALF = STYLE.bar / STYLE.pitch / 2
QUERY = """SELECT year, component, value, enterprises FROM changes
WHERE indicator = '{indicator}' AND year = {year} ORDER BY sort_order"""
NAMES: Mapping[str, Words] = {
    "started": Words("Nya företag", "New enterprises"),
    "ceased": Words("Borta sedan i fjol", "Gone since last year"),
    "non_response": Words("Svar saknas något av åren", "No answer in one of the years"),
    "stayed": Words("Samma företag båda åren", "The same enterprises both years"),
}


def card(data: OpenData, language: Language, indicator: str) -> ChartCard | None:
    """The latest change of an indicator; None while nothing of it is published."""
    found = [change for change in data.changes if change.indicator == indicator]
    if not found:
        return None
    change = max(found, key=lambda each: each.year)
    things = noun(indicator, 2, language)
    return ChartCard(
        f"change_{indicator}",
        title(change, language)
        + basis(change, data, language)
        + in_brackets(few_answers(data, change.year, language), language),
        {
            "sv": f"Antal {things} i länet, från {change.year - 1} till {change.year}",
            "en": f"Number of {things} in the county, from {change.year - 1} to {change.year}",
        }[language],
        _summary(change, language),
        partial(_figure, change, data, language),
        "rows",
        _notes(change, data, language),
        _table(change, data, language),
        answers_of(data),
        _lines(change, data),
        QUERY.format(indicator=indicator, year=change.year),
        change.is_example,
    )


def _years(data: OpenData, indicator: str) -> list[int]:
    return [change.year for change in data.changes if change.indicator == indicator]


def parts_of(change: PublishedChange) -> tuple[ChangePart, ...]:
    """The components between the two sums."""
    return change.components[1:-1]


def title(change: PublishedChange, language: Language) -> str:
    """The net change, and the component that moved it most in its own direction."""
    net = change.components[-1].value - change.components[0].value
    things, year = noun(change.indicator, abs(net), language), change.year
    apart = broken(change.indicator, year - 1, year, language)
    if not net:
        many = noun(change.indicator, 2, language)
        same = {
            "sv": f"Lika många {many} {year} som året innan",
            "en": f"As many {many} in {year} as the year before",
        }[language]
        return same + apart
    size = upper_first(in_words(abs(net), language))
    head = {
        "sv": f"{size} {'fler' if net > 0 else 'färre'} {things} {year} än året innan",
        "en": f"{size} {'more' if net > 0 else 'fewer'} {things} in {year} than the year before",
    }[language]
    pushes = [part for part in parts_of(change) if part.value * net > 0]
    most = max(pushes, key=lambda part: abs(part.value), default=None)
    if most is None or most.name not in BECAUSE:
        return head + apart
    return f"{head} – {_because(most, language)}{apart}"


BECAUSE: Mapping[str, Words] = {
    "started": Words("mest genom nya företag", "mostly through new enterprises"),
    "ceased": Words("mest för att företag försvunnit", "mostly because enterprises are gone"),
    "stayed": Words(
        "mest i företag som finns båda åren", "mostly in enterprises counted in both years"
    ),
}


def _because(part: ChangePart, language: Language) -> str:
    return BECAUSE[part.name].in_(language)


def _summary(change: PublishedChange, language: Language) -> str:
    first, last = change.components[0], change.components[-1]
    steps = (
        f"{NAMES[part.name].in_(language).lower()} {signed(part.value, language)}"
        for part in parts_of(change)
    )
    a, b = written(first.value, language), written(last.value, language)
    apart = broken(change.indicator, change.year - 1, change.year, language)
    return upper_first(f"{change.year - 1}: {a}; {'; '.join(steps)}; {change.year}: {b}{apart}.")


def published(change: PublishedChange, data: OpenData) -> list[Point]:
    """The published totals that the two sums are; one that differs has a note instead."""
    sums = {change.year - 1: change.components[0], change.year: change.components[-1]}
    points = data.points.get((COUNTY, change.indicator), [])
    return [p for p in points if p.year in sums and p.value == sums[p.year].value]


def rows_of(change: PublishedChange, data: OpenData, language: Language) -> list[BarRow]:
    """The two sums with their signs, and between them a step for each part."""
    signs = {point.year: point.letters for point in published(change, data)}
    first, last, parts = change.components[0], change.components[-1], parts_of(change)
    levels = accumulate((part.value for part in parts), initial=first.value)
    steps = zip(parts, levels, strict=False)
    return [
        _sum(change.year - 1, first.value, change.indicator, language, signs),
        *(_step(part, level, change.indicator, language) for part, level in steps),
        _sum(change.year, last.value, change.indicator, language, signs),
    ]


def _sum(
    year: int, value: int, indicator: str, language: Language, signs: Mapping[int, str]
) -> BarRow:
    letters = signs.get(year, "")
    return BarRow(
        str(year),
        str(year),
        (Bar(0, value, theme.NAVY, "hatched" if {"p", "e"} & set(letters) else "full"),),
        number_with_signs(Point(year, value, letters[:1] or "n", signs=letters), language),
        f"{written(value, language)} {noun(indicator, value, language)}",
        theme.NAVY,
        strong=True,
    )


def _step(part: ChangePart, level: int, indicator: str, language: Language) -> BarRow:
    colour = theme.TEAL if part.value > 0 else theme.ORANGE
    name, size = NAMES[part.name].in_(language), signed(part.value, language)
    before, after = (written(each, language) for each in (level, level + part.value))
    way = {"sv": f"från {before} till {after}", "en": f"from {before} to {after}"}[language]
    things = noun(indicator, abs(part.value), language)
    return BarRow(
        name,
        name,
        (Bar(level, level + part.value, colour),),
        size,
        f"{size} {things}, {way} ({companies(part, language)})",
        colour,
        companies(part, language),
    )


def _figure(
    change: PublishedChange, data: OpenData, language: Language, size: theme.Size
) -> "Figure":
    rows = rows_of(change, data, language)
    levels = accumulate((part.value for part in parts_of(change)), initial=rows[0].ends[1])
    # From each bar's end down to the next bar's beginning.
    falls = [
        upright(level, row + HALF, row + 1 - HALF, theme.EDGE, "2px,2px")
        for row, level in enumerate(levels)
    ]
    axis = upright(0, -0.5, len(rows) - 0.5, theme.AXIS)
    return figure(rows, STYLE, language, size, shapes=[axis, *falls])


def companies(part: ChangePart, language: Language) -> str:
    """ "9 företag", kept together."""
    count = part.enterprises or 0
    return counted(count, noun("enterprises", count, language), language)


RULE = Words(
    "Varje del är noll eller minst tre företag, där inga två står för mer än 80 procent.",
    "Each part is zero or at least three enterprises, no two of which make up more than 80 per"
    " cent.",
)


def _notes(change: PublishedChange, data: OpenData, language: Language) -> list[Note]:
    notes = [RULE.in_(language)]
    if change.is_example:
        notes.append(example_note(language))
    return [
        *stated_notes(change, data, language).values(),
        *later_note(change, data, language),
        *(Note("", text) for text in notes),
        *legend(published(change, data), data.statuses, language),
        *few_notes(data, [change.year], language),
    ]


def _table(change: PublishedChange, data: OpenData, language: Language) -> ChartTable:
    headings = {"sv": ("Antal", "Företag"), "en": ("Number", "Enterprises")}[language]
    first, last = change.components[0], change.components[-1]
    signs = {point.year: point.letters for point in published(change, data)}
    before, after = (
        TableRow(
            str(year),
            False,
            (
                TableCell(written(part.value, language), signs.get(year, "")),
                TableCell("–", meaning={"sv": "alla", "en": "all"}[language]),
            ),
        )
        for year, part in ((change.year - 1, first), (change.year, last))
    )
    rows = [before]
    for part in parts_of(change):
        count = TableCell(written(part.enterprises or 0, language))
        cells = TableCell(signed(part.value, language)), count
        rows.append(TableRow(NAMES[part.name].in_(language), False, cells))
    return ChartTable(headings, (*rows, after), {"sv": "Del", "en": "Part"}[language])


def _lines(change: PublishedChange, data: OpenData) -> list[list[str | int]]:
    """The file's rows: a sum that is not the published total has a sign and says why."""
    lines: list[list[str | int]] = [
        ["year", "component", "value", "enterprises", "status", "is_example", "note"]
    ]
    signs = {p.year: (p.letters or "n", p.note.sv) for p in published(change, data)}
    signs |= {year: (n.mark, n.text) for year, n in stated_notes(change, data, "sv").items()}
    year_of = {"before": change.year - 1, "after": change.year}
    for part in change.components:
        status, note = signs.get(year_of.get(part.name, 0), ("n", ""))
        lines.append([change.year, part.name, part.value, part.enterprises or "", status,
                      int(change.is_example), note])  # fmt: skip
    return lines


CHARTS = (
    Panel(
        "change_employees",
        Words("Anställda: från i fjol till i år", "Employees: last year to this"),
        partial(card, indicator="employees"),
        partial(_years, indicator="employees"),
        is_one_year=True,
        before=1,
    ),
    Panel(
        "change_placed",
        Words("Placerade: från i fjol till i år", "People placed: last year to this"),
        partial(card, indicator="placed"),
        partial(_years, indicator="placed"),
        is_one_year=True,
        before=1,
    ),
)
