"""The municipalities as tiles, about where they lie: the latest figures, hidden ones marked."""

from collections.abc import Iterator
from functools import partial

from reports.charts import theme
from reports.charts.card import (
    ChartCard,
    ChartTable,
    Panel,
    TableRow,
    cell,
    number_with_signs,
    values_and_signs,
)
from reports.charts.figures.sheet import Sheet
from reports.data.chart_model import Language, Point, Words
from reports.data.model import OpenData, PublishedArea
from reports.text.grammar import joined, kept, noun, once, upper_first, written
from reports.text.summaries import Note, legend
from survey_data.geography import MUNICIPALITIES
from survey_data.tables_to_files import Cell

GRID = {area.code: area.tile for area in MUNICIPALITIES if area.tile}
COLUMNS, GAP = max([2, *(column for column, _ in GRID.values())]) + 1, 8
SHOWN = (("enterprises", "employees", "placed"), ("places_granted", "places_used"))
QUERY = """SELECT o.year, a.name, o.indicator, o.value, o.status
FROM observations o JOIN areas a USING (area_type, area_code)
WHERE o.area_type = 'municipality' AND o.indicator IN ({names}) AND o.year = {year}
ORDER BY a.name, o.indicator"""


def card(data: OpenData, language: Language) -> ChartCard | None:
    """The tiles of the first group of figures that municipalities have; None when none has."""
    for group in SHOWN:
        years = {name: {point.year for point in _of(data, name)} for name in group}
        if any(years.values()):
            year = max(set.union(*years.values()))
            return _card(data, [name for name in group if year in years[name]], year, language)
    return None


def _years(data: OpenData) -> set[int]:
    return {p.year for group in SHOWN for name in group for p in _of(data, name)}


def _of(data: OpenData, indicator: str) -> Iterator[Point]:
    for area in data.municipalities:
        yield from data.points.get((area.code, indicator), [])


def _card(data: OpenData, shown: list[str], year: int, language: Language) -> ChartCard:
    labels = [data.indicators[name].label.in_(language) for name in shown]
    table = _table(data, shown, year, language)
    names = ", ".join(f"'{name}'" for name in shown)
    # The first measure with a figure of now to show, the first of all where none has.
    seen = (n for n in shown if any(p.year == year and p.is_current for p in _of(data, n)))
    first = next(seen, shown[0])
    return ChartCard(
        key="tiles",
        title=title(data, first, year, language),
        subtitle=f"{joined([labels[0], *(label.lower() for label in labels[1:])], language)},"
        f" {'per kommun' if language == 'sv' else 'by municipality'}, {year}",
        summary=_summary(data, first, year, language),
        draw=partial(_figure, data, shown, year, language, table),
        notes=_notes(data, shown, year, language),
        table=table,
        sources=data.sources_for(*shown),
        lines=_lines(data, shown, year),
        query=QUERY.format(names=names, year=year),
        is_example=year in data.examples,
    )


def title(data: OpenData, indicator: str, year: int, language: Language) -> str:
    """Which municipality has most of those whose figure of now may be shown."""
    points = {a.name: data.point(indicator, year, a.code) for a in data.municipalities}
    shown = {name: p.number for name, p in points.items() if p and p.is_current}
    label = data.indicators[indicator].label.in_(language).lower()
    some_kept = any(p and p.is_kept for p in points.values())
    if not shown and not some_kept:
        return {
            "sv": f"Varje kommuns siffra är dold {year}",
            "en": f"Every municipality's figure is hidden in {year}",
        }[language]
    if 2 * len(shown) < len(points):
        # Most of the municipalities are not seen: which of the others has most says little.
        place = {"sv": f" {year}, kommun för kommun", "en": f" in {year}, by municipality"}
        return upper_first(label + place[language])
    high = max(shown.values())
    if not high:
        return {"sv": f"Inga {label} {year}", "en": f"No {label} in {year}"}[language]
    most = joined(sorted(name for name, value in shown.items() if value == high), language)
    number = written(high, language)
    some = some_kept or any(p and p.value is None for p in points.values())
    among = {"sv": " bland dem som kan visas", "en": " among those that can be shown"}[language]
    if some_kept:
        among = {"sv": " bland de aktuella talen", "en": " among the current figures"}[language]
    return {
        "sv": f"Flest {label} {year} i {most}: {number}",
        "en": f"Most {label} in {year} in {most}: {number}",
    }[language] + (among if some else "")


def _summary(data: OpenData, indicator: str, year: int, language: Language) -> str:
    parts = []
    for area in data.municipalities:
        point = data.point(indicator, year, area.code)
        if point is None:
            word = {"sv": "ingen uppgift", "en": "no figure"}[language]
        elif point.value is None:
            word = {"sv": "dold", "en": "hidden"}[language]
        else:
            word = written(point.value, language) + kept(point, language)
        parts.append(f"{area.name} {word}")
    label = data.indicators[indicator].label.in_(language)
    return f"{label} {year}: {', '.join(parts)}."


