"""Supervised places: granted against used by year and municipality; outcomes of all years."""

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from reports.charts import theme
from reports.charts.card import (
    ChartCard,
    ChartTable,
    Panel,
    TableCell,
    TableRow,
    cell,
    number_with_signs,
    values_and_signs,
)
from reports.charts.figures.rows import Bar, BarRow, Style, figure
from reports.data.chart_model import COUNTY, Language, Point, Words
from reports.data.chart_numbers import PRINTED_PLACES
from reports.data.model import OpenData, Outcome
from reports.text.grammar import in_words, lower_first, once, spans, upper_first, written
from reports.text.summaries import Note, legend
from survey_data.tables_to_files import Cell

GRANTED, USED = "places_granted", "places_used"
STYLE = Style(left=(180, 156), pitch=26, bar=14)
# More rows than this and nobody reads them as a picture.
MOST_DRAWN = 40
QUERY = """SELECT o.year, a.name, o.indicator, o.value, o.status
FROM observations o JOIN areas a USING (area_type, area_code)
WHERE o.indicator IN ('places_granted', 'places_used')
UNION ALL
SELECT period, (SELECT name FROM areas WHERE area_type = 'county'), outcome, value, 'n'
FROM place_outcomes
ORDER BY year, name, indicator"""


@dataclass(frozen=True)
class Place:
    """One municipality in one year."""

    year: int
    name: str
    granted: Point | None
    used: Point | None


def card(data: OpenData, language: Language) -> ChartCard | None:
    """The chart; None while nothing is published about places."""
    found = rows_of(data)
    if not found:
        return None
    drawn = newest(found)
    rows = bars_of(drawn, data, language)
    return ChartCard(
        key="places",
        title=title(data, language),
        subtitle={
            "sv": "Handledarstödda platser, beviljade och använda, per år och kommun",
            "en": "Supervised places, granted and used, by year and municipality",
        }[language],
        summary=summary(drawn, data, language),
        draw=partial(figure, rows, STYLE, language),
        notes=_notes(found, drawn, data, language),
        table=_table(found, data, language),
        sources=data.sources_for(GRANTED, USED),
        lines=_lines(found, data),
        query=QUERY,
        bars=rows,
    )


def rows_of(data: OpenData) -> list[Place]:
    """Every municipality and year with something published, oldest year first."""
    found = []
    for area in data.municipalities:
        granted = {p.year: p for p in data.points.get((area.code, GRANTED), [])}
        used = {p.year: p for p in data.points.get((area.code, USED), [])}
        for year in granted.keys() | used.keys():
            found.append(Place(year, area.name, granted.get(year), used.get(year)))
    return sorted(found, key=lambda place: (place.year, place.name))


def newest(found: list[Place]) -> list[Place]:
    """As many of the newest years as can be read; of one year too large, those granted most."""
    for year in sorted({place.year for place in found}):
        drawn = [place for place in found if place.year >= year]
        if len(drawn) <= MOST_DRAWN:
            return drawn
    by_size = sorted(drawn, key=lambda place: -((place.granted and place.granted.value) or 0))
    return sorted(by_size[:MOST_DRAWN], key=lambda place: (place.year, place.name))


def _sum(data: OpenData, indicator: str) -> int | None:
    points = data.points.get((COUNTY, indicator), [])
    if not points or any(point.value is None for point in points):
        return None
    return sum(int(point.number) for point in points)


def title(data: OpenData, language: Language) -> str:
    """How many of the places granted in the whole period were used."""
    years = [point.year for point in data.points.get((COUNTY, GRANTED), [])]
    granted, used = _sum(data, GRANTED), _sum(data, USED)
    if not years or granted is None or used is None:
        return {
            "sv": "Beviljade och använda handledarstödda platser",
            "en": "Supervised places granted and used",
        }[language]
    return finding(granted, used, spans(years, language), language)


def finding(granted: int, used: int, period: str, language: Language) -> str:
    """The title's rule: none, some, all, or more than were granted."""
    g, u = written(granted, language), written(used, language)
    if not granted:
        none = {"sv": "Inga platser beviljades", "en": "No places were granted"}[language]
        return f"{none} {period}"
    things = {
        "sv": "plats" if granted == 1 else "platser",
        "en": "place" if granted == 1 else "places",
    }
    if used > granted:
        return {
            "sv": f"{u} platser användes {period}, fler än de {g} som beviljats",
            "en": f"{u} places were used {period}, more than the {g} granted",
        }[language]
    if used == granted:
        return {
            "sv": f"Alla beviljade platser användes {period} ({g})",
            "en": f"All places granted were used {period} ({g})",
        }[language]
    few = {0: {"sv": "Ingen", "en": "None"}, 1: {"sv": "En", "en": "One"}}
    some = few[used][language] if used in few else upper_first(in_words(used, language))
    verb = {"sv": "användes", "en": "was used" if used == 1 else "were used"}[language]
    return {
        "sv": f"{some} av {g} beviljade {things['sv']} {verb} {period}",
        "en": f"{some} of {g} {things['en']} granted {verb}, {period}",
    }[language]


def phrase(place: Place, language: Language) -> str:
    """ "4 beviljade, 0 använda"."""
    granted, used = (number_with_signs(point, language) for point in (place.granted, place.used))
    return {"sv": f"{granted} beviljade, {used} använda", "en": f"{granted} granted, {used} used"}[
        language
    ]


