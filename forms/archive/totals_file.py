"""Totals of a year: as a file states them, and as the answers of an old file add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database

from forms.archive import Fault, FileRows, UnreadableFile, folded, is_blank, shown
from forms.archive.answer_columns import NO_DECIMALS, plain
from forms.archive.file_table import FileTable, found_notes, name_of, table
from forms.archive.import_plan import Plan, Planned
from forms.questionnaire.types import Unreadable, read_whole_number
from survey_data.geography import COUNTY, PROVINCES
from survey_data.history import printed_years
from survey_data.history.stated_totals import Spot, Total, spots
from survey_data.statistics.indicators import INDICATORS, Indicator
from survey_data.statistics.tabulation import COUNTED, OUT_OF_SCOPE, PUBLISHED

# More than any county counts; what a form or a file states may be no larger.
MOST = 99_999
COLUMNS = ("year", "area", "indicator", "value", "note_sv", "note_en")
HEADS = {
    "år": "year", "område": "area", "mått": "indicator", "värde": "value", "antal": "value",
    "anmärkning": "note_sv", "anmärkning engelska": "note_en", "note": "note_en",
}  # fmt: skip
AREAS = {
    "länet": COUNTY.key,
    "county": COUNTY.key,
    **{
        word.casefold(): area.key
        for area in (COUNTY, *PROVINCES)
        for word in (area.code, area.name, area.official_name)
    },
}
NAMES = {
    word.casefold(): indicator.name
    for indicator in INDICATORS
    for word in (indicator.name, indicator.label_sv, indicator.label_en)
}
LONGEST_NOTE = 500


@dataclass
class StatedFile:
    """What a file states, by year and figure, and what is wrong with it; each line's number."""

    table: FileTable
    left_out: Sequence[int]
    totals: dict[int, dict[Spot, Total]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    line_of_year: dict[int, int] = field(default_factory=dict)
    without_value: int = 0


def read_totals(rows: FileRows, left_out: Sequence[int] | None = None) -> StatedFile:
    """Every figure of a file; a line without a value is left alone; raises UnreadableFile.

    `left_out` are the lines that are not read, None for those that only add up others.
    """
    whole = table(rows, knows)
    places = _columns(whole.header)
    lacking = [name for name in COLUMNS[:4] if name not in places]
    if lacking:
        names = ", ".join(_heads()[name] for name in lacking)
        words = _("Kolumner saknas: %(names)s", names=names)
        raise UnreadableFile(Fault(whole.header_line, "", words), sheet=rows.sheet)
    chosen = whole.sums if left_out is None else left_out
    result = StatedFile(whole, chosen, notes=found_notes(rows, whole))
    _read_lines(whole.without(chosen), places, result)
    result.notes += _unread(whole, places, result.without_value)
    return result


def _unread(found: FileTable, places: dict[str, int], without_value: int) -> Iterator[str]:
    if without_value:
        yield ngettext("%(num)s rad saknar värde och läses inte.",
                       "%(num)s rader saknar värde och läses inte.",
                       without_value)  # fmt: skip
    names = [
        name_of(found.header, at)
        for at in range(len(found.header))
        if at not in places.values() and any(cells[at] for _line, cells in found.lines)
    ]
    if names:
        yield _("Kolumner som inte läses: %(names)s.", names=", ".join(names))


def knows(heading: str) -> bool:
    """Whether a heading is one that says what a column is."""
    return plain(heading) in HEADS or plain(heading).replace(" ", "_") in COLUMNS


def _heads() -> dict[str, str]:
    return {"year": _("år"), "area": _("område"), "indicator": _("mått"), "value": _("värde")}


def _columns(header: tuple[str, ...]) -> dict[str, int]:
    names = [HEADS.get(plain(name), plain(name).replace(" ", "_")) for name in header]
    return {name: names.index(name) for name in COLUMNS if name in names}


def _read_lines(found: FileTable, places: dict[str, int], result: StatedFile) -> None:
    columns = [
        next((n for n, p in places.items() if p == at), "") for at in range(len(found.header))
    ]
    for number, cells in found.lines:
        line = {name: cells[at] for name, at in places.items()}
        faults = found.faults_in(number, columns)
        if is_blank(line["value"]) and not faults:
            result.without_value += 1
            continue
        faults = faults or [*_faults(number, line, result)]
        if not faults:
            spot = (*AREAS[folded(line["area"])], NAMES[folded(line["indicator"])])
            total = Total(_whole(line["value"]), line.get("note_sv", ""), line.get("note_en", ""))
            year = _whole(line["year"])
            result.line_of_year.setdefault(year, number)
            result.totals.setdefault(year, {})[spot] = total
        result.faults += faults


def _whole(text: str) -> int:
    """A whole number, also as a spreadsheet writes it: 31,0; -1 for anything else."""
    found = NO_DECIMALS.fullmatch(text.strip())
    try:
        value = read_whole_number(found[1] if found else text)
    except Unreadable:
        return -1
    return -1 if value is None else value


def _faults(number: int, line: dict[str, str], result: StatedFile) -> Iterator[Fault]:
    area = AREAS.get(folded(line["area"]))
    name = NAMES.get(folded(line["indicator"]))
    year = _whole(line["year"])
    if not 1000 <= year <= 9999:
        yield _fault(number, line, "year", _("Skriv årtalet med fyra siffror."))
    if area is None:
        names = ", ".join(province.name for province in PROVINCES)
        words = _("Området ska vara länet eller ett av landskapen: %(names)s.", names=names)
        yield _fault(number, line, "area", words)
    if name is None:
        yield _fault(number, line, "indicator", _("Måttet finns inte. Mallen har alla mått."))
    value = _whole(line["value"])
    if value < 0:
        yield _fault(number, line, "value", _("Skriv ett heltal, till exempel 7"))
    elif value > MOST:
        yield _fault(number, line, "value",
                     _("Skriv ett antal mellan 0 och %(most)s", most=MOST))  # fmt: skip
    if any(len(line.get(note, "")) > LONGEST_NOTE for note in ("note_sv", "note_en")):
        yield Fault(number, "", _("Skriv högst 500 tecken."))
    if area and name and (*area, name) not in spots():
        yield _fault(number, line, "area", _("Måttet anges bara för länet."))
    elif area and name and (*area, name) in result.totals.get(year, {}):
        yield _fault(number, line, "indicator",
                     _("Samma siffra står på en rad tidigare i filen."))  # fmt: skip


def _fault(number: int, line: dict[str, str], name: str, words: str) -> Fault:
    return Fault(number, _heads()[name], words, shown(line[name]))


@dataclass(frozen=True)
class Sum:
    """One indicator of the county: what the file makes and what was stated, if anything."""

    indicator: str
    found: int
    stated: int | None

    @property
    def difference(self) -> int | None:
        """How much more the file has; None where nothing was stated."""
        return None if self.stated is None else self.found - self.stated


def compared(plan: Plan, db: Database, year: int) -> list[Sum]:
    """Every indicator that the file has an answer to, beside the printed total."""
    stated = {
        v.indicator: v.value
        for v in printed_years.printed(db)
        if v.year == year and (v.area_type, v.area_code) == COUNTY.key
    }
    inside = [x for x in plan.lines if not x.answers or x.answers.get("status") not in OUT_OF_SCOPE]
    return [
        Sum(i.name, sum(_amount(line, i) for line in inside), stated.get(i.name))
        for i in PUBLISHED
        if i.name == COUNTED or any(q in plan.questionnaire for q in i.questions)
    ]


def _amount(line: Planned, indicator: Indicator) -> int:
    if indicator.name == COUNTED:
        return 1
    numbers = ((line.answers or {}).get(question) for question in indicator.questions)
    return sum(number for number in numbers if isinstance(number, int))
