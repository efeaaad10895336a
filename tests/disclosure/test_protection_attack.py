"""Everything in the published files attacked together, by a reader and by every enterprise."""

import random
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.database import rows, scalar
from survey_data.errors import NotProtected
from survey_data.geography import MUNICIPALITIES
from survey_data.publishing import release_workflow
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.review import decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.statistics import population
from tests.support.closed_round import correct_enough, register_in
from tests.support.release_attack import Reader, Year

FIRST = 2021
WIDE = 5
PARTS = ("employees_women", "employees_men", "placed_af", "placed_kommun")
Answers = dict[int, dict[str, Any]]


@pytest.fixture
def enterprises(db: Database) -> list[int]:
    """Many in two places, and one or two in each of some others."""
    return register_in(db, [*("2184", "2180") * 14, "2183", "2104", "2104", "2132"])


def answer(pick: random.Random) -> dict[str, Any]:
    """What a small enterprise says: some have nothing of a part, some much."""
    women, men, af, kommun = (pick.choice((0, 1, 2, 3, 4, 6, 9)) for _ in PARTS)
    parts = dict(zip(PARTS, (women, men, af, kommun), strict=True))
    totals = {"employees_total": women + men, "placed_total": af + kommun}
    return parts | totals | {"status": "active"}


def hold(db: Database, year: int, pick: random.Random, before: Mapping[int, Any]) -> Answers:
    """A closed round: some are silent and estimated, some say what they said last year."""
    days = (date(year, 10, 1), date(year, 11, 15))
    survey_round = rounds.open_round(db, year, *days, as_dicts(year), "test")
    given = {}
    for row in rows(
        db, "SELECT id, enterprise_id FROM invitation WHERE round_id = ?", (survey_round.id,)
    ):
        who = row["enterprise_id"]
        if pick.random() < (0.3 if before else 0.1):
            continue
        is_same = who in before and pick.random() < 0.4
        given[who] = before[who] if is_same else answer(pick)
        responses.hand_in(db, row["id"], given[who], "sv", mode="example")
    survey_round = rounds.close_round(db, year, "test")
    known = {
        at for at, offer in population.offers(db, survey_round).items() if offer.numbers is not None
    }
    if known:
        release_workflow.estimate(db, survey_round, known, "Svarar inte.", "test")
    return given


def estimate_anew(db: Database, survey_round: rounds.Round) -> None:
    """Have the published estimates made of what the answers before are by now."""
    known = set(population.estimated(db, survey_round))
    release_workflow.estimate(db, survey_round, set(), "", "test")
    release_workflow.estimate(db, survey_round, known, "Svarar inte.", "test")


def leaks(reader: Reader, who: int | None) -> Iterator[tuple[Any, ...]]:
    """What an intruder can work out closer than the figures alone leave it, and too close."""
    close = [found for found in reader.intervals(who) if found[2] - found[1] < WIDE - 0.01]
    alone = reader.intervals(who, [key for key, *_ in close], with_sides=False)
    for (key, low, high), (_, least, most) in zip(close, alone, strict=True):
        if key[0] not in ("one", "step") or high - low < most - least - 0.01:
            yield who, key, low, high


@pytest.mark.parametrize(
    ("seed", "total", "is_anew"), [(1, "employees", True), (2, "placed", False)]
)
def test_nothing_published_of_three_rounds_and_an_edition_gives_anyone_away(
    db: Database, enterprises: list[int], places: Places, seed: int, total: str, is_anew: bool
) -> None:
    pick, given, reader = random.Random(seed), Answers(), Reader(total)
    for year in (FIRST, FIRST + 1, FIRST + 2):
        given = hold(db, year, pick, given)
        publish(db, places, "test")
        reader.see(db, places.open)
    correct_enough(db, rounds.find(db, FIRST + 1))
    if is_anew:
        estimate_anew(db, rounds.find(db, FIRST + 2))
    publish(db, places, "test")
    reader.see(db, places.open)
    assert reader.beside
    for who in (None, *pick.sample(enterprises, 2)):
        assert not list(leaks(reader, who))


