"""People placed for each enterprise that was counted."""

from reports.data.chart_model import ChartNumbers, Language, Part, Words, YearChart
from reports.text.grammar import written
from reports.text.titles import in_year, that_can_be_shown, year_named


def title(numbers: ChartNumbers, language: Language) -> str:
    """The last year's placed per enterprise, against the highest."""
    series = numbers.series["placed_per_enterprise"]
    last, peak = series.visible[-1], series.peak
    now, high = (written(point.number, language, 1) for point in (last, peak))
    named = year_named(numbers, last)
    if last.value != peak.value:
        return {
            "sv": f"{now} placerade per företag{named} – som mest {high} år {peak.year}",
            "en": f"{now} people placed per enterprise{in_year(named)} –"
            f" the peak was {high}, in {peak.year}",
        }[language]
    if peak is not last:
        return {
            "sv": f"{now} placerade per företag{named} – lika många som toppåret {peak.year}",
            "en": f"{now} people placed per enterprise{in_year(named)} –"
            f" as many as in the peak year {peak.year}",
        }[language]
    head = {
        "sv": f"{now} placerade per företag {last.year} – fler än något tidigare år",
        "en": f"{now} people placed per enterprise in {last.year} – more than in any earlier year",
    }[language]
    return head + that_can_be_shown(numbers.parts[0], language)


PER_ENTERPRISE = Words("placerade per företag", "people placed per enterprise")
CHART = YearChart(
    key="placed_per_enterprise",
    name=Words("Placerade per företag", "People placed per enterprise"),
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
    title=title,
)