def summary(found: list[Place], data: OpenData, language: Language) -> str:
    """Every row in words."""
    rows = "; ".join(f"{p.year} {p.name}: {phrase(p, language)}" for p in found)
    head = {"sv": "Utfall hela perioden", "en": "Outcomes of the whole period"}[language]
    tails = []
    for period, outcomes in groupby(data.outcomes, key=attrgetter("period")):
        said = (f"{lower_first(each.label.in_(language))} {written(each.value, language)}"
                for each in outcomes)  # fmt: skip
        tails.append(f" {head} {period}: {'; '.join(said)}.")
    return f"{rows}.{''.join(tails)}"


def bars_of(found: list[Place], data: OpenData, language: Language) -> list[BarRow]:
    """The places under their years, then what became of the used ones in the whole period."""
    lines: list[BarRow] = []
    for place in found:
        if str(place.year) not in {line.key for line in lines}:
            lines.append(BarRow(str(place.year), str(place.year), strong=True))
        lines.append(_line(place, language))
    # What became of the used places, for each whole period only.
    head = {"sv": "Utfall, hela perioden", "en": "Outcome, the whole period"}[language]
    for period, outcomes in groupby(data.outcomes, key=attrgetter("period")):
        lines.append(BarRow(f"{head} {period}", f"{head} {period}", strong=True))
        lines += [_outcome(each, language) for each in outcomes]
    return lines


def _line(place: Place, language: Language) -> BarRow:
    granted, used = (p.number if p else 0 for p in (place.granted, place.used))
    bars = Bar(0, granted, theme.NAVY, "outlined"), Bar(0, used, theme.NAVY)
    words = phrase(place, language)
    used_of = tuple(number_with_signs(point, language) for point in (place.used, place.granted))
    brief = {"sv": "{} av {} använda", "en": "{} of {} used"}[language].format(*used_of)
    key = f"{place.year} {place.name}"
    return BarRow(key, place.name, bars, words, words, theme.MUTED, brief=brief)


def _outcome(outcome: Outcome, language: Language) -> BarRow:
    name, value = outcome.label.in_(language), written(outcome.value, language)
    unknown = outcome.code == "not_stated"
    colour = theme.MUTED if unknown else theme.TEAL
    bar = Bar(0, outcome.value, colour, "hatched" if unknown else "full")
    # The printed report counts places, the association's own series persons.
    one, many = COUNTED[_is_printed(outcome)][language]
    says = f"{value} {one if outcome.value == 1 else many}"
    # The same outcome in another period is another row.
    return BarRow(f"{name}, {outcome.period}", name, (bar,), value, says, colour)


COUNTED: dict[bool, dict[Language, tuple[str, str]]] = {
    True: {"sv": ("plats", "platser"), "en": ("place", "places")},
    False: {"sv": ("person", "personer"), "en": ("person", "people")},
}
OF_ALL = Words(
    "Utfall visas bara för hela perioden och länet: per kommun eller år vore det enskilda"
    " personer.",
    "Outcomes are shown for the whole period and county only: by municipality or year they would"
    " be single persons.",
)


def _notes(
    found: list[Place], drawn: list[Place], data: OpenData, language: Language
) -> list[Note]:
    points = (point for place in found for point in (place.granted, place.used))
    notes = legend(points, data.statuses, language)
    if len(drawn) < len(found):
        some, every = written(len(drawn), language), written(len(found), language)
        text = {
            "sv": f"Diagrammet visar {some} av {every} rader, de senaste. Tabellen har alla.",
            "en": f"The chart shows {some} of {every} rows, the newest. The table has all.",
        }[language]
        notes.append(Note("", text))
    if data.outcomes:
        notes.append(Note("", OF_ALL.in_(language)))
    if any(map(_is_printed, data.outcomes)):
        notes += [Note("", words.in_(language)) for words in PRINTED_PLACES]
    return notes


def _table(found: list[Place], data: OpenData, language: Language) -> ChartTable:
    headings = {"sv": ("Beviljade", "Använda"), "en": ("Granted", "Used")}[language]
    corner = {"sv": "År och kommun", "en": "Year and municipality"}[language]
    rows = [
        TableRow(
            f"{p.year} {p.name}",
            p.year in data.examples,
            tuple(cell(point, data.statuses, language) for point in (p.granted, p.used)),
        )
        for p in found
    ]
    whole = {"sv": "Utfall", "en": "Outcome"}[language]
    rows += [
        TableRow(
            f"{whole} {o.period}: {o.label.in_(language)}",
            False,
            (TableCell("–"), TableCell(written(o.value, language))),
        )
        for o in data.outcomes
    ]
    return ChartTable(headings, tuple(rows), corner)


def _lines(found: list[Place], data: OpenData) -> list[list[Cell]]:
    """The file's rows: each municipality and year, then each outcome of a whole period."""
    lines: list[list[Cell]] = [
        ["year", "municipality", GRANTED, f"{GRANTED}_status", USED, f"{USED}_status", "outcome",
         "outcome_value", "note"]
    ]  # fmt: skip
    for place in found:
        points = (place.granted, place.used)
        notes = once(point.note.sv for point in points if point)
        lines.append([place.year, place.name, *values_and_signs(points), "", "", notes])
    for each in data.outcomes:
        said = [words.sv for words in PRINTED_PLACES] if _is_printed(each) else []
        lines.append([each.period, *[""] * 5, each.code, each.value, once(said)])
    return lines


def _is_printed(outcome: Outcome) -> bool:
    return outcome.source.startswith("slutrapport")


CHART = Panel(
    "places",
    Words("Handledarstödda platser", "Supervised places"),
    card,
    lambda data: (place.year for place in rows_of(data)),
)
