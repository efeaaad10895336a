"""Drafts: everything someone has typed and not handed in yet, saved as they write.

What cannot be read as an answer ("tolv") is kept as it was typed, so that it can come back.
Each question remembers the revision it was saved in: who has not seen that revision is shown
instead of overwriting it.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import as_json, first, writing
from survey_data.errors import RoundClosed, SurveyError


@dataclass
class StaleAnswers(SurveyError):
    """Someone else saved other values for the same questions in between."""

    saved: Mapping[str, object]


Value = int | str | bool | list[str] | None
Answers = dict[str, Value]


@dataclass(frozen=True)
class DraftAnswer:
    """What stands in one question: an answer, or the texts `typed` that are none."""

    value: Value
    typed: tuple[str, ...] = ()
    revision: int = 0
    saved_at: str = ""
    saved_by: str = ""
    saved_in: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return self.value is None and not self.typed

    def says_the_same(self, other: DraftAnswer) -> bool:
        """Whether both would fill the field alike."""
        return (self.value, self.typed) == (other.value, other.typed)


@dataclass(frozen=True)
class DraftWriter:
    """Who saves, and in which window; a window never conflicts with what it saved itself."""

    by: str = ""
    window: str = ""


@dataclass(frozen=True)
class Draft:
    """What has been saved so far; `revision` 0 and `saved_at` None when nothing has."""

    answers: Answers
    revision: int = 0
    saved_at: str | None = None
    kept: Mapping[str, DraftAnswer] = field(default_factory=dict)

    @property
    def typed(self) -> dict[str, tuple[str, ...]]:
        """The texts that are no answers, by question."""
        return {name: kept.typed for name, kept in self.kept.items() if kept.typed}


def load_draft(db: Database, invitation_id: int) -> Draft:
    """What the enterprise has saved so far in this round."""
    return draft_of(_kept(db, invitation_id))


def draft_of(kept: Mapping[str, DraftAnswer]) -> Draft:
    """A draft of what stands in each question."""
    if not kept:
        return Draft({})
    return Draft(
        {name: each.value for name, each in kept.items()},
        max(each.revision for each in kept.values()),
        max(each.saved_at for each in kept.values()),
        kept,
    )


def _kept(db: Database, invitation_id: int) -> dict[str, DraftAnswer]:
    sql = """SELECT question, value, typed, revision, saved_at, saved_by, saved_in FROM draft
        WHERE invitation_id = ?"""
    return {
        question: DraftAnswer(json.loads(value), tuple(json.loads(typed or "[]")), *rest)
        for question, value, typed, *rest in db.conn.execute(sql, (invitation_id,))
    }


def save_answers(
    db: Database, invitation_id: int, answers: Mapping[str, Value], based_on: int
) -> Draft:
    """Save some answers of the draft and return the whole of it, durable once this returns.

    `based_on` is the revision the writer saw. Raises RoundClosed, or StaleAnswers with what
    is saved when someone else has since given one of these questions another value.
    """
    entered = {name: DraftAnswer(value) for name, value in answers.items()}
    with writing(db):
        draft, stale = save_fresh(db, invitation_id, entered, based_on, DraftWriter())
        if stale:
            raise StaleAnswers({name: kept.value for name, kept in stale.items()})
    return draft


def save_fresh(
    db: Database, invitation_id: int, entered: Mapping[str, DraftAnswer], based_on: int,
    writer: DraftWriter, empty: Container[str] = (),
) -> tuple[Draft, dict[str, DraftAnswer]]:  # fmt: skip
    """Save all but what someone else has changed since `based_on`, and return that beside.

    `empty` are the questions left blank where nothing stood, which say nothing unless someone
    has answered them meanwhile. Durable once this returns, unless the caller has a transaction
    open. Raises RoundClosed.
    """
    with writing(db):
        handed_in = refuse_when_closed(db, invitation_id)
        kept = _kept(db, invitation_id)
        changed = {
            n: e
            for n, e in entered.items()
            if (not e.says_the_same(kept[n]) if n in kept else n not in empty)
        }
        stale = {n: kept[n] for n in changed if n in kept and _unseen(kept[n], based_on, writer)}
        fresh = {n: e for n, e in changed.items() if n not in stale}
        # Not read once more: what another saves the moment after, this writer has not seen.
        written = _write(db, invitation_id, fresh, kept, handed_in, writer) if fresh else {}
    return draft_of(kept | written), stale


def _unseen(kept: DraftAnswer, based_on: int, writer: DraftWriter) -> bool:
    # A reply can get lost on its way: what this window saved last, it has seen.
    own = writer.window and (kept.saved_by, kept.saved_in) == (writer.by, writer.window)
    return kept.revision > based_on and not own


def changed_since(
    draft: Draft, names: Iterable[str], based_on: int, writer: DraftWriter
) -> list[str]:
    """Which of these questions someone else has saved after a revision."""
    return [n for n in names if n in draft.kept and _unseen(draft.kept[n], based_on, writer)]


def _write(
    db: Database, invitation_id: int, changed: Mapping[str, DraftAnswer],
    before: Mapping[str, DraftAnswer], handed_in: int, writer: DraftWriter,
) -> dict[str, DraftAnswer]:  # fmt: skip
    # Above what was handed in too: names that are deleted take their revisions with them.
    revision = 1 + max([handed_in, *(kept.revision for kept in before.values())])
    saved = (revision, clock.now(), writer.by, writer.window)
    found = [
        (invitation_id, name, as_json(e.value), as_json(e.typed) if e.typed else None, *saved)
        for name, e in changed.items()
    ]
    marks = ", ".join("(?, ?, ?, ?, ?, ?, ?, ?)" for _ in found)
    sql = f"""INSERT OR REPLACE INTO draft (invitation_id, question, value, typed, revision,
        saved_at, saved_by, saved_in) VALUES {marks}"""
    db.conn.execute(sql, [value for row in found for value in row])
    return {name: DraftAnswer(e.value, e.typed, *saved) for name, e in changed.items()}


# Whether an invitation `i` of a round `r` takes answers: the round is open, or has been opened
# again for the enterprise up to and with a day. :today is the inventory's, which may be set.
TAKES_ANSWERS = "(r.closed_at IS NULL OR i.open_until >= :today)"


def refuse_when_closed(db: Database, invitation_id: int) -> int:
    """The newest draft revision that was handed in, 0 for none.

    Raises RoundClosed where the invitation's round takes no more answers.
    """
    sql = f"""SELECT r.year, {TAKES_ANSWERS} AS takes_answers, (SELECT max(draft_revision)
        FROM response WHERE invitation_id = i.id) AS handed_in FROM invitation i
        JOIN round r ON r.id = i.round_id WHERE i.id = :id"""
    row = first(db, sql, {"id": invitation_id, "today": clock.today().isoformat()})
    if row and not row["takes_answers"]:
        raise RoundClosed(row["year"])
    return (row["handed_in"] if row else None) or 0
