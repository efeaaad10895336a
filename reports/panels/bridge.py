"""From last year to this: what started, ceased, grew and shrank behind a county total."""

from collections.abc import Mapping
from itertools import accumulate

from reports import theme
from reports.canvas import Canvas
from reports.charts import COUNTY, Language, Words
from reports.figures.frame import written
from reports.open_data import Change, Component, OpenData, Source
from reports.panels.panel import Panel
from reports.summaries import Note
from reports.tables import Cell, Row, Table
from reports.words import in_words, noun, upper_first

ROW, BAR, LEFT, NARROW_LEFT = 44, 18, 196, 138
QUERY = """SELECT year, component, value, enterprises FROM changes
WHERE indicator = '{indicator}' AND year = {year} ORDER BY sort_order"""
NAMES: Mapping[str, Words] = {
    "started": Words("Nya företag", "New enterprises"),
    "answered_again": Words("Svarade inte i fjol", "No answer last year"),
    "joined": Words("Nya, eller svarade inte i fjol", "New, or no answer last year"),
    "ceased": Words("Upphörde", "Ceased"),
    "no_answer": Words("Svarade inte i år", "No answer this year"),
    "left": Words("Upphörde eller svarade inte", "Ceased or did not answer"),
    "grew": Words("Växte", "Grew"),
    "shrank": Words("Krympte", "Shrank"),
    "stayed": Words("Växte och krympte, netto", "Grew and shrank, net"),
    "other": Words("Övriga förändringar, netto", "Other changes, net"),
}


def bridge(data: OpenData, language: Language, indicator: str) -> Panel | None:
    """The latest change of an indicator; None while nothing of it is published."""
    found = [change for change in data.changes if change.indicator == indicator]
    if not found:
        return None
    change = max(found, key=lambda each: each.year)
    things = noun(indicator, 2, language)
    return Panel(
        f"change_{indicator}",
        title(change, language),
        {
            "sv": f"Antal {things} i länet, från {change.year - 1} till {change.year}",
            "en": f"Number of {things} in the county, from {change.year - 1} to {change.year}",
        }[language],
        _summary(change, language),
        lambda width, uid, label: _draw(Canvas(width, uid), change, language, label),
        _notes(change, data, language),
        _table(change, language),
        answers_of(data),
        _lines(change),
        QUERY.format(indicator=indicator, year=change.year),
        change.is_example,
    )


def parts_of(change: Change) -> tuple[Component, ...]:
    """The components between the two sums."""
    return change.components[1:-1]


def signed(value: int, language: Language) -> str:
    """ "+5", "−5" (with a real minus) or "0"."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{written(abs(value), language)}"


def title(change: Change, language: Language) -> str:
    """The net change, and the component that moved it most in its own direction."""
    net = change.components[-1].value - change.components[0].value
    things, year = noun(change.indicator, abs(net), language), change.year
    if not net:
        many = noun(change.indicator, 2, language)
        return {
            "sv": f"Lika många {many} {year} som året innan",
            "en": f"As many {many} in {year} as the year before",
        }[language]
    size = upper_first(in_words(abs(net), language))
    head = {
        "sv": f"{size} {'fler' if net > 0 else 'färre'} {things} {year} än året innan",
        "en": f"{size} {'more' if net > 0 else 'fewer'} {things} in {year} than the year before",
    }[language]
    pushes = [part for part in parts_of(change) if part.value * net > 0]
    most = max(pushes, key=lambda part: abs(part.value), default=None)
    if most is None or most.name in ("other", "stayed"):
        return head
    return f"{head} – {_because(most, language)}"


BECAUSE: Mapping[str, Words] = {
    "started": Words("mest genom nya företag", "mostly through new enterprises"),
    "answered_again": Words(
        "mest för att fler företag svarade", "mostly because more enterprises answered"
    ),
    "joined": Words(
        "mest genom företag som inte var med i fjol",
        "mostly through enterprises that were not in last year's sum",
    ),
    "ceased": Words("mest för att företag upphörde", "mostly because enterprises ceased"),
    "no_answer": Words(
        "mest för att företag inte svarade", "mostly because enterprises did not answer"
    ),
    "left": Words(
        "mest genom företag som inte är med i år",
        "mostly through enterprises that are not in this year's sum",
    ),
    "grew": Words("mest genom företag som växte", "mostly through enterprises that grew"),
    "shrank": Words("mest genom företag som krympte", "mostly through enterprises that shrank"),
}


def _because(part: Component, language: Language) -> str:
    return BECAUSE[part.name].in_(language)


def _summary(change: Change, language: Language) -> str:
    first, last = change.components[0], change.components[-1]
    steps = (
        f"{NAMES[part.name].in_(language).lower()} {signed(part.value, language)}"
        for part in parts_of(change)
    )
    a, b = written(first.value, language), written(last.value, language)
    return upper_first(f"{change.year - 1}: {a}; {'; '.join(steps)}; {change.year}: {b}.")


def _draw(sheet: Canvas, change: Change, language: Language, label: str) -> str:
    left = NARROW_LEFT if sheet.width == theme.NARROW_WIDTH else LEFT
    first, last, parts = change.components[0], change.components[-1], parts_of(change)
    levels = list(accumulate((part.value for part in parts), initial=first.value))
    unit = (sheet.width - left - 52) / max(*levels, last.value, 1)
    _total(sheet, str(change.year - 1), first.value, 0, left, unit, language)
    for row, (part, level) in enumerate(zip(parts, levels, strict=False), 1):
        _step(sheet, part, level, row * ROW, left, unit, language)
    foot = (len(parts) + 1) * ROW
    _total(sheet, str(change.year), last.value, foot, left, unit, language)
    sheet.line(left, 0, left, foot + 32, theme.AXIS)
    return sheet.render(foot + 38, label)


def _total(
    sheet: Canvas, name: str, value: int, y: float, left: float, unit: float, language: Language
) -> None:
    sheet.text(0, y + 20, name, size=theme.LABEL, weight=650)
    sheet.box(left, y + 6, value * unit, BAR, theme.NAVY, radius=2)
    end = left + value * unit + 8
    number = written(value, language)
    sheet.text(end, y + 20, number, size=theme.LABEL, weight=650, colour=theme.NAVY)


def _step(
    sheet: Canvas,
    part: Component,
    level: int,
    y: float,
    left: float,
    unit: float,
    language: Language,
) -> None:
    colour = theme.TEAL if part.value > 0 else theme.ORANGE
    low, high = sorted((level, level + part.value))
    names = NAMES[part.name].in_(language)
    sheet.text(0, y + 14, names, size=theme.TICK if left == NARROW_LEFT else theme.VALUE)
    sheet.text(0, y + 30, companies(part, language), size=theme.TICK, colour=theme.MUTED)
    sheet.line(left + level * unit, y - 20, left + level * unit, y + 6, theme.EDGE, dash="2px,2px")
    sheet.box(left + low * unit, y + 6, max((high - low) * unit, 1.5), BAR, colour, radius=1)
    number = signed(part.value, language)
    end = left + high * unit + 8
    sheet.text(end, y + 20, number, size=theme.LABEL, weight=600, colour=colour)


def companies(part: Component, language: Language) -> str:
    """ "9 företag"."""
    count = part.enterprises or 0
    return f"{written(count, language)} {noun('enterprises', count, language)}"


def answers_of(data: OpenData) -> list[Source]:
    """The source of what is worked out from the enterprises' own answers."""
    return [source for source in data.sources if source.key == "inventering"]


