"""Which areas there are: a county, its provinces, and the municipalities in each.

`published/areas.csv` says it, in the order in which areas are listed, and nothing else does: the
form's choices, the register, the figures and what protects them, charts, documents and data pages
all ask here, or `areas` in `open.db`, which is written from here. Another county is another file.
"""

from dataclasses import dataclass
from unicodedata import normalize

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
        return normalize("NFD", self.name).encode("ascii", "ignore").decode().lower()


def _area(line: dict[str, str]) -> Area:
    column, _, row = line["tile"].partition(" ")
    tile = (int(column), int(row)) if row else None
    plain = {name: value for name, value in line.items() if name not in ("tile", "note")}
    return Area(tile=tile, **plain)


_LINES = tuple(map(_area, packaged_lines("areas")))
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
# What every page may say of the county.
WORDS = {"county": COUNTY, "provinces": PROVINCES, "file_stem": FILE_STEM}


def municipalities_of(province: Area) -> tuple[str, ...]:
    """The codes of a province's municipalities, in the order of the file."""
    return tuple(area.code for area in _LINES if area.part_of == province.code)
