"""Whose line of a file it is: an enterprise's, or nobody's.

An enterprise is found in the register, matched by the coordinator, or added as history. Nobody's
are sums, averages, notes below, and the heading once more: they are proposed to be left out, and a
person decides. A line with an organisation number is somebody's, whatever its name begins with.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.archive import Row, folded
from survey_data.errors import InvalidOrgNumber
from survey_data.geography import COUNTY, PROVINCES
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.typed_text import check_org_number

ADD = "add"
# Alike enough to be offered; and so alike that a person must say which it is.
ALIKE, NEARLY_THE_SAME = 0.8, 0.92
MOST_CANDIDATES = 5


@dataclass(frozen=True)
class Whose:
    """What a line says of its enterprise."""

    number: int
    org_number: str
    name: str
    unit: str
    municipality_code: str | None

    @property
    def said(self) -> str:
        """The enterprise as the file calls it."""
        return " – ".join(part for part in (self.name or self.org_number, self.unit) if part)


@dataclass(frozen=True)
class Unknown:
    """An enterprise that is not in the register, those it may be, and what was chosen."""

    line: int
    said: str
    org_number: str
    candidates: tuple[Enterprise, ...]
    can_be_added: bool
    chosen: str


class Who:
    """The register as the lines of a file ask for it."""

    def __init__(self, db: Database, year: int, matches: Mapping[str, str]) -> None:
        self.everyone, self.year, self.matches = enterprises.enterprises(db), year, matches
        self.by_id = {str(each.id): each for each in self.everyone}
        self.unknown: list[Unknown] = []
        self.taken: dict[object, int] = {}

    def trouble(self, whose: Whose) -> str:
        """Why a line cannot be anyone's, or ""; notes who has had a line already."""
        if not whose.org_number and not whose.name:
            return _("Raden säger inte vilket företag det är.")
        known = self.known(whose)
        key = known.id if known else (whose.org_number or folded(whose.name), folded(whose.unit))
        first = self.taken.setdefault(key, whose.number)
        if first != whose.number:
            if str(whose.number) in self.matches:
                # Chosen so by hand: it can be chosen otherwise.
                self.unknown.append(self._unknown(whose))
            return _("Samma företag som på rad %(n)s.", n=first)
        return ""

    def known(self, whose: Whose) -> Enterprise | None:
        """The enterprise of the register, by number and unit, or by its exact name, or matched."""
        return self._found(whose) or self.by_id.get(self.matches.get(str(whose.number), ""))

    def _found(self, whose: Whose) -> Enterprise | None:
        alike = [e for e in self.everyone if whose.org_number and e.org_number == whose.org_number]
        if not whose.org_number:
            alike = [e for e in self.everyone if folded(e.name) == folded(whose.name)]
        exact = [e for e in alike if folded(e.unit_name) == folded(whose.unit)]
        # Where only one has the number, a file that names no unit means that one.
        found = exact or (alike if not whose.unit else [])
        return found[0] if len(found) == 1 else None

    def enterprise(self, whose: Whose) -> Enterprise | None:
        """The one known, or one to be added; None while nobody has said which."""
        known = self.known(whose)
        if known and self._found(whose):
            return known
        unknown = self._unknown(whose)
        self.unknown.append(unknown)
        if known or unknown.chosen != ADD:
            return known
        town, first = whose.municipality_code or "", f"{self.year}-01-01"
        return Enterprise(whose.org_number, whose.name, town, first, unit_name=whose.unit)

    def _unknown(self, whose: Whose) -> Unknown:
        scores = [(self._likeness(whose, each), each) for each in self.everyone]
        likely = sorted((s for s in scores if s[0] >= ALIKE), key=lambda s: -s[0])
        candidates = tuple(each for _score, each in likely[:MOST_CANDIDATES])
        can = bool(whose.org_number and whose.name and whose.municipality_code)
        chosen = self.matches.get(str(whose.number), "")
        # One that nothing in the register looks like is history, unless somebody says otherwise.
        is_likely = bool(likely) and likely[0][0] >= NEARLY_THE_SAME
        chosen = chosen or (ADD if can and not is_likely else "")
        if (chosen == ADD and not can) or (chosen not in self.by_id and chosen != ADD):
            chosen = ""
        return Unknown(whose.number, whose.said, whose.org_number, candidates, can, chosen)

    def _likeness(self, whose: Whose, each: Enterprise) -> float:
        if whose.org_number and whose.org_number == each.org_number:
            return 1.0
        matcher = SequenceMatcher(None, folded(whose.name), folded(each.name))
        return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


