"""The making and proving of a release, on a copy of survey.db and away from everybody who saves.

    survey.db ──copy──►  proof (seconds; a process of its own)  ──rows, folder, microdata──►  commit

The copy is taken in an instant. Whatever the release would write is written in the copy, and its
rows come back with the mark of all that the release has read (`basis`). They are written in
survey.db only if its mark is the same still. An open round is not read, so a hand-in meanwhile
changes nothing; a correction of a closed one does, and then the proof starts over.
"""

import gc
import json
import os
import pickle
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Thread
from traceback import format_exc
from typing import IO, Any, cast

from sqlite_utils import Database

from survey_data import clock
from survey_data.association import outcomes, release_rows
from survey_data.database import insert, rows, scalar, writing
from survey_data.disclosure.full_attack import Narrowed
from survey_data.errors import ChangedMeanwhile
from survey_data.history import imported_rounds
from survey_data.history.printed_series import SeriesValue
from survey_data.microdata.analysts_db import write_analysts_db
from survey_data.protection import disclosure_gate, prior_knowledge
from survey_data.protection.protect_year import RULES
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.release_draft import (
    Draft,
    drafted,
    in_memory,
    weakened,
    with_side_tables,
)
from survey_data.releases import archive
from survey_data.releases import open_db as open_files
from survey_data.releases.open_db import Release
from survey_data.rounds import rounds
from survey_data.settings import Association
from survey_data.statistics import population
from survey_data.statistics.published_tables import content, fresh

# What a release reads. Of a table that belongs to rounds, only the rows of closed ones count.
READ = (
    "call", "check_met", "check_run", "comment", "complete_year", "decision", "earlier_line",
    "earlier_round", "edit", "enterprise", "estimate", "fired_check", "invitation", "milestone",
    "municipality", "protection_wish", "reach_activity", "release", "report_chapter", "response",
    "response_minutes", "round", "setting", "stated_source", "stated_total", "stated_year",
    "supervised_outcome", "supervised_place", "withdrawn_release",
)  # fmt: skip
# Written by releases alone: their numbers stand for them.
OF_RELEASES = (
    "earlier_release", "full_attack", "protection", "released_figure", "released_outcome",
    "release_estimate", "side_table",
)  # fmt: skip
CLOSED = "SELECT id FROM round WHERE closed_at IS NOT NULL"
INVITED = f"SELECT id FROM invitation WHERE round_id IN ({CLOSED})"
ONLY_CLOSED = {
    "response_id": f"SELECT id FROM response WHERE invitation_id IN ({INVITED})",
    "invitation_id": INVITED,
    "round_id": CLOSED,
}
# What only ever grows, and when each row came: with these, an earlier moment can be had again.
GROWING = {
    "response": "handed_in_at",
    "decision": "decided_at",
    "edit": "edited_at",
    "estimate": "decided_at",
}
# How a proof in a process of its own begins; to look for garbage among what it loads takes long.
BEGINS = (
    "import gc, sys; gc.disable(); sys.path = {path};"
    " from survey_data.publishing import proof; proof.be_the_child()"
)


@dataclass(frozen=True)
class Wanted:
    """What a release is asked to be, at which moment, and where its folder will lie."""

    releases: Path
    address: str
    moment: datetime
    history: tuple[SeriesValue, ...] | None
    note_sv: str
    note_en: str
    is_preliminary: bool
    seen: str


@dataclass(frozen=True)
class Proven:
    """A release that is safe to publish: its staged folder, microdata, and rows by table."""

    release: Release
    place: Path
    analysts: bytes
    basis: str
    revisions: str
    rows: Mapping[str, list[dict[str, Any]]]
    new_rounds: tuple[int, ...]


def prove(survey: Database, wanted: Wanted) -> Proven:
    """Make a release of a copy of survey.db, which is written in, and prove that it is safe.

    Raises ChangedMeanwhile where it is not what was `seen`, NotProtected, or OSError.
    """
    read, known_until = basis(survey), revisions(survey)
    if wanted.seen and read != wanted.seen:
        raise ChangedMeanwhile
    notes = wanted.note_sv, wanted.note_en
    draft = drafted(survey, wanted.releases, wanted.history, notes, wanted.is_preliminary)
    draft, marks = _withstanding(survey, draft)
    open_db = in_memory(survey, draft, wanted.address)
    plans = list(draft.plans.values())
    certificates = disclosure_gate.check(
        open_db, plans, draft.side_tables, draft.years, draft.waiting
    )
    release_rows.check(open_db, survey)
    number = draft.release.id
    with writing(survey):
        insert(survey, "release", row_of(draft.release, "", ""))
        prior_knowledge.keep_figures(survey, number, plans, certificates)
        prior_knowledge.keep_tables(survey, number, draft.side_tables.tables, marks)
        imported_rounds.note_released(survey, number, draft.closed)
        outcomes.remember(survey, number)
        open_files.remember_editions(survey, open_db, number)
        for each in draft.new:
            if not draft.plans[each.year].is_waiting:
                used = population.estimated(survey, each).values()
                population.note_estimates(survey, number, used)
    microdata = microdata_of(survey, draft.release, [r.id for r in draft.closed])
    return Proven(
        draft.release,
        archive.stage(content(open_db.conn), wanted.releases),
        microdata.conn.serialize(),
        read,
        known_until,
        _written(survey, number),
        tuple(each.id for each in draft.new),
    )


