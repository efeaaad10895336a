"""Registered enterprises by province."""

from dataclasses import replace
from itertools import cycle

from reports.data.chart_model import TOTAL, ChartNumbers, Language, Part, Words, YearChart
from reports.text.grammar import in_words, more, noun, upper_first
from reports.text.titles import ends, in_year, year_named
from survey_data.geography import PROVINCES

COLOURS = ("navy", "orange", "teal", "purple")


def title(numbers: ChartNumbers, language: Language) -> str:
    """How many more or fewer than in the first year, and which province stands for it."""
    first, last = ends(numbers.series["enterprises"])
    difference = last.number - first.number
    when, things = year_named(numbers, last), noun("enterprises", abs(difference), language)
    if not difference:
        return {
            "sv": f"Lika många företag{when} som {first.year}",
            "en": f"As many enterprises{in_year(when)} as in {first.year}",
        }[language]
    said = f"{in_words(abs(difference), language)} {more(difference, language)} {things}"
    head = {
        "sv": f"{said}{when} än {first.year}",
        "en": f"{said}{in_year(when)} than in {first.year}",
    }[language]
    return upper_first(head) + _where(numbers, first.year, last.year, difference, language)


def _where(
    numbers: ChartNumbers, first: int, last: int, difference: float, language: Language
) -> str:
    """Which province stands for the change; nothing unless the provinces add up to it."""
    pairs = {s.part.label.sv: s.between(first, last) for s in numbers.parts}
    known = {name: pair[1] - pair[0] for name, pair in pairs.items() if pair}
    if len(known) < len(pairs) or sum(known.values()) != difference:
        return ""
    # Of two provinces alone: of more, or of one, which stands for it is more than a title can say.
    if len(known) != 2:
        return ""
    (small_name, small), (big_name, big) = sorted(known.items(), key=lambda item: abs(item[1]))
    if abs(big) == abs(small):
        return ""
    if small == 0:
        every = {"sv": "alla ", "en": "all "}[language] if abs(big) > 1 else ""
        return {"sv": f" – {every}i {big_name}", "en": f" – {every}in {big_name}"}[language]
    if (small > 0) == (big > 0):
        return {"sv": f" – mest i {big_name}", "en": f" – mostly in {big_name}"}[language]
    but, in_ = {"sv": ("men", "i"), "en": ("but", "in")}[language]
    return f" – {but} {more(small, language)} {in_} {small_name}"


PROVINCES_APART = tuple(
    Part(
        province.count_column,
        "enterprises",
        Words(province.name, province.name),
        colour,
        province.code,
        proper=True,
    )
    for province, colour in zip(PROVINCES, cycle(COLOURS), strict=False)
)
COUNTED = YearChart(
    key="enterprises",
    name=Words("Företag", "Enterprises"),
    kind="bars",
    subtitle=Words(
        "Registrerade företag, antal vid höstens inventering",
        "Registered enterprises, number at the autumn inventory",
    ),
    unit=Words("företag", "enterprises"),
    unit_one=Words("företag", "enterprise"),
    parts=(Part("enterprises", "enterprises", Words("Företag", "Enterprises"), "navy"),),
    title=title,
)
BY_PROVINCE = replace(
    COUNTED,
    name=Words("Företag per landskap", "Enterprises by province"),
    kind="lines",
    subtitle=Words(
        "Registrerade företag per landskap, antal vid höstens inventering",
        "Registered enterprises by province, number at the autumn inventory",
    ),
    parts=PROVINCES_APART,
    total=Part("enterprises", "enterprises", TOTAL, "muted"),
)
# The province of a county that has but one would only repeat the county.
CHART = BY_PROVINCE if len(PROVINCES) > 1 else COUNTED
