"""Which areas there are: a county, its provinces, and the municipalities in each.

`published/areas.csv` says it, in the order in which areas are listed, and nothing else does: the
form's choices, the register, the figures and what protects them, charts, documents and data pages
all ask here, or `areas` in `open.db`, which is written from here. Another county is another file:
what was printed of the one that a line of `published/sources.csv` names is then left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from babel.lists import format_list

from survey_data import packaged_lines


@dataclass(frozen=True)
class Area:
    """The county, a province or a municipality, and the code of the area it lies in."""

    area_type: str
    code: str
    name: str
    official_name: str
    part_of: str
    # Column and row on the map of tiles: the coast to the right, the north on top.
    tile: tuple[int, int] | None
    # What the rest of the world calls it; the catalogue names the county so.
    uri: str

    @property
    def key(self) -> tuple[str, str]:
        """How figures name it, as ("county", "21")."""
        return self.area_type, self.code

    @property
    def slug(self) -> str:
        """The name as it stands in an address: "ovanaker"."""
        plain = normalize("NFD", self.name).encode("ascii", "ignore").decode().lower()
        return plain.replace(" ", "-")

    @property
    def count_column(self) -> str:
        """The column with a province's number of enterprises: "enterprises_halsingland"."""
        return f"enterprises_{self.code.lower()}"


def _area(line: dict[str, str]) -> Area:
    column, _, row = line["tile"].partition(" ")
    tile = (int(column), int(row)) if row else None
    plain = {name: value for name, value in line.items() if name not in ("tile", "note")}
    return Area(tile=tile, **plain)


# What each kind of area lies in, and how its code is written: a province's names a column.
KINDS = {
    "county": ("", r"[0-9]{2}", "två siffror"),
    "province": ("county", r"[A-Z][A-Z_]*", "versaler utan prickar och mellanslag"),
    "municipality": ("province", r"[0-9]{4}", "fyra siffror"),
}


def faults(lines: Sequence[Area]) -> Iterator[str]:
    """What makes a declaration of areas unusable, a sentence for each fault."""
    if [area.area_type for area in lines].count("county") != 1:
        yield "Det ska finnas exakt en rad för ett län."
    for area in lines:
        if area.area_type not in KINDS:
            yield f"{area.name}: {area.area_type} är inget slags område."
            continue
        kind, written, words = KINDS[area.area_type]
        if not re.fullmatch(written, area.code):
            yield f"{area.name}: koden {area.code} ska vara {words}."
        if kind and (kind, area.part_of) not in {each.key for each in lines}:
            yield f"{area.name}: området {area.part_of} som det ligger i saknas."
        if area.area_type != "municipality" and area.code not in {each.part_of for each in lines}:
            yield f"{area.name}: inget område ligger i det."
    for area in lines:
        alike = [each.name for each in lines if _identifiers(each) & _identifiers(area)]
        if alike[1:] and area.name == alike[0]:
            yield f"{' och '.join(alike)} har samma kod, adress eller ruta."


def _identifiers(area: Area) -> set[object]:
    return {area.key, (area.area_type, area.slug), area.tile or area.key}


_LINES = tuple(map(_area, packaged_lines("areas")))
if _FAULTS := list(faults(_LINES)):
    raise SystemExit(f"published/areas.csv går inte att använda. {' '.join(_FAULTS)}")
[COUNTY] = (area for area in _LINES if area.area_type == "county")
PROVINCES = tuple(area for area in _LINES if area.area_type == "province")
# By name, as lists of them are read.
MUNICIPALITIES = tuple(
    sorted((a for a in _LINES if a.area_type == "municipality"), key=lambda m: m.name)
)
AREAS = (COUNTY, *PROVINCES, *MUNICIPALITIES)
NAMES = {area.key: area.name for area in AREAS}
# What the names of downloaded files begin with: asf-gavleborg.
FILE_STEM = f"asf-{COUNTY.slug}"


_CODES = [province.code for province in PROVINCES]
# What the published words say of the areas, by the names that stand for it there.
_NAMED = {
    "{code}": COUNTY.code,
    "{county}": COUNTY.name,
    "{official_name}": COUNTY.official_name,
    "{provinces}": ", ".join(_CODES),
    "{provinces_eller}": format_list(_CODES, "or", "sv"),
    "{provinces_or}": format_list(_CODES, "or", "en_GB"),
}


def named_lines(name: str) -> list[dict[str, str]]:
    """The lines of a published file with the areas' names in them; one that names a province is
    repeated for each."""
    found = []
    for line in packaged_lines(name):
        is_of_each = any("{province}" in value for value in line.values())
        for province in PROVINCES if is_of_each else PROVINCES[:1]:
            own = {"{province}": province.name, "{enterprises_province}": province.count_column}
            filled = dict(line)
            for mark, words in (_NAMED | own).items():
                filled = {column: value.replace(mark, words) for column, value in filled.items()}
            found.append(filled)
    return found


def sources() -> list[dict[str, str]]:
    """The sources that come with the product, without those of another county."""
    found = named_lines("sources")
    return [line for line in found if line.pop("county") in ("", COUNTY.code)]


# The source of all that was printed of 2016–2020, and whether it is this county's.
PRINTED_SOURCE = "slutrapport-2016-2020"
HAS_PRINTED = PRINTED_SOURCE in {line["key"] for line in sources()}


def printed_lines(name: str) -> list[dict[str, str]]:
    """What was printed, as a file has it; nothing where another county's is declared."""
    return packaged_lines(name) if HAS_PRINTED else []


# What every page may say of the county.
WORDS = {
    "county": COUNTY,
    "provinces": PROVINCES,
    "file_stem": FILE_STEM,
    "has_printed": HAS_PRINTED,
}


def municipalities_of(province: Area) -> tuple[str, ...]:
    """The codes of a province's municipalities, in the order of the file."""
    return tuple(area.code for area in _LINES if area.part_of == province.code)