def stated_note(change: Change, data: OpenData, language: Language) -> list[Note]:
    """Where the answers' sum is not the published total, both are named."""
    totals = {p.year: p for p in data.points.get((COUNTY, change.indicator), [])}
    sums = {change.year - 1: change.components[0], change.year: change.components[-1]}
    return [
        Note("s", _differs(year, int(totals[year].value or 0), part.value, language))
        for year, part in sums.items()
        if year in totals and totals[year].value not in (None, part.value)
    ]


def _differs(year: int, stated: int, total: int, language: Language) -> str:
    a, b = written(stated, language), written(total, language)
    return {
        "sv": f"{year}: källan anger {a}, men svaren summerar till {b}. Här visas svarens summa.",
        "en": f"{year}: the source states {a}, but the answers add up to {b}. This shows the"
        " answers' sum.",
    }[language]


def _notes(change: Change, data: OpenData, language: Language) -> list[Note]:
    notes = [
        {
            "sv": "Varje del är minst tre företag; mindre delar är sammanslagna.",
            "en": "Each part is at least three enterprises; smaller parts are merged.",
        }[language]
    ]
    if change.is_example:
        notes.append(example_note(language))
    return [*stated_note(change, data, language), *(Note("", text) for text in notes)]


def example_note(language: Language) -> str:
    """That the enterprises behind the figures are invented."""
    return {
        "sv": "Räknat på påhittade exempelföretag.",
        "en": "Worked out from invented example enterprises.",
    }[language]


def _table(change: Change, language: Language) -> Table:
    headings = {"sv": ("Antal", "Företag"), "en": ("Number", "Enterprises")}[language]
    first, last = change.components[0], change.components[-1]
    dash = Cell("–", meaning={"sv": "alla", "en": "all"}[language])
    rows = [Row(str(change.year - 1), False, (Cell(written(first.value, language)), dash))]
    for part in parts_of(change):
        count = Cell(written(part.enterprises or 0, language))
        cells = Cell(signed(part.value, language)), count
        rows.append(Row(NAMES[part.name].in_(language), False, cells))
    rows.append(Row(str(change.year), False, (Cell(written(last.value, language)), dash)))
    return Table(headings, tuple(rows), {"sv": "Del", "en": "Part"}[language])


def _lines(change: Change) -> list[list[str | int]]:
    lines: list[list[str | int]] = [["year", "component", "value", "enterprises"]]
    for part in change.components:
        lines.append([change.year, part.name, part.value, part.enterprises or ""])
    return lines
