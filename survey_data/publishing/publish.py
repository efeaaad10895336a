"""survey.db → analysts.db and open.db: the only way figures leave the private file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, sending
from survey_data.association import outcomes, release_rows
from survey_data.database import rows, writing
from survey_data.disclosure.full_attack import Narrowed
from survey_data.errors import NotProtected, SurveyError
from survey_data.history import imported_rounds
from survey_data.history.printed_series import SeriesValue
from survey_data.microdata.analysts_db import write_analysts_db
from survey_data.protection import disclosure_gate, prior_knowledge
from survey_data.publishing import approval_requests
from survey_data.publishing.board_mail import queue as queue_board_mail
from survey_data.publishing.release_draft import (
    Draft,
    drafted,
    in_memory,
    weakened,
    with_side_tables,
)
from survey_data.releases import archive
from survey_data.releases.archive import EditionsMissing
from survey_data.releases.open_db import Release
from survey_data.rounds import calendar, rounds
from survey_data.statistics import population
from survey_data.statistics.published_tables import fresh

# Of a release that a start makes because the files of the last one are lost or unlike.
ANEW = (
    "Gjord på nytt när systemet startade. Ersätter {old}.",
    "Made anew when the system started. Replaces {old}.",
)


class NothingNew(SurveyError):
    """Nothing has changed since the last release, so no new one is made."""

    sv = "Inget är nytt sedan förra utgåvan, så ingen ny har gjorts."


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
    again: Release | None = None,
    taken: Collection[str] = (),
    only_new: bool = False,
) -> Release:
    """Publish every closed round and the printed series as one new release.

    One that `is_preliminary` says so, and the next one is then the final. A year that was
    printed (`history`, normally 2016–2020 and the years of stated totals) stays as printed; its
    rounds, if any, are left out of the open figures; so are rounds that closed after the moment
    `closed_by`. A release that was killed half way is finished as the one it was (`again`);
    numbers that are `taken` are not given. Raises NotProtected, EditionsMissing or, where
    `only_new` and it would say just what the last one says, NothingNew; then nothing has changed.
    """
    # Two who publish at once queue here: each release gets its own number and is whole.
    with writing(survey):
        # A start that finishes what a kill left has such an edition before it, and says which.
        if again is None and not taken:
            archive.check(survey, places.open, places.releases)
        draft = drafted(
            survey, places.releases, history, closed_by, (note_sv, note_en), is_preliminary,
            again, taken,
        )  # fmt: skip
        return _put_out(survey, places, draft, actor, only_new=only_new)


def _put_out(
    survey: Database, places: Places, draft: Draft, actor: str, *, only_new: bool
) -> Release:
    draft, marks = _withstanding(survey, draft)
    open_db = in_memory(survey, draft, places.address)
    release, plans = draft.release, list(draft.plans.values())
    certificates = disclosure_gate.check(open_db, plans, draft.side_tables, draft.years)
    release_rows.check(open_db, survey)
    analysts_db = fresh()
    write_analysts_db(analysts_db, survey, release, draft.closed)
    pairs = (open_db, places.open), (analysts_db, places.analysts)
    if only_new and all(archive.says_the_same(made.conn, path) for made, path in pairs):
        raise NothingNew
    with archive.made_ready(survey, open_db, release.id, places.releases) as keep:
        replace_file(analysts_db, places.analysts)
        replace_file(open_db, places.open)
        _remember(survey, release, actor)
        prior_knowledge.keep_figures(survey, release.id, plans, certificates)
        prior_knowledge.keep_tables(survey, release.id, draft.side_tables.tables, marks)
        imported_rounds.note_released(survey, release.id, draft.closed)
        outcomes.remember(survey, release.id)
        keep()
    for survey_round in draft.new:
        if not draft.plans[survey_round.year].is_waiting:
            population.note_estimates(
                survey, release.id, population.estimated(survey, survey_round).values()
            )
        kind = "preliminary" if release.kind == "preliminary" else "final"
        calendar.note_done(survey, survey_round.id, f"{kind}_release")
    return release


def _withstanding(survey: Database, draft: Draft) -> tuple[Draft, list[str]]:
    """A draft that withstands the attack on everything, and as what it was attacked.

    Raises NotProtected where it is no side table and nothing that could wait that must go.
    """
    draft, county = with_side_tables(survey, draft), population.county(survey)
    withstood = prior_knowledge.attacked(survey)
    while True:
        try:
            marks = disclosure_gate.attack(
                survey, county, draft.side_tables, draft.years, draft.plans, withstood
            )
        except Narrowed as refused:
            draft = weakened(survey, draft, refused)
        else:
            return draft, marks


def settle(survey: Database, places: Places) -> None:
    """Make sure that both published files are there, whole, and of the same release.

    A process killed while publishing can leave a journal, which only a writer can roll back,
    or one file a release ahead of the other. That release is then finished under its own number,
    as readers may have seen it; where it cannot be, both files are published anew. Where a second
    person approves releases, files that are lost are put back as they were approved.
    """
    missing = archive.by_restore(survey, places.open, places.releases)
    # A copy that was restored has nothing to finish: what readers have stays.
    if (missing or sending.pause(survey)) and _show_last(survey, places):
        return
    if missing:
        raise EditionsMissing(missing)
    files = [release_in(path) for path in (places.analysts, places.open)]
    found = {each.id if each else None for each in files}
    known = {release["id"] for release in releases(survey)}
    killed = next((each for each in files if each and each.id not in known), None)
    # Where every release is withdrawn, readers have none.
    none = {None} if known and not standing(survey) else set()
    is_whole = len(found) == 1 and found <= known | none
    mended = is_whole or (
        _finished(survey, places, killed) if killed else _put_back(survey, places)
    )
    if not mended:
        _publish_anew(survey, places, {each.id for each in files if each})
    if places.releases is not None:
        archive.settle(places.releases, places.open)
        archive.mark_withdrawn(survey, places.releases)


def _finished(survey: Database, places: Places, killed: Release) -> bool:
    """Whether a release that was killed half way could be made as it was."""
    if approval_requests.is_required(survey):
        # Its approval died with it.
        return False
    try:
        publish(survey, places, "start", again=killed)
    except (NotProtected, OSError):
        return False
    return True


def _put_back(survey: Database, places: Places) -> bool:
    """Whether the last release could be put back as it was approved, out of its own folder.

    What has been entered since waits for an approval, so none of it may go out. Only the
    microdata, which is not open, is made of the answers as they stand.
    """
    until, last = approval_requests.approved_until(survey), next(iter(standing(survey)), None)
    if last is None or places.releases is None:
        return False
    if last != releases(survey)[0]:
        # After a withdrawal, readers have what stood before it.
        until = last["published_at"]
    elif not until:
        return False
    return placed(survey, places, places.releases / last["id"], until)


def placed(survey: Database, places: Places, folder: Path, until: str | None) -> bool:
    """Whether a release's own files were intact and are now the published ones."""
    path = folder / "open.db"
    release = release_in(path)
    if release is None or not archive.is_intact(folder.parent, release.id, path.name):
        return False
    analysts_db = fresh()
    write_analysts_db(analysts_db, survey, release, rounds.closed(survey, until))
    replace_file(analysts_db, places.analysts)
    replace_file(
        Database(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)), places.open
    )
    return True