def correct_some(
    db: Database, year: int, pick: random.Random, counts: Sequence[int] = (1, 2, 4, 8)
) -> None:
    """Corrections of one, a few or many answers of a closed year; some must wait."""
    answered = [(who, response) for who, response in responses.of_year(db, year) if who]
    for _, response in pick.sample(answered, min(len(answered), pick.choice(counts))):
        standing = decisions.as_reviewed(db, response).answers
        names = ("employees_women", "employees_total", "placed_af", "placed_total")
        values = {name: int(standing[name] or 0) + 2 for name in names}  # type: ignore[call-overload]
        newest = decisions.newest_decision(db, response.id)
        ruling = Ruling("test", seen=newest.id if newest else 0)
        review.correct(db, response.id, values, "Rättat.", ruling)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_nothing_published_of_a_random_county_gives_anyone_away(
    db: Database, places: Places, seed: int
) -> None:
    pick, given = random.Random(seed), Answers()
    towns = pick.sample([municipality.code for municipality in MUNICIPALITIES], pick.randint(2, 6))
    everyone = register_in(db, pick.choices(towns, k=pick.randint(8, 18)))
    readers = [Reader("employees"), Reader("placed")]
    for year in (FIRST, FIRST + 1, FIRST + 2):
        given = hold(db, year, pick, given)
        if year > FIRST:
            correct_some(db, pick.randint(FIRST, year), pick)
        with suppress(NotProtected):
            publish(db, places, "test")
            for reader in readers:
                reader.see(db, places.open)
    assert scalar(db, "SELECT count(*) FROM release")
    for reader in readers:
        for who in (None, pick.choice(everyone)):
            assert not list(leaks(reader, who))


TOWNS = ("2184", "2180", "2132", "2161", "2101", "2104")


def publish_and_read(db: Database, places: Places, *readers: Reader) -> list[tuple[Any, ...]]:
    """Publish, have the readers see it, and give which figures it repeats of an earlier release."""
    publish(db, places, "test")
    for reader in readers:
        reader.see(db, places.open)
    with closing(sqlite3.connect(places.open)) as opened:
        sql = "SELECT area_code, indicator, value FROM observations WHERE status = 'k'"
        return opened.execute(sql).fetchall()


@pytest.mark.parametrize("seed", [6, 7, 8])
def test_figures_that_stand_as_in_an_earlier_release_give_nobody_away(
    db: Database, places: Places, seed: int
) -> None:
    pick = random.Random(seed)
    everyone = register_in(db, [*TOWNS, *pick.choices(TOWNS, k=20)])
    readers = [Reader("employees"), Reader("placed")]
    hold(db, FIRST, pick, {})
    assert not publish_and_read(db, places, *readers)
    repeated = []
    for _ in range(3):
        correct_some(db, FIRST, pick, (4, 8))
        repeated += publish_and_read(db, places, *readers)
    assert repeated
    for reader in readers:
        for who in (None, *pick.sample(everyone, 2)):
            assert not list(leaks(reader, who))


def with_numbers_of_now(db: Database, path: Path, status: str) -> Path:
    """A copy of an open file in which what is repeated is what the answers add up to now."""
    now, wrong = Year(db, FIRST), path.with_name(f"wrong-{status}.db")
    shutil.copyfile(path, wrong)
    with closing(sqlite3.connect(wrong)) as opened, opened:
        sql = "SELECT area_code, indicator FROM observations WHERE status = 'k'"
        for area, indicator in opened.execute(sql).fetchall():
            value = sum(u[3] for u in now.of(indicator, now.inside("municipality", area)))
            where = "WHERE status = 'k' AND (area_code, indicator) = (?, ?)"
            opened.execute(f"UPDATE observations SET value = ?, status = ? {where}",
                           (value, status, area, indicator))  # fmt: skip
    return wrong


def test_a_number_of_now_where_an_earlier_one_should_stand_is_found_by_the_attack(
    db: Database, places: Places
) -> None:
    pick, reader = random.Random(7), Reader("employees")
    register_in(db, [*TOWNS, *pick.choices(TOWNS, k=20)])
    hold(db, FIRST, pick, {})
    publish_and_read(db, places, reader)
    correct_some(db, FIRST, pick, (12,))
    assert publish_and_read(db, places)
    right, marked, plain = (deepcopy(reader) for _ in range(3))
    right.see(db, places.open)
    assert not list(leaks(right, None))
    with pytest.raises(AssertionError):
        marked.see(db, with_numbers_of_now(db, places.open, "k"))
    plain.see(db, with_numbers_of_now(db, places.open, "n"))
    assert {key[0] for _, key, *_ in leaks(plain, None)} >= {"change"}


@pytest.mark.parametrize("total", ["employees", "placed"])
def test_nothing_published_of_the_demonstration_gives_anyone_away(
    db: Database, demonstration: object, places: Places, total: str
) -> None:
    reader = Reader(total)
    reader.see(db, places.open)
    rounds.close_round(db, 2021, "test")
    publish(db, places, "test")
    reader.see(db, places.open)
    assert {key[0] for key in reader.beside} >= {"started", "ceased", "stayed", "after"}
    everyone = sorted(row["id"] for row in rows(db, "SELECT id FROM enterprise"))
    for who in (None, *everyone[::9]):
        assert not list(leaks(reader, who))