def places(data: OpenData) -> dict[str, tuple[int, int]]:
    """Where each tile lies; municipalities that the map does not know follow below, by name."""
    known = {a.code: GRID[a.code] for a in data.municipalities if a.code in GRID}
    start = max((row for _, row in known.values()), default=-1) + 1
    others = sorted((a for a in data.municipalities if a.code not in GRID), key=lambda a: a.name)
    for place, area in enumerate(others):
        known[area.code] = (place % COLUMNS, start + place // COLUMNS)
    return known


def by_name(data: OpenData) -> list[PublishedArea]:
    """The municipalities by name, as the table and the rows of the drawing have them."""
    return sorted(data.municipalities, key=lambda area: area.name)


def _figure(
    data: OpenData,
    shown: list[str],
    year: int,
    language: Language,
    table: ChartTable,
    size: theme.Size,
) -> theme.Figure:
    sheet, grid = Sheet(language, size), places(data)
    width = (sheet.width - (COLUMNS - 1) * GAP) / COLUMNS
    height = 34 + 21 * len(shown)
    for row, area in enumerate(by_name(data)):
        column, line = grid[area.code]
        x, y = column * (width + GAP), line * (height + GAP) + 1
        points = [data.point(name, year, area.code) for name in shown]
        box = x + 0.7, y, width - 1.4, height
        sheet.box(box, *_look(points), radius=6, row=row)
        sheet.words(x + 10, y + 22, area.name, size=theme.LABEL, weight=650, row=row)
        for place, (name, point) in enumerate(zip(shown, points, strict=True)):
            foot, value = y + 44 + 21 * place, number_with_signs(point, language)
            label = _label(data, name, width, language, size)
            sheet.words(x + 10, foot, label, size=theme.TICK, colour=theme.MUTED, row=row)
            sheet.words(x + width - 10, foot, value, weight=600, side="right", row=row)
        sheet.row(row, box, table)
    rows = max((row for _, row in grid.values()), default=0) + 1
    return sheet.figure(rows * (height + GAP))


def _look(points: list[Point | None]) -> tuple[str, str, str]:
    """Ground, edge and its dashes: no ground where there is no figure, dashed where none shows."""
    absent = all(point is None for point in points)
    hidden = all(point is not None and point.value is None for point in points)
    fill = theme.CARD if absent else theme.TINT
    return (fill, theme.EDGE, "3px,3px") if absent or hidden else (fill, theme.NAVY, "solid")


SHORT = {
    "places_granted": Words("Beviljade", "Granted"),
    "places_used": Words("Använda", "Used"),
    "placed": Words("Placerade", "Placed"),
}


def _label(data: OpenData, name: str, width: float, language: Language, size: theme.Size) -> str:
    long = data.indicators[name].label.in_(language)
    if theme.text_width(long, theme.TICK, 400) <= width - 48 and not size.is_narrow:
        return long
    return SHORT[name].in_(language) if name in SHORT else upper_first(noun(name, 2, language))


def _notes(data: OpenData, shown: list[str], year: int, language: Language) -> list[Note]:
    found = [data.point(name, year, a.code) for a in data.municipalities for name in shown]
    notes = legend(found, data.statuses, language)
    for said, names in _kept(data, shown, year, language):
        notes.append(Note("", f"{joined(names, language)}: {said}"))
    if any(point is None for point in found):
        missing = {
            "sv": "Streck: ingen uppgift för kommunen det året.",
            "en": "Dash: no figure for the municipality that year.",
        }
        notes.append(Note("", missing[language]))
    if year in data.examples:
        invented = {"sv": "påhittade exempelsiffror", "en": "invented example figures"}
        notes.append(Note("", f"{year}: {invented[language]}."))
    return notes


def _kept(
    data: OpenData, shown: list[str], year: int, language: Language
) -> Iterator[tuple[str, list[str]]]:
    """What is said of figures that stand as in an earlier release, and which places' it is."""
    places: dict[str, list[str]] = {}
    for area in by_name(data):
        points = [data.point(name, year, area.code) for name in shown]
        for said in {point.note.in_(language) for point in points if point and point.is_kept}:
            places.setdefault(said, []).append(area.name)
    yield from places.items()


def _table(data: OpenData, shown: list[str], year: int, language: Language) -> ChartTable:
    headings = tuple(data.indicators[name].label.in_(language) for name in shown)
    rows = []
    for area in by_name(data):
        points = (data.point(name, year, area.code) for name in shown)
        cells = tuple(cell(point, data.statuses, language) for point in points)
        rows.append(TableRow(area.name, year in data.examples, cells))
    return ChartTable(headings, tuple(rows), {"sv": "Kommun", "en": "Municipality"}[language])


def _lines(data: OpenData, shown: list[str], year: int) -> list[list[Cell]]:
    head = [column for name in shown for column in (name, f"{name}_status")]
    lines: list[list[Cell]] = [["year", "municipality", *head, "is_example", "note"]]
    for area in data.municipalities:
        points = [data.point(name, year, area.code) for name in shown]
        notes = once(point.note.sv for point in points if point)
        is_example = int(year in data.examples)
        lines.append([year, area.name, *values_and_signs(points), is_example, notes])
    return lines


CHART = Panel(
    "tiles",
    Words("Läget per kommun", "Municipality by municipality"),
    card,
    _years,
    is_one_year=True,
)
