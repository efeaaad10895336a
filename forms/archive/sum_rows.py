"""The lines of a table that are nobody's: sums, averages, notes below, and the heading once more.

They are proposed to be left out, and a person decides. A line with an organisation number is
somebody's, whatever its name begins with.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from forms.archive import Row
from survey_data.errors import InvalidOrgNumber
from survey_data.geography import COUNTY, PROVINCES
from survey_data.personal_numbers import check_org_number

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
