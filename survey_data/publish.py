"""survey.db → analysts.db and open.db: the only way figures leave the private file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data import (
    audit,
    calendar,
    clock,
    estimates,
    gate,
    population,
    protection,
    register,
    release_requests,
    rounds,
)
from survey_data.analysts_db import write_analysts_db
from survey_data.board_mail import queue as queue_board_mail
from survey_data.changes_db import write_changes
from survey_data.comments import write_comments
from survey_data.database import rows, scalar, writing
from survey_data.open_db import Coverage, HiddenValue, Release, write_open_db
from survey_data.protection import Protected
from survey_data.releases import archive
from survey_data.releases.making import kept, write_about
from survey_data.rounds import Round
from survey_data.series import SeriesValue, discrepancies, published
from survey_data.tables import COUNTED, COUNTY_CODE, County, Figure

SOURCE = "inventering"
COUNTY_ENTERPRISES = ("county", COUNTY_CODE, COUNTED)
NOT_LIGHTEST = (
    "Skyddet är säkert men kan dölja fler siffror än det behöver.",
    "The protection is safe but may hide more figures than it needs to.",
)


@dataclass(frozen=True)
class Places:
    """Where the published databases lie, the folder of releases, and the site's address."""

    analysts: Path
    open: Path
    releases: Path | None = None
    address: str = ""


def publish(
    survey: Database,
    places: Places,
    actor: str,
    *,
    history: Sequence[SeriesValue] | None = None,
    note_sv: str = "",
    note_en: str = "",
    is_preliminary: bool = False,
    closed_by: str | None = None,
) -> Release:
    """Publish every closed round and the printed series as one new release.

    One that `is_preliminary` says so, and the next one is then the final. A year that was
    printed (`history`, normally 2016–2020) stays as printed; its rounds, if any, are left out of
    the open figures; so are rounds that closed after the moment `closed_by`. Raises NotProtected,
    and then nothing has changed.
    """
    # Two who publish at once queue here: each release gets its own number and is whole.
    with writing(survey):
        return _publish(survey, places, actor, history, note_sv, note_en, is_preliminary, closed_by)


def _publish(
    survey: Database,
    places: Places,
    actor: str,
    history: Sequence[SeriesValue] | None,
    note_sv: str,
    note_en: str,
    is_preliminary: bool,
    closed_by: str | None,
) -> Release:
    printed = published() if history is None else history
    closed = [
        r
        for r in rounds.all_rounds(survey)
        if r.closed_at and (closed_by is None or r.closed_at <= closed_by)
    ]
    new = [r for r in closed if r.year not in inventory_years(printed)]
    plans = {r.year: protected(survey, r) for r in new}
    notes = _release_notes(plans.values(), note_sv, note_en)
    release = numbered(survey, printed, new, *notes, is_preliminary)
    release = archive.unused(places.releases, release)
    open_db = _fresh()
    county = population.county(survey)
    observations = [*printed, *_values(new, plans, county)]
    write_open_db(
        open_db,
        release,
        observations,
        discrepancies() if history is None else (),
        [
            *_printed_coverage(printed),
            *(coverage_of(r, plans[r.year]) for r in new),
        ],
        [(m.code, m.name, m.province) for m in register.municipalities(survey)],
    )
    # Where a change waits, nothing that is made of it may be told either.
    waiting = {year for year, plan in plans.items() if plan.is_held}
    write_changes(open_db, survey, [r for r in closed if r.year not in waiting], observations)
    write_comments(open_db, survey)
    write_about(open_db, survey, [r for r in new if r.year not in waiting], release, places.address)
    certificates = gate.check(open_db, list(plans.values()))
    analysts_db = _fresh()
    write_analysts_db(analysts_db, survey, release, closed)
    with kept(survey, open_db, release.id, places.releases) as keep:
        _replace(analysts_db, places.analysts)
        _replace(open_db, places.open)
        _remember(survey, release, actor)
        gate.remember(survey, release.id, list(plans.values()), certificates)
        keep()
    for held in new:
        estimates.note_used(survey, release.id, estimates.used(survey, held).values())
        calendar.note_done(
            survey, held.id, f"{'preliminary' if is_preliminary else 'final'}_release"
        )
    return release


def settle(survey: Database, places: Places) -> None:
    """Make sure that both published files are there, whole, and of the same release.

    A process killed while publishing can leave a journal, which only a writer can roll back,
    or one file a release ahead of the other; then both are published anew.
    """
    found = {_release_in(path) for path in (places.analysts, places.open)}
    known = {None, *(release["id"] for release in releases(survey))}
    if len(found) > 1 or not found <= known - {None}:
        publish(survey, places, "start", closed_by=release_requests.approved_until(survey))
    elif places.releases is not None:
        archive.settle(places.releases, places.open)


