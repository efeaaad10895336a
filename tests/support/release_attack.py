"""An attack on all that was ever published, enterprise by enterprise, by code of its own.

It reads the open files as a reader does, and knows besides which enterprises there are, where they
lie, who answered, came and went. What each of them has is unknown to it, unless it is its own.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
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
    """A year as last published: where each enterprise lies, what it has, and who answered."""

    def __init__(self, survey: Database, year: int) -> None:
        [survey_round] = [r for r in rounds.all_rounds(survey) if r.year == year]
        published = survey.execute(
            "SELECT records FROM protection p JOIN release r ON r.id = p.release_id"
            " WHERE year = ? ORDER BY r.rowid DESC",
            (year,),
        ).fetchone()
        if published:
            lines = json.loads(published[0])
        else:
            found = population.basis_of(survey, survey_round).records
            lines = [(r.enterprise, r.municipality, r.amounts, r.answered) for r in found]
        self.place = {who: where for who, where, *_ in lines}
        self.amounts = {who: amounts for who, _, amounts, _ in lines}
        self.answering = {who for who, *_, answered in lines if answered}
        self.year = year

    def of(self, indicator: str, who: Iterable[int]) -> list[Unknown]:
        return [(indicator, self.year, w, self.amounts[w][indicator]) for w in who]

    def inside(self, area_type: str, code: str) -> list[int]:
        return [
            who for who, m in self.place.items()
            if area_type == "county" or code in (m, PROVINCE.get(m, "HALSINGLAND"))
        ]  # fmt: skip

    def silent(self, who: int) -> bool:
        """Whether it is asked but neither answered nor estimated, and so adds nothing."""
        return who not in self.answering and not any(self.amounts[who][total] for total in TOTALS)


class Reader:
    """Everything published so far about one total and its parts."""

    def __init__(self, total: str) -> None:
        self.total, self.names = total, {total, *TOTALS[total]}
        self.figures: dict[tuple[Any, ...], Terms] = {}
        self.beside: dict[tuple[Any, ...], Terms] = {}
        self.more: dict[tuple[Any, ...], Terms] = {}  # sums that are zero or more
        self.secrets: dict[tuple[Any, ...], Terms] = {}
        self.alone: dict[tuple[Any, ...], set[int]] = {}
        self.versions: dict[tuple[int, int], list[Unknown]] = {}
        self.editions: dict[tuple[Any, ...], list[list[Unknown]]] = {}
        self.seen: set[tuple[Any, ...]] = set()
        # What each release showed of its own, with the equation that this is.
        self.shown: dict[str, dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]]] = {}

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
                self._shares(db, years, year)

    def _figures(self, db: sqlite3.Connection, years: Mapping[int, Year]) -> None:
        known = [r[0] for r in db.execute("SELECT id FROM releases ORDER BY position")]
        own = self.shown[known[-1]] = {}
        for row in db.execute("SELECT * FROM observations WHERE source = 'inventering'"):
            if row["indicator"] in self.names:
                year = years[row["year"]]
                who = year.inside(row["area_type"], row["area_code"])
                value = self._own(row, known[:-1])
                key = self._figure(row, value, year.of(row["indicator"], who))
                if value is not None:
                    own[tuple(row)[:4]] = value, key
                for each in who:
                    self._parts(year, each)
                    self._corrected(year, each)

    def _own(self, row: sqlite3.Row, before: list[str]) -> int | None:
        """What a release shows of its own; None where it hides a figure or repeats an older one.

        What is repeated is an equation of the release that it is from, and nothing else. Whether
        anything is repeated must follow from what is hidden and from the releases before, or the
        sign would tell something.
        """
        spot = tuple(row)[:4]
        is_kept, value = row["status"] == "k", row["value"]
        older = [number for number in before if spot in self.shown.get(number, {})]
        is_below = row["area_type"] == "municipality"
        if is_kept or value is None:
            assert is_kept is bool(older and is_below), spot
        if not is_kept:
            return None if value is None else int(value)
        was, key = self.shown[older[-1]][spot]
        assert (value, key in self.figures) == (was, True), spot
        assert all(f" {older[-1]}." in row[note] for note in ("note", "note_en")), spot
        return None

    def _figure(
        self, row: sqlite3.Row, shown: int | None, unknowns: list[Unknown]
    ) -> tuple[Any, ...]:
        some, value = [u for u in unknowns if u[3]], sum(u[3] for u in unknowns)
        key = (*tuple(row)[:4], *sorted(unknowns))
        if shown is not None:
            assert shown == value
            self.figures[key] = dict.fromkeys(unknowns, 1)
        is_top = row["area_type"] == "county" and len(unknowns) >= 15
        if value and (len(some) < 3 or (not is_top and value < 5)):
            assert shown is None or key in self.figures
            self.secrets[key] = dict.fromkeys(unknowns, 1)
            self.alone[key] = {u[2] for u in some} if len(some) == 1 else set()
        self._few_changed(row, unknowns)
        for one in some:
            self.secrets.setdefault(("one", *one), {one: 1})
        return key

    def _parts(self, year: Year, who: int) -> None:
        [whole], parts = (
            year.of(self.total, [who]),
            [year.of(p, [who])[0] for p in TOTALS[self.total]],
        )
        assert whole[3] == sum(part[3] for part in parts)
        self.figures["parts", whole, *parts] = {whole: 1} | dict.fromkeys(parts, -1)

    def _corrected(self, year: Year, who: int) -> None:
        """A number that was another in an earlier release: the change is a secret of its own."""
        [now] = year.of(self.total, [who])
        for before in self.versions.setdefault((year.year, who), []):
            if before != now:
                self.secrets["step", before, now] = {now: 1, before: -1}
        if now not in self.versions[year.year, who]:
            self.versions[year.year, who].append(now)

    def _few_changed(self, row: sqlite3.Row, unknowns: list[Unknown]) -> None:
        """A change of a figure between editions that fewer than three enterprises make up."""
        spot = tuple(row)[:4]
        for before in self.editions.setdefault(spot, []):
            moved = {u: 1.0 for u in unknowns if u not in before}
            moved |= {u: -1.0 for u in before if u not in unknowns}
            who = {u[2] for u in moved}
            if moved and len(who) < 3:
                self.secrets["change", *spot, *sorted(moved)] = moved
                self.alone["change", *spot, *sorted(moved)] = who if len(who) == 1 else set()
        if unknowns not in self.editions[spot]:
            self.editions[spot].append(unknowns)

    def _changes(self, db: sqlite3.Connection, before: Year, now: Year) -> None:
        where = f"WHERE year = {now.year} AND indicator = '{self.total}'"
        kinds, release = (
            self._kinds(before, now),
            db.execute("SELECT id FROM release").fetchone()[0],
        )
        for table in ("changes", "same_enterprises"):
            for row in db.execute(f"SELECT * FROM {table} {where}"):
                mark = (table, *tuple(row))
                if row["release"] != release:
                    # Carried on as it was published once.
                    assert mark in self.seen
                    continue
                self.seen.add(mark)
                for year in (before, now):
                    # Beside published parts it is known who did not answer and adds nothing.
                    for silent in year.of(self.total, filter(year.silent, year.place)):
                        self._beside("silent", {silent: 1}, 0)
                if table == "changes":
                    self._component(row, before, now, kinds)
                else:
                    for column, year in (("value_before", before), ("value", now)):
                        unknowns = year.of(self.total, kinds["stayed"])
                        self._beside("same", dict.fromkeys(unknowns, 1), row[column])

    def _component(
        self, row: sqlite3.Row, before: Year, now: Year, kinds: Mapping[str, set[int]]
    ) -> None:
        if row["component"] in ("before", "after"):
            year = before if row["component"] == "before" else now
            terms: Terms = dict.fromkeys(year.of(self.total, year.place), 1)
        else:
            who = kinds[row["component"]]
            assert row["enterprises"] == len(who)
            terms = dict.fromkeys(now.of(self.total, who & now.place.keys()), 1)
            terms |= dict.fromkeys(before.of(self.total, who & before.place.keys()), -1)
        self._beside(row["component"], terms, row["value"])

    def _beside(self, name: str, terms: Terms, value: float) -> None:
        assert sum(u[3] * weight for u, weight in terms.items()) == value, (name, value)
        self.beside[name, *sorted(terms.items())] = terms

    def _kinds(self, before: Year, now: Year) -> dict[str, set[int]]:
        was, is_ = set(before.place), set(now.place)
        silent = (was - before.answering) | (is_ - now.answering)
        return {
            "started": is_ - was - silent,
            "ceased": was - is_ - silent,
            "non_response": silent,
            "stayed": (was & is_) - silent,
        }

    def _shares(self, db: sqlite3.Connection, years: Mapping[int, Year], year: int) -> None:
        """What is published in whole per cent: how much is estimated, and the weighted response."""
        now, before = years[year], years.get(year - 1)
        release = db.execute("SELECT id FROM release").fetchone()[0]
        where = f"year = {year} AND indicator = '{self.total}' AND release = '{release}'"
        for row in db.execute(f"SELECT share FROM estimates WHERE {where}"):
            guessed = set(now.place) - now.answering
            terms = {u: float(u[2] in guessed) for u in now.of(self.total, now.place)}
            self._share("estimated", year, terms, row["share"])
        sql = f"SELECT value FROM quality WHERE year = {year} AND value NOTNULL AND measure ="
        for row in db.execute(f"{sql} 'response_rate_weighted'"):
            mark = ("rate", year, row["value"])
            if self.total == "employees" and before and ("rate", year) not in self.seen:
                asked = [w for w in now.place if w in before.answering]
                terms = {u: float(u[2] in now.answering) for u in before.of(self.total, asked)}
                self._share("rate", year, terms, row["value"])
                self.seen |= {mark, ("rate", year)}
            elif self.total == "employees":
                assert mark in self.seen

    def _share(self, name: str, year: int, inside: Terms, share: float) -> None:
        self.more[name, year] = {u: s - share / 100 + 0.005 for u, s in inside.items()}
        self.more[f"{name}-", year] = {u: share / 100 + 0.005 - s for u, s in inside.items()}
        for terms in (self.more[name, year], self.more[f"{name}-", year]):
            assert sum(u[3] * weight for u, weight in terms.items()) > -0.001

    def intervals(
        self,
        who: int | None,
        keys: Iterable[tuple[Any, ...]] | None = None,
        with_sides: bool = True,
    ) -> Iterator[tuple[Any, ...]]:
        """Of every secret that is not its own: what it is, and the least and most it can be, or
        two of its values that are further apart than matters (TIGHT)."""
        rows = [*self.figures.values(), *(self.beside.values() if with_sides else ())]
        more = list(self.more.values()) if with_sides else []
        every = [*rows, *more, *self.secrets.values()]
        unknowns = sorted({u for terms in every for u in terms if u != ONE})
        # Of a single enterprise it must not matter that those with nothing are known.
        figures, single = (_Programme(unknowns, rows, more, who, known) for known in (False, True))
        for key in self.secrets if keys is None else keys:
            terms = self.secrets[key]
            own = {u[2] for u in terms} == {who} or who in self.alone.get(key, ())
            if not own:
                programme = single if key[0] in ("one", "step") else figures
                yield key, *programme.ends(terms, whole=TIGHT)


ONE: Unknown = ("", 0, 0, 1)
# Narrower than this in fractions, and the ends are looked for in whole numbers.
TIGHT = 7.0
UNBOUNDED = 3


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
        equal, least = self._matrix(rows), -np.array([terms.get(ONE, 0.0) for terms in more])
        self.rules = [LinearConstraint(equal, equal @ truth, equal @ truth)]
        if more:
            self.rules.append(LinearConstraint(self._matrix(more), least - 1e-6, np.inf))
        known = [u[2] == who or (noughts_are_known and not u[3]) for u in unknowns]
        self.bounds = Bounds(np.where(known, truth, 0), np.where(known, truth, np.inf))
        # What may be the case, as far as was found: all else may be told of these without search.
        self.possible = [truth]

    def _matrix(self, sums: list[Terms]) -> csr_array:
        found = [
            (at, self.place[u], w) for at, t in enumerate(sums) for u, w in t.items() if u != ONE
        ]
        rows, columns, weights = zip(*found, strict=True) if found else ((), (), ())
        return csr_array((weights, (rows, columns)), shape=(len(sums), len(self.place)))

    def ends(self, terms: Terms, whole: float) -> tuple[float, float]:
        """The least and most, in whole numbers, where that is less than `whole` apart; else some
        that are as far apart."""
        goal = self._matrix([terms]).toarray()[0]
        seen = np.array(self.possible) @ goal
        found = [float(seen.min()), float(seen.max())]
        for at, way in enumerate((1, -1)):
            if found[1] - found[0] < whole:
                found[at] = self._end(way, goal)
        if found[1] - found[0] < whole:
            found = [self._end(way, goal, in_whole_numbers=True) for way in (1, -1)]
        return round(found[0], 4), round(found[1], 4)

    def _end(self, way: int, goal: np.ndarray, *, in_whole_numbers: bool = False) -> float:
        kinds = np.full(len(goal), int(in_whole_numbers))
        result = milp(way * goal, integrality=kinds, bounds=self.bounds, constraints=self.rules)
        if result.status == UNBOUNDED and not in_whole_numbers:
            return way * -np.inf
        assert result.x is not None, result.message
        if not in_whole_numbers:
            self.possible.append(result.x)
        return float(way * result.fun)
