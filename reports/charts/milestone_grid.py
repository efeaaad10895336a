"""What each municipality has done, and when: policy, plan, collaboration group, procurement."""

from collections.abc import Mapping
from functools import partial

from reports.charts import theme
from reports.charts.card import ChartCard, ChartTable, Panel, TableCell, TableRow
from reports.charts.figures.sheet import Sheet
from reports.data.chart_model import Language, Words
from reports.data.chart_numbers import PRINTED_STEPS
from reports.data.model import OpenData, PublishedArea, PublishedMilestone
from reports.text.grammar import in_words, joined, upper_first, written
from reports.text.summaries import Note

KINDS: Mapping[str, tuple[Words, tuple[str, str]]] = {
    "policy": (Words("Policy", "Policy"), ("Policy", "Policy")),
    "action_plan": (Words("Handlingsplan", "Action plan"), ("Handlings-|plan", "Action|plan")),
    "collaboration_group": (
        Words("Samverkansgrupp", "Collaboration group"),
        ("Samverkans-|grupp", "Collabo-|ration group"),
    ),
    "procurement": (
        Words("Reserverad upphandling", "Reserved procurement"),
        ("Reserverad|upphandling", "Reserved pro-|curement"),
    ),
}

ROW, HEAD, NAMES = 34, 42, 78
# Of more municipalities than this only those that have done something are drawn.
MOST_DRAWN = 40
QUERY = """SELECT m.year, a.name, m.type, m.label_sv
FROM milestones m JOIN areas a
  ON a.area_type = 'municipality' AND a.area_code = m.municipality_code
WHERE m.type IN ('policy', 'action_plan', 'collaboration_group', 'procurement')
ORDER BY a.name, m.year"""

Taken = dict[tuple[str, str], list[PublishedMilestone]]


def card(data: OpenData, language: Language) -> ChartCard | None:
    """The grid; None while no municipality is known or none has taken a step."""
    taken = taken_by(data)
    if not taken or not data.municipalities:
        return None
    places = in_order(data.municipalities, taken)
    keys = {each.source for found in taken.values() for each in found}
    drawn = places if len(places) <= MOST_DRAWN else [a for a in places if _steps_of(a, taken)]
    return ChartCard(
        key="steps",
        title=title(taken, len(places), language),
        subtitle={
            "sv": "Policy, handlingsplan, samverkansgrupp och reserverad upphandling,"
            " året då det hände",
            "en": "Policy, action plan, collaboration group and reserved procurement,"
            " the year it happened",
        }[language],
        summary=summary(taken, places, language),
        draw=partial(_figure, taken, drawn, language),
        notes=_notes(taken, len(places) - len(drawn), language),
        table=_table(taken, places, language),
        sources=[source for source in data.sources if source.key in keys],
        lines=_lines(taken, places),
        query=QUERY,
    )


def taken_by(data: OpenData) -> Taken:
    """By municipality and kind, what happened, oldest first."""
    found: Taken = {}
    for milestone in data.milestones:
        if milestone.kind in KINDS and milestone.code:
            found.setdefault((milestone.code, milestone.kind), []).append(milestone)
    return found


def in_order(areas: tuple[PublishedArea, ...], taken: Taken) -> list[PublishedArea]:
    """Those that have done most first."""
    return sorted(areas, key=lambda area: (-_steps_of(area, taken), area.name))


def _steps_of(area: PublishedArea, taken: Taken) -> int:
    return sum((area.code, kind) in taken for kind in KINDS)


def title(taken: Taken, municipalities: int, language: Language) -> str:
    """How many have formed a group, and how many have adopted a policy."""
    groups, policies = (
        _many(sum(kind == wanted for _, kind in taken), language)
        for wanted in ("collaboration_group", "policy")
    )
    of = in_words(municipalities, language)
    if language == "sv":
        first = f"{upper_first(groups)} av {of} kommuner har bildat samverkansgrupp"
        return f"{first} – {policies} har antagit en policy"
    verb, then = ("has" if count == "one" else "have" for count in (groups, policies))
    first = f"{upper_first(groups)} of {of} municipalities {verb} formed a collaboration group"
    return f"{first} – {policies} {then} adopted a policy"


def _many(count: int, language: Language) -> str:
    few = {"sv": {0: "ingen", 1: "en"}, "en": {0: "none"}}[language]
    return few.get(count, in_words(count, language))


