"""survey.db → analysts.db and open.db: the only way figures leave the private file.

A release is made and proven beside all that goes on, and decided in one short transaction. What
follows from the decision is carried out at once, or by the next look (`repair`): the folder gets
its name, and the two files their content. Nothing but a person or the calendar decides; a start
only ever puts back what was decided.

A release that was published by mistake is withdrawn. Its files are gone for readers, its number and
the reason stay. What it showed can be remembered by anyone, so to every later release it is prior
knowledge like all the others: 1 of 28 enterprises corrected after it still waits for company,
whether readers can open its files or not. The year then stands as in the newest edition that is not
withdrawn; where there is none, as in the withdrawn one, and its figures say so.
"""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, rows, run, writing
from survey_data.errors import ChangedMeanwhile, SurveyError
from survey_data.history.printed_series import SeriesValue
from survey_data.publishing import proof, published_files
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.proof import Proven, Wanted
from survey_data.releases import archive
from survey_data.releases.archive import EditionsMissing
from survey_data.releases.open_db import Release
from survey_data.rounds import calendar
from survey_data.staff.staff import queue_board_mail
from survey_data.statistics import published_tables

# Closed rounds are changed by a few people: this many changes during one proof are somebody's test.
TRIES = 5
_log = logging.getLogger(__name__)


class NothingNew(SurveyError):
    """Nothing has changed since the last release, so no new one is made."""

    sv = "Inget är nytt sedan förra utgåvan, så ingen ny har gjorts."


@dataclass(frozen=True)
class Places:
    """Where the published databases lie, the folder of releases, and the site's address.

    `apart` has each proof made in a process of its own.
    """

    analysts: Path
    open: Path
    releases: Path
    address: str = ""
    apart: bool = False


def publish(
    survey: Database,
    places: Places,
    actor: str,
    *,
    history: Sequence[SeriesValue] | None = None,
    note_sv: str = "",
    note_en: str = "",
    is_preliminary: bool = False,
    seen: str = "",
    agreed: Callable[[Release], None] | None = None,
    only_new: bool = False,
) -> Release:
    """Publish every closed round and the printed series as one new release.

    One that `is_preliminary` says so, and the next one is then the final. A year that was
    printed (`history`, normally 2016–2020 and the years of stated totals) stays as printed; its
    rounds, if any, are left out of the open figures. `agreed` is called in the transaction that
    decides, and may refuse. Raises NotProtected, EditionsMissing, ReleaseStopped, ChangedMeanwhile
    where it is not what was `seen`, NothingNew where `only_new` and it would say just what the last
    one says, or what `agreed` raises; then nothing has changed.
    """
    wanted = Wanted(
        places.releases, places.address, clock.inventory.read(),
        None if history is None else tuple(history), note_sv, note_en, is_preliminary, seen,
    )  # fmt: skip
    # Two who publish at once queue here: each release gets its own number and is whole.
    with published_files.alone(places.open):
        for _ in range(TRIES):
            try:
                archive.check(survey, places.open, places.releases)
                proven = _proven(survey, places, wanted)
                if only_new and _says_the_same(places, proven):
                    archive.discard(proven.place)
                    raise NothingNew
                if _decided(survey, places, proven, actor, agreed):
                    _put_out(places, proven)
                    return proven.release
            except (OSError, sqlite3.OperationalError) as fault:
                raise ReleaseStopped(fault) from fault
    raise ChangedMeanwhile


def _proven(survey: Database, places: Places, wanted: Wanted) -> Proven:
    for place in archive.unfinished(places.releases):
        archive.discard(place)
    copied = proof.copy(survey)
    return (proof.in_a_child if places.apart else proof.prove)(copied, wanted)


def _says_the_same(places: Places, proven: Proven) -> bool:
    made = published_tables.opened(proven.place / "open.db")
    with made as open_db, closing(published_files.read_from(proven.analysts)) as analysts:
        pairs = (open_db, places.open), (analysts, places.analysts)
        return all(archive.says_the_same(each, path) for each, path in pairs)


def _decided(
    survey: Database,
    places: Places,
    proven: Proven,
    actor: str,
    agreed: Callable[[Release], None] | None,
) -> bool:
    """Whether what was proven is what stands, and now a release; else nothing has changed."""
    with ExitStack() as unless_decided:
        unless_decided.callback(archive.discard, proven.place)
        with published_files.room_for(places.open, _size(places, proven)), writing(survey):
            if proof.basis(survey) != proven.basis:
                return False
            _remember(survey, proven, actor)
            if agreed:
                agreed(proven.release)
            kind = "preliminary" if proven.release.kind == "preliminary" else "final"
            for round_id in proven.new_rounds:
                calendar.note_done(survey, round_id, f"{kind}_release")
        unless_decided.pop_all()
    return True


def _size(places: Places, proven: Proven) -> int:
    """The most that the two files and their journals can take while they are replaced."""
    now = [path.stat().st_size for path in (places.open, places.analysts) if path.exists()]
    return sum(now) + len(proven.analysts) + (proven.place / "open.db").stat().st_size


