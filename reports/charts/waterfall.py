"""From last year to this: who is new, gone and in both years behind a county total."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import accumulate

from reports.charts import theme
from reports.charts.card import (
    ChartCard,
    ChartTable,
    Panel,
    TableCell,
    TableRow,
    number_with_signs,
)
from reports.charts.county_change import (
    answers_of,
    basis,
    example_note,
    few_notes,
    in_brackets,
    later_note,
    signed,
    stated_notes,
)
from reports.charts.figures.axes import Plain
from reports.charts.figures.rows import Bar, BarRow, Style, figure, upright
from reports.data.chart_model import COUNTY, Language, Point, Words
from reports.data.model import ChangePart, OpenData, PublishedChange
from reports.text.grammar import broken, counted, in_words, more, noun, upper_first, written
from reports.text.summaries import Note, legend

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
    things, rows = noun(indicator, 2, language), rows_of(change, data, language)
    return ChartCard(
        key=f"change_{indicator}",
        title=title(change, language)
        + basis(change, data, language)
        + in_brackets(data, change.year, language),
        subtitle={
            "sv": f"Antal {things} i länet, från {change.year - 1} till {change.year}",
            "en": f"Number of {things} in the county, from {change.year - 1} to {change.year}",
        }[language],
        summary=_summary(change, language),
        draw=partial(figure, rows, STYLE, language, shapes=[*_falls(rows, change)]),
        notes=_notes(change, data, language),
        table=_table(change, data, language),
        sources=answers_of(data),
        lines=_lines(change, data),
        query=QUERY.format(indicator=indicator, year=change.year),
        is_example=change.is_example,
        bars=rows,
    )


def _years(data: OpenData, indicator: str) -> list[int]:
    return [change.year for change in data.changes if change.indicator == indicator]


def title(change: PublishedChange, language: Language) -> str:
    """The net change, and the component that moved it most in its own direction."""
    net = change.components[-1].value - change.components[0].value
    things, year = noun(change.indicator, abs(net), language), change.year
    apart = broken(change.indicator, year - 1, year, language)
    if not net:
        return {
            "sv": f"Lika många {things} {year} som året innan{apart}",
            "en": f"As many {things} in {year} as the year before{apart}",
        }[language]
    said = f"{upper_first(in_words(abs(net), language))} {more(net, language)} {things}"
    head = {
        "sv": f"{said} {year} än året innan",
        "en": f"{said} in {year} than the year before",
    }[language]
    pushes = [part for part in change.parts if part.value * net > 0]
    most = max(pushes, key=lambda part: abs(part.value), default=None)
    if most is None or most.name not in BECAUSE:
        return head + apart
    return f"{head} – {BECAUSE[most.name].in_(language)}{apart}"


BECAUSE: Mapping[str, Words] = {
    "started": Words("mest genom nya företag", "mostly through new enterprises"),
    "ceased": Words("mest för att företag försvunnit", "mostly because enterprises are gone"),
    "stayed": Words(
        "mest i företag som finns båda åren", "mostly in enterprises counted in both years"
    ),
}


def _summary(change: PublishedChange, language: Language) -> str:
    steps = (
        f"{NAMES[part.name].in_(language).lower()} {signed(part.value, language)}"
        for part in change.parts
    )
    a, b = (f"{year}: {written(part.value, language)}" for year, part in change.sums.items())
    apart = broken(change.indicator, change.year - 1, change.year, language)
    return upper_first(f"{a}; {'; '.join(steps)}; {b}{apart}.")


def published(change: PublishedChange, data: OpenData) -> list[Point]:
    """The published totals that the two sums are; one that differs has a note instead."""
    points = data.points.get((COUNTY, change.indicator), [])
    return [p for p in points if p.year in change.sums and p.value == change.sums[p.year].value]


def rows_of(change: PublishedChange, data: OpenData, language: Language) -> list[BarRow]:
    """The two sums with their signs, and between them a step for each part."""
    signs = {point.year: point.letters for point in published(change, data)}
    first, last = (
        _sum(year, sum_.value, change.indicator, language, signs.get(year, ""))
        for year, sum_ in change.sums.items()
    )
    levels = accumulate((part.value for part in change.parts), initial=change.components[0].value)
    steps = zip(change.parts, levels, strict=False)
    return [first, *(_step(part, level, change.indicator, language) for part, level in steps), last]


def _sum(year: int, value: int, indicator: str, language: Language, letters: str) -> BarRow:
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


def _falls(rows: list[BarRow], change: PublishedChange) -> Iterator[Plain]:
    """Lines from each bar's end down to the next bar's beginning, and the axis."""
    yield upright(0, -0.5, len(rows) - 0.5, theme.AXIS)
    levels = accumulate((part.value for part in change.parts), initial=rows[0].ends[1])
    for row, level in enumerate(levels):
        yield upright(level, row + HALF, row + 1 - HALF, theme.EDGE, "2px,2px")


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
    return [
        *stated_notes(change, data, language).values(),
        *later_note(change, data, language),
        Note("", RULE.in_(language)),
        *([Note("", example_note(language))] if change.is_example else []),
        *legend(published(change, data), data.statuses, language),
        *few_notes(data, [change.year], language),
    ]


def _table(change: PublishedChange, data: OpenData, language: Language) -> ChartTable:
    headings = {"sv": ("Antal", "Företag"), "en": ("Number", "Enterprises")}[language]
    signs = {point.year: point.letters for point in published(change, data)}
    every = TableCell("–", meaning={"sv": "alla", "en": "all"}[language])
    rows = []
    for year, part in (
        (change.year - 1, change.components[0]),
        (change.year, change.components[-1]),
    ):
        total = TableCell(written(part.value, language), signs.get(year, ""))
        rows.append(TableRow(str(year), False, (total, every)))
    for part in change.parts:
        count = TableCell(written(part.enterprises or 0, language))
        cells = TableCell(signed(part.value, language)), count
        rows.insert(-1, TableRow(NAMES[part.name].in_(language), False, cells))
    return ChartTable(headings, tuple(rows), {"sv": "Del", "en": "Part"}[language])


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
