"""Stated totals from a file: one line a figure, in the words a person would use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forms.archive.cells import Fault, Sheet, is_blank, sheet
from forms.questionnaire.types import Unreadable, read_whole_number
from survey_data.history.printed_series import COUNTY
from survey_data.history.stated_totals import PROVINCES, Total, spots
from survey_data.history.sum_checks import Spot
from survey_data.statistics.indicators import INDICATORS

# More than any county counts; what a form or a file states may be no larger.
MOST = 99_999
COLUMNS = ("year", "area", "indicator", "value", "note_sv", "note_en")
HEADS = {
    "år": "year", "område": "area", "mått": "indicator", "värde": "value", "antal": "value",
    "anmärkning": "note_sv", "anmärkning (engelska)": "note_en", "note": "note_en",
}  # fmt: skip
AREAS = {
    **dict.fromkeys(("21", "länet", "gävleborgs län", "gävleborg", "county"), COUNTY),
    **{name.casefold(): ("province", code) for code, name in PROVINCES.items()},
    **{code.casefold(): ("province", code) for code in PROVINCES},
}
NAMES = {
    word.casefold(): indicator.name
    for indicator in INDICATORS
    for word in (indicator.name, indicator.label_sv, indicator.label_en)
}
LONGEST_NOTE = 500


@dataclass
class StatedFile:
    """What a file states, by year and figure, and what is wrong with it."""

    totals: dict[int, dict[Spot, Total]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_totals(content: bytes) -> StatedFile:
    """Every figure of a file; a line without a value is left alone."""
    found, faults = sheet(content)
    result = StatedFile(faults=faults)
    if not faults:
        places = _columns(found.header)
        lacking = [name for name in COLUMNS[:4] if name not in places]
        if lacking:
            names = ", ".join(_heads()[name] for name in lacking)
            result.faults.append(Fault(1, "", _("Kolumner saknas: %(names)s", names=names)))
        else:
            _read_lines(found, places, result)
    return result


def _heads() -> dict[str, str]:
    return {"year": _("år"), "area": _("område"), "indicator": _("mått"), "value": _("värde")}


def _columns(header: tuple[str, ...]) -> dict[str, int]:
    names = [HEADS.get(name.casefold().strip(), name.casefold().strip()) for name in header]
    return {name: names.index(name) for name in COLUMNS if name in names}


def _read_lines(found: Sheet, places: dict[str, int], result: StatedFile) -> None:
    for number, cells in found.lines:
        line = {n: cells[at] if at < len(cells) else "" for n, at in places.items()}
        if is_blank(line["value"]):
            continue
        faults = [*_faults(number, line, result)]
        if not faults:
            spot = (*AREAS[_folded(line["area"])], NAMES[_folded(line["indicator"])])
            total = Total(_whole(line["value"]), line.get("note_sv", ""), line.get("note_en", ""))
            result.totals.setdefault(int(line["year"]), {})[spot] = total
        result.faults += faults


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _whole(text: str) -> int:
    return read_whole_number(text) or 0


def _faults(number: int, line: dict[str, str], result: StatedFile) -> Iterator[Fault]:
    heads, area = _heads(), AREAS.get(_folded(line["area"]))
    name = NAMES.get(_folded(line["indicator"]))
    year = int(line["year"]) if line["year"].isdecimal() and len(line["year"]) == 4 else None
    if year is None:
        yield Fault(number, heads["year"], _("Skriv årtalet med fyra siffror."))
    if area is None:
        yield Fault(number, heads["area"], _("Området ska vara länet, Hälsingland eller"
                                             " Gästrikland."))  # fmt: skip
    if name is None:
        yield Fault(number, heads["indicator"], _("Måttet finns inte. Mallen har alla mått."))
    try:
        value = read_whole_number(line["value"])
    except Unreadable:
        value = -1
    if value is None or value < 0:
        yield Fault(number, heads["value"], _("Skriv ett heltal, till exempel 7"))
    elif value > MOST:
        yield Fault(number, heads["value"], _("Skriv ett antal mellan 0 och %(most)s", most=MOST))
    if any(len(line.get(note, "")) > LONGEST_NOTE for note in ("note_sv", "note_en")):
        yield Fault(number, "", _("Skriv högst 500 tecken."))
    if area and name and (*area, name) not in spots():
        yield Fault(number, heads["area"], _("Måttet anges bara för länet."))
    elif area and name and year and (*area, name) in result.totals.get(year, {}):
        yield Fault(number, heads["indicator"], _("Samma siffra står på en rad tidigare i filen."))