def _show_last(survey: Database, places: Places) -> bool:
    """Whether readers have a release: theirs, or the newest there is a whole folder of."""
    if release_in(places.open) and release_in(places.analysts):
        return True
    folder = places.releases
    if folder is None:
        return False
    return any(placed(survey, places, folder / n, None) for n in archive.standing(folder))


def _publish_anew(survey: Database, places: Places, taken: Collection[str]) -> None:
    """Publish what is known, no more final than it was last."""
    last = next(iter(releases(survey)), None)
    sv, en = (words.format(old=last["id"]) for words in ANEW) if last else ("", "")
    publish(
        survey, places, "start", closed_by=approval_requests.approved_until(survey), taken=taken,
        note_sv=sv, note_en=en, is_preliminary=bool(last and last["kind"] == "preliminary"),
    )  # fmt: skip


def release_in(path: Path) -> Release | None:
    """The release that a published file is of."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        try:
            row = db.execute("SELECT * FROM release").fetchone()
        except sqlite3.DatabaseError:
            return None
    if row is None:
        return None
    found = dict(row)
    return Release(**found | {"includes_examples": bool(found["includes_examples"])})


def _remember(survey: Database, release: Release, actor: str) -> None:
    with writing(survey):
        survey["release"].insert(  # type: ignore[union-attr]
            asdict(release) | {"includes_examples": int(release.includes_examples), "actor": actor}
        )
        audit_trail.record(survey, actor, "published", f"release {release.id}")
        queue_board_mail(survey, release, actor)


def replace_file(new: Database, path: Path) -> None:
    """Put new content into a published file in one transaction.

    Through SQLite's backup, never by copying over the file: whoever has it open sees the
    old content or the new, and no restart is needed. What is backed up is written anew by VACUUM
    INTO, so that no free page holds what was taken out before.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".unfinished-") as folder:
        clean = f"{folder}/{path.name}"
        new.conn.execute("VACUUM INTO ?", (clean,))
        new.close()
        with closing(sqlite3.connect(clean)) as source, closing(_target(path)) as target:
            source.backup(target)


def _target(path: Path) -> sqlite3.Connection:
    target = sqlite3.connect(path, timeout=30)
    target.execute("PRAGMA secure_delete = ON")
    return target


def releases(survey: Database) -> list[dict[str, Any]]:
    """Every release so far, newest first."""
    return rows(survey, "SELECT * FROM release ORDER BY published_at DESC")


def standing(survey: Database) -> list[dict[str, Any]]:
    """Every release that has not been withdrawn, newest first."""
    gone = {each.release_id for each in archive.withdrawals(survey)}
    return [each for each in releases(survey) if each["id"] not in gone]