def row_of(release: Release, actor: str, known_until: str) -> dict[str, Any]:
    """A release as survey.db keeps it."""
    return asdict(release) | {"actor": actor, "revisions": known_until}


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


def _written(survey: Database, number: str) -> dict[str, list[dict[str, Any]]]:
    """The rows that a release has written in the copy, by table."""
    found = {t: rows(survey, f"SELECT * FROM {t} WHERE release_id = ?", (number,))
             for t in OF_RELEASES}  # fmt: skip
    trail = rows(survey, "SELECT * FROM audit WHERE subject = ?", (f"release {number}",))
    found["audit"] = [{k: v for k, v in line.items() if k != "id"} for line in trail]
    return found


def in_a_child(survey: Database, wanted: Wanted) -> Proven:
    """`prove` in a process of its own, which gives its memory back; the same is raised.

    Raises ReleaseStopped where that process is killed.
    """
    copied = bytearray(survey.conn.serialize())
    # Marked as written with a journal, not ahead (WAL), which a database in memory cannot be.
    copied[18:20] = b"\x01\x01"
    # Started anew, not forked: it has none of our locks, connections and threads. Nor does it load
    # what started us, as a child of `multiprocessing` does, which is longer than many a proof.
    command = [sys.executable, "-c", BEGINS.format(path=sys.path)]
    try:
        with Popen(command, stdin=PIPE, stdout=PIPE) as child:  # noqa: S603
            task, answer = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
            pickle.dump((bytes(copied), wanted), task)
            task.flush()
            found: Proven | Exception = pickle.load(answer)  # noqa: S301
    except (BrokenPipeError, EOFError, pickle.UnpicklingError) as fault:
        raise ReleaseStopped from fault
    if isinstance(found, Exception):
        raise found
    return found


def be_the_child() -> None:
    """Prove what comes in, and send out the release or what was raised."""
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What anything prints goes where errors go.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    kept, wanted = pickle.load(sys.stdin.buffer)  # noqa: S301
    Thread(target=_end_with_parent, daemon=True).start()
    clock.inventory.set_to(wanted.moment)
    db = fresh()
    db.conn.deserialize(kept)
    try:
        found: Proven | Exception = prove(db, wanted)
    except Exception as fault:
        fault.add_note(format_exc())
        found = fault
    with out:
        pickle.dump(found, out)


def _end_with_parent() -> None:
    """End as the server does: a proof that nobody waits for would hold its memory for good."""
    while os.read(0, 1):
        pass
    os._exit(1)


def copy(survey: Database) -> Database:
    """A copy of survey.db in memory, as it is at this moment."""
    found = fresh()
    survey.conn.backup(found.conn)
    return found


def basis(db: Database) -> str:
    """The mark of every row that a release reads: anything that changes it changes the mark.

    The rules of protection are in it, so that figures approved under others are looked at anew.
    """
    mark = sha256(repr(RULES).encode())
    for table in READ:
        columns = [column.name for column in db.table(table).columns]
        only = next((f"{c} IN ({ids})" for c, ids in ONLY_CLOSED.items() if c in columns), "1")
        if table == "round":
            only = "closed_at IS NOT NULL"
        if table == "setting":
            names = (*(field.name for field in fields(Association)), "web")
            only = f"name IN ({', '.join(map(repr, names))})"
        order = ", ".join(str(place) for place in range(1, len(columns) + 1))
        found = db.execute(f"SELECT * FROM {table} WHERE {only} ORDER BY {order}")
        mark.update(f"{table}{found.fetchall()}".encode())
    return mark.hexdigest()


def revisions(db: Database) -> str:
    """What a release knows, as JSON: its closed rounds, and the last row of all that grows."""
    found = {table: scalar(db, f"SELECT max(id) FROM {table}") or 0 for table in GROWING}
    return json.dumps({"round": [r.id for r in rounds.closed(db)], **found})


def microdata_again(survey: Database, release: Release) -> Database:
    """The microdata of a release as of its revisions, whatever has come in since."""
    db = copy(survey)
    kept = db.execute("SELECT revisions FROM release WHERE id = ?", (release.id,)).fetchone()
    known = json.loads(kept[0]) if kept and kept[0] else {}
    db.execute("PRAGMA foreign_keys = OFF")
    for table, moment in GROWING.items():
        # Releases from before revisions were kept have their moment alone.
        beyond = ("id > ?", known[table]) if known else (f"{moment} > ?", release.published_at)
        db.execute(f"DELETE FROM {table} WHERE {beyond[0]}", beyond[1:])
    closed = known.get("round") or [
        r.id for r in rounds.closed(db) if str(r.closed_at) <= release.published_at
    ]
    return microdata_of(db, release, closed)


def microdata_of(survey: Database, release: Release, closed: list[int]) -> Database:
    """A new analysts.db of a release and some rounds."""
    found = fresh()
    chosen = [each for each in rounds.all_rounds(survey) if each.id in closed]
    write_analysts_db(found, survey, release, chosen)
    # So that no free page holds what was taken out on the way.
    found.execute("VACUUM")
    return found
