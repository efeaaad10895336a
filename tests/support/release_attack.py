"""An attack on all that was ever published, enterprise by enterprise, by code of its own.

It reads the open files as a reader does, and knows besides which enterprises there are, where they
lie, who answered, came and went. What each of them has is unknown to it, unless it is its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from sqlite_utils import Database

from survey_data.rounds import rounds
from survey_data.statistics import population

TOTALS = {
    "employees": ("employees_women", "employees_men", "employees_gender_not_stated"),
    "placed": ("placed_af", "placed_kommun", "placed_other"),
}
PROVINCE = dict.fromkeys(("2101", "2104", "2180", "2181"), "GASTRIKLAND")
Unknown = tuple[str, int, int, int]  # indicator, year, enterprise, and what it is in truth
Terms = dict[Unknown, float]


class Year:
    """The truth of a year: where each enterprise lies, what it has, and who answered itself."""

    def __init__(self, survey: Database, year: int) -> None:
        [survey_round] = [r for r in rounds.all_rounds(survey) if r.year == year]
        everyone = [e for e in population.answered(survey, survey_round) if e.in_scope]
        self.answering = {
            e.enterprise for e in everyone if e.numbers is not None and not e.is_estimated
        }
        told = survey.execute(
            "SELECT records FROM protection p JOIN release r ON r.id = p.release_id"
            " WHERE year = ? ORDER BY r.rowid DESC",
            (year,),
        ).fetchone()
        kept = json.loads(told[0]) if told else population.basis_of(survey, survey_round).records
        lines = kept if told else [(r.enterprise, r.municipality, r.amounts) for r in kept]
        self.counted = {e.enterprise for e in everyone if e.numbers is not None}
        self.place = {who: where for who, where, _ in lines}
        self.amounts = {who: amounts for who, _, amounts in lines}
        self.year = year

    def of(self, indicator: str, who: Iterable[int]) -> list[Unknown]:
        return [(indicator, self.year, w, self.amounts[w][indicator]) for w in who]

    def inside(self, area_type: str, code: str) -> list[int]:
        return [
            who for who, m in self.place.items()
            if area_type == "county" or code in (m, PROVINCE.get(m, "HALSINGLAND"))
        ]  # fmt: skip

    def known(self, who: int) -> bool:
        return who in self.place and who in self.answering

    def has(self, who: int) -> bool:
        """Whether its number, or an estimate of it, is in the sums."""
        return who in self.place and who in self.counted


class Reader:
    """Everything told so far about one total and its parts."""

    def __init__(self, total: str) -> None:
        self.total, self.names = total, {total, *TOTALS[total]}
        self.figures: dict[tuple[Any, ...], Terms] = {}
        self.beside: dict[tuple[Any, ...], Terms] = {}
        self.more: dict[tuple[Any, ...], Terms] = {}  # sums that are nought or more
        self.secrets: dict[tuple[Any, ...], Terms] = {}
        self.alone: dict[tuple[Any, ...], set[int]] = {}

    def see(self, survey: Database, path: Path) -> None:
        """Take in a release; before anything changes in the office."""
        with closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            closed = [r.year for r in rounds.all_rounds(survey) if r.closed_at]
            years = {year: Year(survey, year) for year in closed}
            self._figures(db, years)
            for year in years.keys() & {y + 1 for y in years}:
                self._changes(db, years[year - 1], years[year])
            for year in years:
                self._quality(db, years, year)

    def _figures(self, db: sqlite3.Connection, years: Mapping[int, Year]) -> None:
        for row in db.execute("SELECT * FROM observations WHERE source = 'inventering'"):
            if row["indicator"] in self.names:
                year = years[row["year"]]
                who = year.inside(row["area_type"], row["area_code"])
                self._figure(row, year.of(row["indicator"], who))
                for each in who:
                    self._parts(year, each)

    def _figure(self, row: sqlite3.Row, unknowns: list[Unknown]) -> None:
        some, value = [u for u in unknowns if u[3]], sum(u[3] for u in unknowns)
        key = (*tuple(row)[:4], *sorted(unknowns))
        if row["value"] is not None:
            assert row["value"] == value
            self.figures[key] = dict.fromkeys(unknowns, 1)
        if value and (len(some) < 3 or (row["area_type"] != "county" and value < 5)):
            assert row["value"] is None or key in self.figures
            self.secrets[key] = dict.fromkeys(unknowns, 1)
            self.alone[key] = {u[2] for u in some} if len(some) == 1 else set()
        for one in some:
            self.secrets.setdefault(("one", *one), {one: 1})

    def _parts(self, year: Year, who: int) -> None:
        [whole], parts = (
            year.of(self.total, [who]),
            [year.of(p, [who])[0] for p in TOTALS[self.total]],
        )
        assert whole[3] == sum(part[3] for part in parts)
        self.figures["parts", whole, *parts] = {whole: 1} | dict.fromkeys(parts, -1)

    def _changes(self, db: sqlite3.Connection, before: Year, now: Year) -> None:
        kinds = self._kinds(before, now)
        where = f"WHERE year = {now.year} AND indicator = '{self.total}'"
        told = {r["component"]: r["value"] for r in db.execute(f"SELECT * FROM changes {where}")}
        for name, value in told.items():
            if name in ("before", "after"):
                year = before if name == "before" else now
                everyone = year.of(self.total, filter(year.has, year.place))
                self._beside(name, dict.fromkeys(everyone, 1), value)
                continue
            names = PAIRS.get(name, (name,))
            if name == "other":
                taken = {each for n in told for each in PAIRS.get(n, (n,))}
                names = tuple(kind for kind in kinds if kind not in taken)
            self._beside(name, self._step(before, now, {w for n in names for w in kinds[n]}), value)
            for who in kinds[name] if name in ("grew", "shrank") else ():
                sign = 1 if name == "grew" else -1
                step = self._step(before, now, {who})
                self.more["step", *step] = {u: sign * w for u, w in step.items()} | {ONE: -1}
                self.secrets["step", *step] = step
        for row in db.execute(f"SELECT * FROM same_enterprises {where}"):
            both = [w for w in before.place if before.known(w) and now.known(w)]
            for column, year in (("value_before", before), ("value", now)):
                self._beside("same", dict.fromkeys(year.of(self.total, both), 1), row[column])
        for row in db.execute(f"SELECT * FROM estimates {where}"):
            unknowns = before.of(self.total, kinds["no_answer"])
            self._beside("estimates", dict.fromkeys(unknowns, 1), row["value"])

    def _beside(self, name: str, terms: Terms, value: float) -> None:
        assert sum(u[3] * weight for u, weight in terms.items()) == value, (name, value)
        self.beside[name, *sorted(terms.items())] = terms

    def _kinds(self, before: Year, now: Year) -> dict[str, set[int]]:
        was, is_ = ({w for w in y.place if y.has(w)} for y in (before, now))
        both = {w for w in was & is_ if before.known(w) and now.known(w)}
        up = {w: now.amounts[w][self.total] - before.amounts[w][self.total] for w in both}
        return {
            "started": {w for w in is_ - was if w not in before.place},
            "answered_again": {w for w in is_ - was if w in before.place},
            "ceased": {w for w in was - is_ if w not in now.place},
            "no_answer": {w for w in was - is_ if w in now.place},
            "estimated": (was & is_) - both,
            "grew": {w for w, n in up.items() if n > 0},
            "shrank": {w for w, n in up.items() if n < 0},
        }

    def _step(self, before: Year, now: Year, who: set[int]) -> Terms:
        after = dict.fromkeys(now.of(self.total, filter(now.has, who)), 1)
        return after | dict.fromkeys(before.of(self.total, filter(before.has, who)), -1)

    def _quality(self, db: sqlite3.Connection, years: Mapping[int, Year], year: int) -> None:
        now, before = years[year], years.get(year - 1)
        sql = f"SELECT measure, subject, value FROM quality WHERE year = {year} AND value NOTNULL"
        for measure, subject, value in db.execute(sql):
            if (measure, subject) == ("total_without_imputation", self.total):
                unknowns = now.of(self.total, filter(now.known, now.place))
                self._beside("without", dict.fromkeys(unknowns, 1), value)
            if measure == "response_rate_weighted" and self.total == "employees" and before:
                asked = before.of(self.total, [w for w in now.place if before.known(w)])
                share = {u: float(u[2] in now.answering) for u in asked}
                self.more["rate", year] = {u: s - value / 100 + 0.005 for u, s in share.items()}
                self.more["rate-", year] = {u: value / 100 + 0.005 - s for u, s in share.items()}

    def intervals(
        self,
        who: int | None,
        keys: Iterable[tuple[Any, ...]] | None = None,
        with_pieces: bool = True,
    ) -> Iterator[tuple[Any, ...]]:
        """Of every secret that is not its own: what it is, and the least and most it can be."""
        rows = [*self.figures.values(), *(self.beside.values() if with_pieces else ())]
        more = list(self.more.values()) if with_pieces else []
        every = [*rows, *more, *self.secrets.values()]
        unknowns = sorted({u for terms in every for u in terms if u != ONE})
        # Of a single enterprise it must not matter that those with nothing are known.
        figures, single = (_Programme(unknowns, rows, more, who, known) for known in (False, True))
        for key in self.secrets if keys is None else keys:
            terms = self.secrets[key]
            own = {u[2] for u in terms} == {who} or who in self.alone.get(key, ())
            if not own:
                yield key, *(single if key[0] in ("one", "step") else figures).ends(terms)


PAIRS = {"joined": ("started", "answered_again"), "left": ("ceased", "no_answer"),
         "stayed": ("grew", "shrank")}  # fmt: skip
ONE: Unknown = ("", 0, 0, 1)


class _Programme:
    def __init__(
        self,
        unknowns: list[Unknown],
        rows: list[Terms],
        more: list[Terms],
        who: int | None,
        noughts_are_known: bool,
    ) -> None:
        self.place = {u: at for at, u in enumerate(unknowns)}
        truth = np.array([u[3] for u in unknowns], dtype=float)
        self.equal = self._matrix(rows)
        self.sides = self.equal @ truth
        self.more = self._matrix(more)
        self.least = -np.array([terms.get(ONE, 0.0) for terms in more])
        known = [u[2] == who or (noughts_are_known and not u[3]) for u in unknowns]
        self.bounds = [(u[3], u[3]) if k else (0, None)
                       for u, k in zip(unknowns, known, strict=True)]  # fmt: skip

    def _matrix(self, sums: list[Terms]) -> csr_array:
        found = [
            (at, self.place[u], w) for at, t in enumerate(sums) for u, w in t.items() if u != ONE
        ]
        rows, columns, weights = zip(*found, strict=True) if found else ((), (), ())
        return csr_array((weights, (rows, columns)), shape=(len(sums), len(self.place)))

    def ends(self, terms: Terms) -> tuple[float, float]:
        goal = self._matrix([terms]).toarray()[0]
        found = []
        for way in (1, -1):
            result = linprog(
                way * goal, -self.more, -self.least + 1e-6, self.equal, self.sides, self.bounds
            )
            assert result.status in (0, 3), result.message
            found.append(way * result.fun if result.status == 0 else way * -np.inf)
        return round(found[0], 4), round(found[1], 4)
