"""Totals that somebody printed of a year that no answers are kept of: kept as they were stated.

A total that its parts do not add up to is never put right: both are shown, as for 2018 and 2020.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, read_row, rows, run, scalar, writing
from survey_data.errors import OfYear
from survey_data.geography import COUNTY, PROVINCES
from survey_data.history import printed_series
from survey_data.statistics.indicators import INDICATORS
from survey_data.statistics.tabulation import PUBLISHED

Spot = tuple[str, str, str]
# A year in which any of these is printed is an inventory; the association's own work is none.
COUNTED = frozenset(indicator.name for indicator in PUBLISHED)
# Which of the association's own series an indicator is part of.
SERIES = {"reached": "reached", "places_granted": "places", "places_used": "places"}
# A count of enterprises that is older than the idea would be a slip of the pen.
FIRST_YEAR = 1990
# Why a year takes no stated totals.
YEAR_TAKEN = {
    "printed": "Siffrorna för {} följer med produkten som de är tryckta.",
    "answers": "Det finns svar för {}. De publiceras i stället för totaler.",
    "open": "Omgången {} är öppen.",
    "outside": "{} är inget år som kan ha varit.",
    "kept": "Förbundets egen serie är klar för {}.",
}


class YearTaken(OfYear):
    """A year cannot be filled with totals; `why` is a key of YEAR_TAKEN."""

    def __init__(self, year: int, why: str) -> None:
        self.says, self.why = YEAR_TAKEN[why], why
        super().__init__(year)


class TotalsReleased(OfYear):
    """A total that has been published can be changed, but not taken away."""

    says = "Totalerna för {} är publicerade. De kan rättas men inte tas bort."


@dataclass(frozen=True)
class Source:
    """Where totals were printed: title, publisher, page and address on the web."""

    title_sv: str
    publisher: str
    title_en: str = ""
    page: str = ""
    url: str = ""
    # What the published figures name it by, once it is kept.
    key: str = field(default="", compare=False)


@dataclass(frozen=True)
class Total:
    """One stated figure with the note that is its own."""

    value: int
    note_sv: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class StatedYear:
    """A year's totals by figure, where they were printed, and the note that all of them have."""

    year: int
    source: Source
    totals: Mapping[Spot, Total] = field(default_factory=dict)
    note_sv: str = ""
    note_en: str = ""

    @property
    def amounts(self) -> dict[Spot, int]:
        """The totals without their notes."""
        return {spot: total.value for spot, total in self.totals.items()}


def spots() -> tuple[Spot, ...]:
    """Every figure that can be stated: the county's, and those of provinces that have them."""
    return tuple(
        (*area, indicator.name)
        for indicator in INDICATORS
        for area in (COUNTY.key, *(province.key for province in PROVINCES))
        if area == COUNTY.key or "province" in indicator.below_county
    )


def refuse(db: Database, year: int, names: Iterable[str] = ()) -> None:
    """Raise YearTaken for a year that cannot be filled with totals of these indicators."""
    if any(value.year == year for value in printed_series.published()):
        raise YearTaken(year, "printed")
    if not FIRST_YEAR <= year <= clock.today().year:
        raise YearTaken(year, "outside")
    if _is_complete(db, year, names):
        raise YearTaken(year, "kept")
    sql = """SELECT closed_at, EXISTS (SELECT 1 FROM response p JOIN invitation i
        ON i.id = p.invitation_id WHERE i.round_id = r.id) AS answered
        FROM round r WHERE year = ?"""
    asked = first(db, sql, (year,))
    if asked and (asked["answered"] or not asked["closed_at"]) and not _may_stay(db, year, names):
        raise YearTaken(year, "answers" if asked["closed_at"] else "open")


def _is_complete(db: Database, year: int, names: Iterable[str]) -> bool:
    """Whether the association has completed that year of a series with one of the indicators."""
    found = rows(db, "SELECT series FROM complete_year WHERE year = ?", (year,))
    return not {row["series"] for row in found}.isdisjoint(SERIES.get(name) for name in names)


def _may_stay(db: Database, year: int, names: Iterable[str]) -> bool:
    """Whether totals that were there first stand beside a round that came later."""
    known = _totals(db, year)
    if COUNTED.intersection(spot[2] for spot in known):
        return True
    # Of the association's own work no enterprise answers anything.
    return bool(known) and not COUNTED.intersection(names)


def of_year(db: Database, year: int) -> StatedYear | None:
    """What is stated of a year, or None."""
    sql = """SELECT y.*, s.key, s.title_sv, s.title_en, s.publisher, s.page, s.url
        FROM stated_year y JOIN stated_source s ON s.id = y.source_id WHERE year = ?"""
    row = first(db, sql, (year,))
    if row is None:
        return None
    source = read_row(Source, row)
    return StatedYear(year, source, _totals(db, year), row["note_sv"], row["note_en"])