# What stands alone as the name of a sum; and what begins or ends such a name.
SUM = r"(?:del|mellan|total|slut)?summa"
TOTAL = r"(?:sub|grand )?total(?:t|er|s|summa)?"
AVERAGE = r"medel(?:värde)?|genomsnitt|average|mean"
# The heading of a part of the table, or its sum.
REGIONS = "|".join(re.escape(name) for area in (COUNTY, *PROVINCES) for name in
                   (area.name, area.official_name))  # fmt: skip
SUM_NAMES = re.compile(
    rf"{SUM}|{TOTAL}|{AVERAGE}|summering|tot|s:a|sum|Σ|sammanlagt|tillsammans|snitt|median|andel"
    r"|antal|(?:samtliga|alla)(?: företag)?",
    re.IGNORECASE,
)
SUM_BEGINS = re.compile(
    rf"(?:{SUM}|{TOTAL}|{AVERAGE}|s:a|sum|sammanlagt|andel|antal (?:företag|svar|asf))\b.*"
    rf"|.*\b(?:totalt|summa|sammanlagt)|(?:hela )?länet|riket|(?:region )?(?:{REGIONS})s?(?: län)?",
    re.IGNORECASE,
)
# What stands alone in a row below a table.
NOTE_WORDS = re.compile(
    r"(?:källa|källor|not|noter|anm|anmärkning|obs|source|note|kommentar|uppdatera[dt]|hämtad"
    r"|utskriven)\b.*|(?:[*†¹²³]|\d\)).*",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[-−]?\d[\d ]*(?:[.,]\d+)?")


def sum_rows(header: Sequence[str], lines: Sequence[Row]) -> Iterator[int]:
    """The numbers of the lines that say that they are a sum or a note, or add up those above."""
    heads = [text.casefold() for text in header]
    above = Counter[int]()
    rows = 0
    for line, cells in lines:
        is_nobodys, said = not any(map(is_org_number, cells)), [cell for cell in cells if cell]
        is_note = len(said) == 1 and NOTE_WORDS.fullmatch(said[0])
        if is_nobodys and (is_note or [text.casefold() for text in cells] == heads):
            yield line
        elif is_nobodys and (_says_so(cells) or (rows > 1 and _is_sum(cells, above))):
            yield line
            above, rows = Counter(), 0
        else:
            above.update({at: _number(text) or 0 for at, text in enumerate(cells)})
            rows += 1


def is_org_number(text: str) -> bool:
    """Whether a text is an organisation number."""
    # Most cells are none, and a list has many.
    if sum(map(str.isdigit, text)) < 10:
        return False
    try:
        check_org_number(text)
    except InvalidOrgNumber:
        return False
    return True


def _says_so(cells: Sequence[str]) -> bool:
    texts = [cell.strip(":=. ") for cell in cells if re.search(r"[^\W\d_]|Σ", cell)]
    if not texts:
        return False
    # A longer name is a sum's only where no other text makes it somebody's.
    return bool(SUM_NAMES.fullmatch(texts[0])) or (
        len(texts) == 1 and bool(SUM_BEGINS.fullmatch(texts[0]))
    )


def _is_sum(cells: Sequence[str], above: Counter[int]) -> bool:
    """Whether a line has nothing but sums of what stands above it."""
    numbers = {at: _number(text) for at, text in enumerate(cells) if text}
    alike = [n is not None and n == above[at] for at, n in numbers.items()]
    return bool(alike) and all(alike) and any(numbers.values())


def _number(text: str) -> int | None:
    """A number in hundredths."""
    if not NUMBER.fullmatch(text):
        return None
    return round(100 * float(text.replace(" ", "").replace("−", "-").replace(",", ".")))
