"""How many had answered, day by day: this round against the same day of the round before."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import rows, scalar
from survey_data.follow_up.progress import SAYS_LEFT_OUT
from survey_data.review.queue import value_as_reviewed
from survey_data.rounds import calls, rounds
from survey_data.rounds.rounds import Round

# Nothing that comes in later belongs to a collection any more.
LONGEST = 120
# What is imported has a day when it was stored, and none when it was answered.
OWN_DAY = ("web", "phone", "example")


@dataclass(frozen=True)
class Curve:
    """Answers in hand at the end of each day, day 0 being that of the invitations."""

    year: int
    start: date
    counts: tuple[int, ...]
    asked: int

    @property
    def now(self) -> int:
        """How many have answered on the last of its days."""
        return self.counts[-1]

    def on(self, day: int) -> int:
        """How many had answered on a day; afterwards as many as on the last."""
        return self.counts[min(day, len(self.counts) - 1)]


@dataclass(frozen=True)
class Curves:
    """This round, and the one before where it can be compared; `why_alone` says why not."""

    this: Curve
    before: Curve | None
    why_alone: str
    due_day: int

    @property
    def day(self) -> int:
        """The day that it is, or was when the round closed."""
        return len(self.this.counts) - 1

    @property
    def then(self) -> int | None:
        """How many had answered on the same day of the round before."""
        return self.before.on(self.day) if self.before else None


def of_round(db: Database, survey_round: Round, today: date | None = None) -> Curves:
    """A round's curve, and the one of the year before where its days are known."""
    this = _curve(db, survey_round, today or clock.today())
    due_day = min(LONGEST, max(0, (survey_round.due_date - this.start).days))
    before = rounds.of_year(db, survey_round.year - 1)
    if before is None:
        return Curves(this, None, "first", due_day)
    if not before.closed_at or not _has_own_days(db, before):
        return Curves(this, None, "no_days", due_day)
    return Curves(this, _curve(db, before, clock.date_of(before.closed_at)), "", due_day)


def _has_own_days(db: Database, survey_round: Round) -> bool:
    sql = """SELECT DISTINCT p.mode, substr(p.handed_in_at, 1, 10) AS day FROM response p
        JOIN invitation i ON i.id = p.invitation_id WHERE i.round_id = ?"""
    found = rows(db, sql, (survey_round.id,))
    modes, days = {row["mode"] for row in found}, {row["day"] for row in found}
    # Examples that were all made at once say nothing of days either.
    return bool(modes) and modes <= set(OWN_DAY) and ("example" not in modes or len(days) > 1)


def _curve(db: Database, survey_round: Round, until: date) -> Curve:
    start = _start(db, survey_round)
    closed = clock.date_of(survey_round.closed_at) if survey_round.closed_at else until
    last = min(LONGEST, max(0, (min(until, closed) - start).days))
    left_out = _left_out(db, survey_round)
    per_day: Counter[int] = Counter()
    for hour, count in _hand_ins(db, survey_round, left_out):
        day = (clock.date_of(f"{hour}:00:00+00:00") - start).days
        per_day[min(max(0, day), last)] += count
    asked = scalar(db, "SELECT count(*) FROM invitation WHERE round_id = ?", (survey_round.id,))
    counts = tuple(accumulate(per_day[day] for day in range(last + 1)))
    return Curve(survey_round.year, start, counts, asked - len(left_out))


def _start(db: Database, survey_round: Round) -> date:
    sent = "SELECT done_at FROM act WHERE round_id = ? AND kind = 'invitation'"
    return clock.local(scalar(db, sent, (survey_round.id,)) or survey_round.opened_at).date()


def _hand_ins(db: Database, survey_round: Round, left_out: set[int]) -> list[tuple[str, int]]:
    """First hand-ins by the hour: a few hundred lines however many enterprises there are."""
    sql = """SELECT substr(p.handed_in_at, 1, 13) AS hour, count(*) AS n FROM response p
        JOIN invitation i ON i.id = p.invitation_id WHERE i.round_id = ? AND p.version = 1
        AND i.id NOT IN (SELECT value FROM json_each(?)) GROUP BY 1 ORDER BY 1"""
    return db.conn.execute(sql, (survey_round.id, json.dumps(list(left_out)))).fetchall()


def _left_out(db: Database, survey_round: Round) -> set[int]:
    """The invitations whose enterprise belongs to no denominator, as the response rates count."""
    sql = f"""SELECT i.id FROM invitation i JOIN latest_response p ON p.invitation_id = i.id
        WHERE i.round_id = ? AND {value_as_reviewed("status", "p")} IN {tuple(SAYS_LEFT_OUT)}"""
    said = {row["id"] for row in rows(db, sql, (survey_round.id,))}
    phoned = calls.outside(db, survey_round.id) & calls.not_to_ask(db, survey_round.id)
    return said | phoned