def summary(taken: Taken, places: list[PublishedArea], language: Language) -> str:
    """For each kind, who has done it and when."""
    sentences, none = [], {"sv": "ingen kommun", "en": "no municipality"}[language]
    for kind, (name, _) in KINDS.items():
        done = [
            f"{a.name} {taken[a.code, kind][0].year}" for a in places if (a.code, kind) in taken
        ]
        sentences.append(f"{name.in_(language)}: {joined(done, language) or none}.")
    return " ".join(sentences)


def _years(taken: Taken, area: PublishedArea, kind: str) -> list[int]:
    return sorted({milestone.year for milestone in taken.get((area.code, kind), [])})


def _figure(
    taken: Taken, places: list[PublishedArea], language: Language, size: theme.Size
) -> theme.Figure:
    sheet, table = Sheet(language, size), _table(taken, places, language)
    column = (sheet.width - NAMES) / len(KINDS)
    letters = 12 if size.is_narrow else theme.VALUE
    for place, (name, broken) in enumerate(KINDS.values()):
        whole = name.in_(language)
        lines = broken[0 if language == "sv" else 1].split("|")
        if theme.text_width(whole, letters) < column:
            lines = [whole]
        for number, line in enumerate(reversed(lines)):
            at = NAMES + (place + 0.5) * column, HEAD - 10 - 15 * number
            sheet.words(*at, line, size=letters, weight=600, side="center")
    for row, area in enumerate(places):
        y = HEAD + row * ROW
        sheet.across(y)
        sheet.words(0, y + 22, area.name, row=row)
        for place, kind in enumerate(KINDS):
            _cell(sheet, _years(taken, area, kind), NAMES + place * column, y, column, row)
        sheet.row(row, (1, y + 1, sheet.width - 2, ROW - 2), table)
    return sheet.figure(HEAD + len(places) * ROW + 2)


def _cell(sheet: Sheet, years: list[int], x: float, y: float, column: float, row: int) -> None:
    at = x + column / 2, y + 22
    if not years:
        sheet.words(*at, "–", colour=theme.MUTED, side="center", row=row)
        return
    room = x + 3, y + 4, column - 6, ROW - 8
    sheet.box(room, theme.TEAL_TINT, theme.TEAL, radius=4, row=row)
    later = f" · {years[-1]}" if len(years) > 1 else ""
    words = f"{years[0]}{later}"
    size = theme.VALUE if theme.text_width(words, theme.VALUE) < column - 10 else 12
    sheet.words(*at, words, size=size, weight=600, side="center", row=row)


def _notes(taken: Taken, left_out: int, language: Language) -> list[Note]:
    """What a second year in a cell means, and how many are not drawn."""
    later: dict[tuple[int, str], list[str]] = {}
    for milestones in taken.values():
        for each in milestones[1:]:
            later.setdefault((each.year, each.label.in_(language)), []).append(each.municipality)
    notes = [
        Note("", f"{year}: {label} ({joined(sorted(names), language)}).")
        for (year, label), names in sorted(later.items())
    ]
    if any(m.source.startswith("slutrapport") for found in taken.values() for m in found):
        notes += [Note("", words.in_(language)) for words in PRINTED_STEPS]
    if left_out:
        count = written(left_out, language)
        text = {
            "sv": f"{count} kommuner utan något känt steg står bara i tabellen.",
            "en": f"{count} municipalities without a known step are in the table only.",
        }[language]
        notes.append(Note("", text))
    return notes


def _table(taken: Taken, places: list[PublishedArea], language: Language) -> ChartTable:
    headings = tuple(name.in_(language) for name, _ in KINDS.values())
    none = {"sv": "inget känt", "en": "nothing known"}[language]
    rows = []
    for area in places:
        years = [_years(taken, area, kind) for kind in KINDS]
        words = (", ".join(map(str, each)) for each in years)
        cells = tuple(TableCell(text) if text else TableCell("–", meaning=none) for text in words)
        rows.append(TableRow(area.name, False, cells))
    corner = {"sv": "Kommun", "en": "Municipality"}[language]
    return ChartTable(headings, tuple(rows), corner)


def _lines(taken: Taken, places: list[PublishedArea]) -> list[list[str | int]]:
    lines: list[list[str | int]] = [["municipality", *KINDS]]
    for area in places:
        years = (" ".join(map(str, _years(taken, area, kind))) for kind in KINDS)
        lines.append([area.name, *years])
    return lines


CHART = Panel("steps", Words("Kommunernas steg", "What the municipalities have done"), card)