def _release_in(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        try:
            row = db.execute("SELECT id FROM release").fetchone()
        except sqlite3.DatabaseError:
            return None
    return str(row[0]) if row else None


def inventory_years(printed: Iterable[SeriesValue]) -> frozenset[int]:
    """The years whose figures stand as printed."""
    return frozenset(value.year for value in printed if value.indicator == "enterprises")


def protected(survey: Database, held: Round) -> Protected:
    """A round's figures as they may be shown; raises NotProtected."""
    basis = population.basis_of(survey, held)
    was_printed = held.year in inventory_years(published())
    county = replace(population.county(survey), only_as_printed=was_printed)
    return protection.protect_year(survey, held.year, basis, county)


def figures_of(plan: Protected, county: County) -> tuple[Figure, ...]:
    """The figures of a plan; those that any estimate is a part of say so."""
    touched = {area for m in plan.basis.estimated for area in county.of(m)}
    return tuple(
        replace(f, status="e")
        if f.status == "n" and f.spot[:2] in touched and f.indicator != COUNTED
        else f
        for f in plan.figures
    )


def _release_notes(plans: Iterable[Protected], sv: str, en: str) -> tuple[str, str]:
    """The notes, with a word where time ran out before the lightest pattern was found."""
    if all(plan.is_lightest for plan in plans):
        return sv, en
    return " ".join(filter(None, (sv, NOT_LIGHTEST[0]))), " ".join(
        filter(None, (en, NOT_LIGHTEST[1]))
    )


def coverage_of(held: Round, plan: Protected) -> Coverage:
    """Coverage as it may be told: "n of N" would give a hidden number of enterprises away."""
    asked: int | None = plan.basis.asked
    answered: int | None = plan.basis.answered
    if any(f.value is None and f.spot == COUNTY_ENTERPRISES for f in plan.figures):
        asked = answered = None
    return Coverage(held.year, asked, answered, held.is_example, held.reference_date.isoformat())


def _printed_coverage(printed: Iterable[SeriesValue]) -> Iterator[Coverage]:
    for year in sorted(inventory_years(printed)):
        yield Coverage(year, None, None, False, None)


def _values(
    held: Iterable[Round], plans: Mapping[int, Protected], county: County
) -> Iterator[SeriesValue | HiddenValue]:
    for each in held:
        coverage = coverage_of(each, plans[each.year])
        for figure in figures_of(plans[each.year], county):
            notes = _notes(coverage, figure)
            if figure.value is None:
                yield HiddenValue(
                    each.year, figure.area_type, figure.area_code, figure.indicator, *notes
                )
            else:
                yield SeriesValue(each.year, *_plain(figure), *notes, SOURCE)


def _plain(figure: Figure) -> tuple[str, str, str, int, str]:
    assert figure.value is not None
    return figure.area_type, figure.area_code, figure.indicator, figure.value, figure.status


def _notes(coverage: Coverage, figure: Figure) -> tuple[str, str]:
    sv, en = [], []
    if coverage.is_example:
        sv.append("Exempel: företagen är påhittade.")
        en.append("Example: the enterprises are fictitious.")
    partial = coverage.asked is not None and coverage.answered != coverage.asked
    if partial and figure.indicator != "enterprises" and figure.area_type == "county":
        sv.append(f"{coverage.answered} av {coverage.asked} företag svarade.")
        en.append(f"{coverage.answered} of {coverage.asked} enterprises answered.")
        if figure.status == "e":
            sv.append("För några av de andra är förra årets uppgift framskriven.")
            en.append("For some of the others, last year's number is carried forward.")
    return " ".join(sv), " ".join(en)


def numbered(
    survey: Database,
    printed: Sequence[SeriesValue],
    new: Sequence[Round],
    note_sv: str,
    note_en: str,
    is_preliminary: bool,
) -> Release:
    """The next release: its number, kind and notes."""
    year = max([*inventory_years(printed), *(r.year for r in new)], default=clock.today().year)
    earlier = scalar(survey, "SELECT count(*) FROM release WHERE id LIKE ?", (f"{year}-%",))
    final = "SELECT count(*) FROM release WHERE id LIKE ? AND kind <> 'preliminary'"
    kind = "revised" if scalar(survey, final, (f"{year}-%",)) else "final"
    return Release(
        id=f"{year}-{earlier + 1}",
        published_at=clock.now(),
        kind="preliminary" if is_preliminary else kind,
        includes_examples=any(r.is_example for r in new),
        note_sv=note_sv,
        note_en=note_en,
    )


def _remember(survey: Database, release: Release, actor: str) -> None:
    with writing(survey):
        survey["release"].insert(  # type: ignore[union-attr]
            asdict(release) | {"includes_examples": int(release.includes_examples), "actor": actor}
        )
        audit.record(survey, actor, "published", f"release {release.id}")
        queue_board_mail(survey, release, actor)


def _fresh() -> Database:
    """An empty database in memory, whose pages become the published file's."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return Database(connection, execute_plugins=False)


def _replace(new: Database, path: Path) -> None:
    """Put new content into a published file in one transaction.

    Through SQLite's backup, never by copying over the file: whoever has it open sees the
    old content or the new, and no restart is needed.
    """
    target = sqlite3.connect(path, timeout=30)
    try:
        new.conn.backup(target)
    finally:
        target.close()
        new.close()


def releases(survey: Database) -> list[dict[str, Any]]:
    """Every release so far, newest first."""
    return rows(survey, "SELECT * FROM release ORDER BY published_at DESC")