def _remember(survey: Database, proven: Proven, actor: str) -> None:
    release = proven.release
    insert(survey, "release", proof.row_of(release, actor, proven.revisions))
    for table, found in proven.rows.items():
        for row in found:
            insert(survey, table, row)
    audit_trail.record(survey, actor, "published", f"release {release.id}")
    if release.kind == "final":
        queue_board_mail(survey, release.id, actor)


def _put_out(places: Places, proven: Proven) -> None:
    """Carry out what is decided; what the machine refuses now is left to the next `repair`."""
    number = proven.release.id
    try:
        archive.finish(proven.place, number)
        with closing(published_files.read_from(proven.analysts)) as analysts:
            published_files.replace(analysts, places.analysts)
        published_files.replace_with_file(places.releases / number / "open.db", places.open)
    except (OSError, sqlite3.Error):
        _log.exception("release %s is decided, and will be put out at the next look", number)


def repair(survey: Database, places: Places) -> str | None:
    """Give readers the last release that there is a whole folder of; returns what they have now.

    Nothing is ever published by this. A publication that was killed before its decision leaves
    nothing, one that was killed after it is carried out. Lost or damaged files come back out of
    the release's own folder, byte for byte, and the microdata as of that release's revisions.
    None where no folder is whole: then the public pages say so, and a person decides.
    """
    with published_files.alone(places.open):
        _finish_decided(survey, places.releases)
        archive.mark_withdrawn(survey, places.releases)
        _repair_open(survey, places)
        shown = published_files.release_in(places.open)
        known = published_files.release_in(places.analysts, published_files.ANALYSTS)
        if shown is None:
            published_files.blank(places.analysts)
        elif not known or known.id != shown.id:
            with closing(proof.microdata_again(survey, shown).conn) as analysts:
                published_files.replace(analysts, places.analysts)
    return shown.id if shown else None


def _finish_decided(survey: Database, folder: Path) -> None:
    """Name the folder of a release that was decided, and throw away what was not."""
    last = next(iter(releases(survey)), {"id": "", "published_at": ""})
    for place in archive.unfinished(folder):
        staged = published_files.release_in(place / "open.db")
        is_last = staged and (staged.id, staged.published_at) == (last["id"], last["published_at"])
        if is_last and not (folder / last["id"]).exists():
            archive.finish(place, last["id"])
        else:
            archive.discard(place)


def _repair_open(survey: Database, places: Places) -> None:
    """Put the newest whole release in open.db, unless that is there; none where none is whole."""
    shown = published_files.release_in(places.open)
    newest = published_files.newest_intact(places.releases)
    if shown and shown.id in {each.release_id for each in archive.withdrawals(survey)}:
        shown = None
    if shown and (newest is None or archive.order(newest) < archive.order(shown.id)):
        if not (places.releases / shown.id).exists():
            # Its folder was lost: all of it is made of open.db, and again to the byte.
            archive.finish(
                archive.stage(published_tables.read(places.open), places.releases), shown.id
            )
    elif newest is None:
        published_files.blank(places.open)
    elif not published_files.is_same(places.releases / newest / "open.db", places.open):
        published_files.replace_with_file(places.releases / newest / "open.db", places.open)


def in_sight(survey: Database, places: Places) -> tuple[str, str]:
    """The last release that was decided and the one readers have, empty where there is none."""
    shown = published_files.release_in(places.open)
    last = next(iter(standing(survey)), {"id": ""})
    return str(last["id"]), shown.id if shown else ""


def releases(survey: Database) -> list[dict[str, Any]]:
    """Every release so far, newest first."""
    return rows(survey, "SELECT * FROM release ORDER BY published_at DESC")


def standing(survey: Database) -> list[dict[str, Any]]:
    """Every release that has not been withdrawn, newest first."""
    gone = {each.release_id for each in archive.withdrawals(survey)}
    return [each for each in releases(survey) if each["id"] not in gone]


class NotToWithdraw(SurveyError):
    """There is no such release, or it is withdrawn already."""

    sv = "Det finns ingen sådan utgåva att dra in."


def withdraw(
    survey: Database, places: Places, number: str, reasons: tuple[str, str], actor: str
) -> None:
    """Withdraw a release that was published by mistake; readers get the one before it.

    Its number and the reason (Swedish, English) stay, and so does all that is known of it to
    intruders. Raises NotToWithdraw, or EditionsMissing where the one before cannot be put back;
    then nothing has changed.
    """
    with writing(survey):
        if number not in {each["id"] for each in standing(survey)}:
            raise NotToWithdraw
        values = (number, clock.now(), *reasons, actor)
        run(survey, "INSERT INTO withdrawn_release VALUES (?, ?, ?, ?, ?)", values)
        audit_trail.record(survey, actor, "release withdrawn", f"release {number}",
                           reason=reasons[0])  # fmt: skip
        before = next((e["id"] for e in standing(survey) if e["id"] != number), None)
        if before and published_files.newest_intact(places.releases, but=number) is None:
            raise EditionsMissing([before])
    repair(survey, places)
