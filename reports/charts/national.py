"""How many enterprises national sources count, each with its population; the county beside."""

from dataclasses import dataclass
from functools import partial

from reports.charts import theme
from reports.charts.card import ChartCard, ChartTable, Panel, TableCell, TableRow
from reports.charts.figures.rows import Bar, BarRow, Style, figure
from reports.data.chart_model import COUNTY, Language, Words
from reports.data.model import OpenData
from reports.text.grammar import upper_first, written
from reports.text.summaries import Note
from survey_data import geography

STYLE = Style(left=(46, 46), pitch=36, bar=16)
QUERY = """SELECT n.year, n.value, n.definition_sv, coalesce(s.title_sv, n.source) AS source
FROM national n LEFT JOIN sources s ON s.key = n.source
WHERE n.measure LIKE 'enterprises%'
UNION ALL
SELECT cast(o.year AS text), o.value, a.name, s.title_sv
FROM observations o JOIN areas a USING (area_type, area_code) JOIN sources s ON s.key = o.source
WHERE o.area_type = 'county' AND o.indicator = 'enterprises' AND o.year IN
  (SELECT year FROM national WHERE measure LIKE 'enterprises%')
ORDER BY year, source"""
OURS = Words(
    f"{geography.COUNTY.official_name}: registrerade företag vid höstens inventering",
    f"The county of {geography.COUNTY.name}: registered enterprises at the autumn inventory",
)


HEAD = ("year", "value", "population", "source")
UNLIKE = Words(
    "Källorna räknar olika företag. Jämför dem inte med varandra eller med länet utan att läsa vad"
    " de räknar.",
    "The sources count different enterprises. Do not compare them with each other or with the"
    " county without reading what they count.",
)


@dataclass(frozen=True)
class Count:
    """One count: whose, of what, and how many."""

    year: str
    value: int
    words: str
    source: str
    is_ours: bool = False


def card(data: OpenData, language: Language) -> ChartCard | None:
    """The counts by year; None while there is none for the country."""
    counts = counts_of(data, language)
    if all(count.is_ours for count in counts):
        return None
    rows, named = rows_of(counts, language), {count.source for count in counts}
    said = (f"{c.year}: {written(c.value, language)} ({c.words}; {c.source})" for c in counts)
    return ChartCard(
        key="national",
        title=title(counts, language),
        subtitle={
            "sv": "Arbetsintegrerande sociala företag i hela landet, antal enligt varje källa,"
            " och i länet samma år",
            "en": "Work-integrating social enterprises in Sweden, number by each source, and in"
            " the county the same year",
        }[language],
        summary=f"{'. '.join(said)}.",
        draw=partial(figure, rows, STYLE, language),
        notes=[Note("", UNLIKE.in_(language))],
        table=_table(counts, language),
        sources=[s for s in data.sources if s.title.in_(language) in named],
        lines=[HEAD, *((c.year, c.value, c.words, c.source) for c in counts)],
        query=QUERY,
        bars=rows,
    )


def counts_of(data: OpenData, language: Language) -> list[Count]:
    """National counts, and the county's own for the years that have one."""
    found = []
    for row in data.national:
        words = upper_first(row.definition.in_(language))
        found.append(Count(row.year, row.value, words, row.source.in_(language)))
    years = {count.year for count in found}
    source = next((s.title.in_(language) for s in data.sources_for("enterprises")), "")
    for point in data.points.get((COUNTY, "enterprises"), []):
        if str(point.year) in years and point.value is not None:
            words, value = OURS.in_(language), int(point.value)
            found.append(Count(str(point.year), value, words, source, is_ours=True))
    return sorted(found, key=lambda count: (count.year, count.is_ours, -count.value))


def title(counts: list[Count], language: Language) -> str:
    """Where sources differ, say so with the newest year they differ in; else the newest count."""
    by_year: dict[str, set[int]] = {}
    for count in counts:
        if not count.is_ours:
            by_year.setdefault(count.year, set()).add(count.value)
    differing = [year for year, values in by_year.items() if len(values) > 1]
    if differing:
        year = max(differing)
        low, high = min(by_year[year]), max(by_year[year])
        a, b = written(low, language), written(high, language)
        return {
            "sv": f"Nationella källor räknar olika: {a} till {b} företag {year}",
            "en": f"National sources count differently: {a} to {b} enterprises in {year}",
        }[language]
    year = max(by_year)
    value = written(max(by_year[year]), language)
    return {
        "sv": f"{value} företag i hela landet {year}",
        "en": f"{value} enterprises in the whole country in {year}",
    }[language]


def rows_of(counts: list[Count], language: Language) -> list[BarRow]:
    """A row for each count; the year stands before its first."""
    found, year = [], ""
    for number, count in enumerate(counts):
        words = count.words if count.is_ours else f"{count.words}. {count.source}"
        colour = theme.ORANGE if count.is_ours else theme.NAVY
        value = written(count.value, language)
        # A thin space for each row tells the rows of one year apart, and nobody sees it.
        key = count.year + "\u200a" * number
        name, year = "" if count.year == year else count.year, count.year
        bars, says = (Bar(0, count.value, colour),), f"{value}: {words}"
        found.append(BarRow(key, name, bars, value, says, colour, below=words, strong=True))
    return found


def _table(counts: list[Count], language: Language) -> ChartTable:
    headings = {
        "sv": ("Företag", "Vad som räknas", "Källa"),
        "en": ("Enterprises", "What is counted", "Source"),
    }[language]
    rows = tuple(
        TableRow(
            c.year,
            False,
            (TableCell(written(c.value, language)), TableCell(c.words), TableCell(c.source)),
        )
        for c in counts
    )
    return ChartTable(headings, rows, {"sv": "År", "en": "Year"}[language])


CHART = Panel("national", Words("Hela landet", "The whole country"), card)