def _totals(db: Database, year: int) -> dict[Spot, Total]:
    order = {spot: place for place, spot in enumerate(spots())}
    found = rows(db, "SELECT * FROM stated_total WHERE year = ?", (year,))
    totals = {(r["area_type"], r["area_code"], r["indicator"]): read_row(Total, r) for r in found}
    return dict(sorted(totals.items(), key=lambda item: order[item[0]]))


def years(db: Database) -> list[int]:
    """The years that totals are stated of, oldest first."""
    return [row["year"] for row in rows(db, "SELECT year FROM stated_year ORDER BY year")]


def save(db: Database, wanted: StatedYear, actor: str) -> bool:
    """Keep a year's totals instead of those that are there; tells whether anything changed.

    Whoever saves has said that all of them are public already. The trail has the old values.
    Raises YearTaken, or TotalsReleased where a figure that has been published would go.
    """
    with writing(db):
        refuse(db, wanted.year, {spot[2] for spot in wanted.totals})
        before = of_year(db, wanted.year)
        if before == replace(wanted, totals=dict(wanted.totals)):
            return False
        gone = set(before.totals) - set(wanted.totals) if before else set()
        if gone & _released(db, wanted.year):
            raise TotalsReleased(wanted.year)
        _write(db, wanted, actor)
        audit_trail.record(
            db, actor, "totals changed" if before else "totals stated", f"totals {wanted.year}",
            before=_recorded(before, wanted) if before else None, after=_recorded(wanted, before),
        )  # fmt: skip
    return True


def _recorded(one: StatedYear, other: StatedYear | None) -> dict[str, Any]:
    """What one says that the other does not say alike, as the trail keeps it."""
    facts = {**_facts_of(one.source), "note_sv": one.note_sv, "note_en": one.note_en}
    facts |= {f"{a} {name}": asdict(total) for (_, a, name), total in one.totals.items()}
    others = _recorded(other, None) if other else {}
    return {name: value for name, value in facts.items() if others.get(name) != value}


def _write(db: Database, wanted: StatedYear, actor: str) -> None:
    year = wanted.year
    run(db, "DELETE FROM stated_total WHERE year = ?", (year,))
    is_inventory = any(spot[2] in COUNTED for spot in wanted.totals)
    db.table("stated_year").upsert({
        "year": year, "source_id": _source_id(db, wanted.source), "is_inventory": is_inventory,
        "note_sv": wanted.note_sv, "note_en": wanted.note_en, "public_says": actor,
        "public_said_at": clock.now(),
    }, pk="year")  # fmt: skip
    db.conn.executemany(
        "INSERT INTO stated_total VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(year, *spot, t.value, t.note_sv, t.note_en) for spot, t in wanted.totals.items()],
    )


def _facts_of(source: Source) -> dict[str, Any]:
    return {name: value for name, value in vars(source).items() if name != "key"}


def _source_id(db: Database, source: Source) -> int:
    facts = _facts_of(source)
    same = " AND ".join(f"{name} = :{name}" for name in facts)
    known = scalar(db, f"SELECT id FROM stated_source WHERE {same}", facts)
    if known is not None:
        return int(known)
    number = int(scalar(db, "SELECT coalesce(max(id), 0) + 1 FROM stated_source"))
    return insert(db, "stated_source", facts | {"id": number, "key": f"angiven-{number}"})


def _released(db: Database, year: int) -> set[Spot]:
    sql = """SELECT DISTINCT area_type, area_code, indicator FROM released_figure
        WHERE year = ? AND source IN (SELECT key FROM stated_source)"""
    return {(r["area_type"], r["area_code"], r["indicator"]) for r in rows(db, sql, (year,))}


def is_released(db: Database, year: int) -> bool:
    """Whether a year's totals are part of a release: then they can be changed but not go."""
    return bool(_released(db, year))


def remove(db: Database, year: int, actor: str) -> bool:
    """Take a year's totals away; tells whether there were any. Raises TotalsReleased."""
    with writing(db):
        before = of_year(db, year)
        if before is None:
            return False
        if is_released(db, year):
            raise TotalsReleased(year)
        run(db, "DELETE FROM stated_total WHERE year = ?", (year,))
        run(db, "DELETE FROM stated_year WHERE year = ?", (year,))
        said = _recorded(before, None)
        audit_trail.record(db, actor, "totals removed", f"totals {year}", before=said)
    return True
