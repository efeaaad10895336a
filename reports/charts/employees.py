"""Employees by gender, with the share of women under the years."""

from reports.data.chart_model import (
    TOTAL,
    ChartNumbers,
    Language,
    Part,
    Point,
    Words,
    YearChart,
)
from reports.data.chart_numbers import seen_in_both
from reports.text.grammar import change, written
from reports.text.titles import by_year, is_mostly_hidden, total_change, year_named


def title(numbers: ChartNumbers, language: Language) -> str:
    """Whether women and men grew in number, and how the gap between them moved."""
    pairs = _pairs(numbers)
    if not pairs:
        return total_change(numbers, language)
    (_, *before), (last, *after) = pairs[0], pairs[-1]
    women, men = (change(*ends) for ends in zip(before, after, strict=True))
    words = WHO_CHANGED[women, men].in_(language)
    until = by_year(year_named(numbers, Point(last, None)), language)
    return f"{words} – {_gap(before[0] - before[1], after[0] - after[1], language)}{until}"


def _pairs(numbers: ChartNumbers) -> list[tuple[int, float, float]]:
    """The years when both women and men are seen, where there are two or more to compare."""
    women, men = numbers.series["employees_women"], numbers.series["employees_men"]
    pairs = seen_in_both(women, men)
    is_too_little = len(pairs) < 2 or is_mostly_hidden(women) or is_mostly_hidden(men)
    return [] if is_too_little else pairs


WHO_CHANGED = {
    ("up", "up"): Words("Fler kvinnor och fler män anställda", "More women and more men employed"),
    ("down", "down"): Words(
        "Färre kvinnor och färre män anställda", "Fewer women and fewer men employed"
    ),
    ("up", "down"): Words(
        "Fler kvinnor men färre män anställda", "More women but fewer men employed"
    ),
    ("down", "up"): Words(
        "Fler män men färre kvinnor anställda", "More men but fewer women employed"
    ),
    ("up", "steady"): Words("Fler kvinnor anställda", "More women employed"),
    ("steady", "up"): Words("Fler män anställda", "More men employed"),
    ("down", "steady"): Words("Färre kvinnor anställda", "Fewer women employed"),
    ("steady", "down"): Words("Färre män anställda", "Fewer men employed"),
    ("steady", "steady"): Words(
        "Ungefär lika många kvinnor och män anställda som tidigare",
        "About as many women and men employed as before",
    ),
}

# A gap that moves by a smaller share than this has hardly changed.
STEADY_GAP = 0.05


def _gap(old: float, new: float, language: Language) -> str:
    """How the difference between women and men has moved, and who are more now."""
    if new == 0:
        return {"sv": "nu är de lika många", "en": "their numbers are now equal"}[language]
    if old * new < 0:
        swedish, english = ("kvinnorna", "women") if new > 0 else ("männen", "men")
        return {"sv": f"nu är {swedish} fler", "en": f"there are now more {english}"}[language]
    a, b = written(abs(old), language), written(abs(new), language)
    if abs(old) == abs(new):
        return {
            "sv": f"skillnaden mellan könen är fortfarande {b}",
            "en": f"the gap between women and men is still {b}",
        }[language]
    if abs(abs(new) - abs(old)) < STEADY_GAP * abs(old):
        return {
            "sv": f"skillnaden mellan könen är nästan oförändrad, {b}",
            "en": f"the gap between women and men has hardly changed, {b}",
        }[language]
    way_sv, way_en = ("krympt", "shrunk") if abs(new) < abs(old) else ("vuxit", "grown")
    return {
        "sv": f"skillnaden mellan könen har {way_sv} från {a} till {b}",
        "en": f"the gap between women and men has {way_en} from {a} to {b}",
    }[language]


CHART = YearChart(
    key="employees",
    name=Words("Anställda efter kön", "Employees by gender"),
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
    title=title,
    title_until=lambda numbers: max((year for year, *_ in _pairs(numbers)), default=0),
)
