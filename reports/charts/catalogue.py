"""The charts of the board over the years, as data, and what is marked in them."""

from collections.abc import Mapping, Sequence

from reports.data.chart_model import (
    COUNTY,
    GASTRIKLAND,
    HALSINGLAND,
    Break,
    Chart,
    ChartNumbers,
    Coverage,
    Discrepancy,
    Event,
    Kind,
    Language,
    Part,
    Point,
    Series,
    Status,
    Words,
)

__all__ = [
    "BREAKS",
    "CHARTS",
    "COUNTY",
    "EVENTS",
    "Break",
    "Chart",
    "ChartNumbers",
    "Coverage",
    "Discrepancy",
    "Event",
    "Kind",
    "Language",
    "Part",
    "Point",
    "Series",
    "Status",
    "Words",
    "events_in",
    "indicators_of",
]

EVENTS = (
    Event(
        2019,
        Words("Arbetsförmedlingen reformeras", "The Employment Service is reformed"),
        Words("Arbetsförmedlingen<br>reformeras, 2019", "Employment Service<br>reformed, 2019"),
    ),
    Event(2020, Words("Pandemin", "The pandemic"), Words("Pandemin<br>2020", "Pandemic<br>2020")),
)

# Until 2020 the source counted only those placed by others without compensation.
BREAKS = (
    Break(
        2021,
        frozenset({"placed", "placed_other"}),
        Words("Brott i serien", "Break in series"),
        Words(
            "Till och med 2020 räknas övriga placerade bara utan ersättning, därefter även med.",
            "Until 2020 those placed by others are counted only without compensation,"
            " afterwards also with.",
        ),
    ),
)

PEOPLE, PERSON = Words("personer", "people"), Words("person", "person")
TOTAL = Words("Totalt", "Total")

ENTERPRISES = Chart(
    key="enterprises",
    kind="lines",
    subtitle=Words(
        "Registrerade företag per landskap, antal vid höstens inventering",
        "Registered enterprises by province, number at the autumn inventory",
    ),
    unit=Words("företag", "enterprises"),
    unit_one=Words("företag", "enterprise"),
    parts=(
        Part(
            "enterprises_halsingland",
            "enterprises",
            Words("Hälsingland", "Hälsingland"),
            "navy",
            HALSINGLAND,
            proper=True,
        ),
        Part(
            "enterprises_gastrikland",
            "enterprises",
            Words("Gästrikland", "Gästrikland"),
            "orange",
            GASTRIKLAND,
            proper=True,
        ),
    ),
    total=Part("enterprises", "enterprises", TOTAL, "muted"),
)

EMPLOYEES = Chart(
    key="employees",
    kind="lines",
    subtitle=Words(
        "Anställda i de registrerade företagen efter kön, antal personer",
        "Employees of the registered enterprises by gender, number of people",
    ),
    parts=(
        Part("employees_women", "employees_women", Words("Kvinnor", "Women"), "purple"),
        Part("employees_men", "employees_men", Words("Män", "Men"), "teal"),
    ),
    table_only=(
        Part(
            "employees_gender_not_stated",
            "employees_gender_not_stated",
            Words("Kön ej angivet", "Gender not stated"),
            "muted",
        ),
    ),
    total=Part("employees", "employees", TOTAL, "muted"),
    draw_total=False,
    from_answers=True,
    strip=Part(
        "women_share",
        "employees_women",
        Words("Kvinnors andel, %", "Women's share, %"),
        "purple",
        of=("employees_women", "employees_men"),
        factor=100,
    ),
    unit=PEOPLE,
    unit_one=PERSON,
)

PLACED = Chart(
    key="placed",
    kind="stack",
    subtitle=Words(
        "Placerade personer efter anvisare, antal per år",
        "People placed, by referring body, number per year",
    ),
    parts=(
        Part(
            "placed_af",
            "placed_af",
            Words("Arbetsförmedlingen", "Employment Service"),
            "navy",
            short=Words("Arbetsför-<br>medlingen", "Employment<br>Service"),
            proper=True,
        ),
        Part("placed_kommun", "placed_kommun", Words("Kommunen", "Municipality"), "teal"),
        Part("placed_other", "placed_other", Words("Övriga", "Others"), "orange"),
    ),
    total=Part("placed", "placed", TOTAL, "ink"),
    from_answers=True,
    unit=PEOPLE,
    unit_one=PERSON,
)

EMPLOYED_PLACED = Chart(
    key="employed_placed",
    kind="lines",
    subtitle=Words(
        "Anställda och placerade i de registrerade företagen, antal personer",
        "Employees and people placed in the registered enterprises, number of people",
    ),
    parts=(
        Part("employees", "employees", Words("Anställda", "Employees"), "navy"),
        Part("placed", "placed", Words("Placerade", "Placed"), "orange"),
    ),
    from_answers=True,
    unit=PEOPLE,
    unit_one=PERSON,
)

PER_ENTERPRISE = Words("placerade per företag", "people placed per enterprise")
PLACED_PER_ENTERPRISE = Chart(
    key="placed_per_enterprise",
    kind="lines",
    subtitle=Words(
        "Placerade personer delat med antalet företag som räknats med, per år",
        "People placed divided by the number of enterprises counted, per year",
    ),
    parts=(
        Part(
            "placed_per_enterprise",
            "placed",
            Words("Per företag", "Per enterprise"),
            "navy",
            of=("enterprises",),
            decimals=1,
        ),
    ),
    table_only=(
        Part("placed", "placed", Words("Placerade", "Placed"), "muted"),
        Part("enterprises", "enterprises", Words("Företag", "Enterprises"), "muted"),
    ),
    from_answers=True,
    unit=PER_ENTERPRISE,
    unit_one=PER_ENTERPRISE,
)

REACHED = Chart(
    key="reached",
    kind="bars",
    subtitle=Words(
        "Personer som nåtts med information, antal per år",
        "People reached with information, number per year",
    ),
    parts=(Part("reached", "reached", Words("Nådda", "Reached"), "navy"),),
    unit=PEOPLE,
    unit_one=PERSON,
)

CHARTS: Mapping[str, Chart] = {
    chart.key: chart
    for chart in (
        ENTERPRISES,
        EMPLOYEES,
        PLACED,
        EMPLOYED_PLACED,
        PLACED_PER_ENTERPRISE,
        REACHED,
    )
}


def events_in(numbers: ChartNumbers) -> tuple[Event, ...]:
    """The events that fall inside a chart's years."""
    years, known = numbers.years, EVENTS if numbers.events is None else numbers.events
    return tuple(event for event in known if years and years[0] < event.year <= years[-1])


def indicators_of(chart: Chart) -> Sequence[str]:
    """The published indicators a chart draws on."""
    return sorted({name for part in chart.columns for name in (part.indicator, *part.of)})
