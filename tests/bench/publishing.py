"""Publishing: what the demonstration takes, and the attack on everything in larger counties."""

from __future__ import annotations

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from app import create_app
from forms.questionnaire.inventory import as_dicts
from forms.web.request_context import survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows, scalar
from survey_data.publishing import release_workflow
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.statistics import population
from tests.support.closed_round import register_in

FIRST = 2021
YEARS = 3
SIZES = (30, 358)
AMOUNTS = (0, 1, 2, 3, 4, 6, 9)


def seconds(act: Callable[[], object]) -> float:
    """CPU time of one act, which a busy machine lengthens less than wall time."""
    start = time.process_time()
    act()
    return time.process_time() - start


def bench_publish() -> None:
    """The demonstration, and a county of many sizes in years of silence and estimates."""
    from forms.start import demo

    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data"})
        with app.app_context():
            demo.set_up(survey_db())
            rounds.close_round(survey_db(), 2021, "bench")
            places = app.extensions["places"]
            again = [seconds(lambda: publish(survey_db(), places, "bench")) for _ in range(5)]
        app.extensions["store"].close()
        wall = statistics.median(again)
        print(f"\npublish (6 years, 182 enterprise-years): {1000 * wall:.0f} ms, median of 5")
    for count in SIZES:
        _bench_county(count)


def _bench_county(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data"})
        with app.app_context():
            db, places = survey_db(), app.extensions["places"]
            _fill(db, count)
            walls = [_year(db, places, FIRST + n, random.Random(n)) for n in range(YEARS)]
            walls.append(seconds(lambda: publish(db, places, "bench")))
            shown = scalar(db, "SELECT count(*) FROM side_table WHERE members IS NOT NULL")
            heavy = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        app.extensions["store"].close()
    said = ", ".join(f"{wall:.1f}" for wall in walls)
    print(f"publish {count} enterprises, {YEARS} years one by one and once more: {said} s"
          f" of CPU, {shown} side tables, {heavy} MB at most")  # fmt: skip


def _fill(db: Database, count: int) -> None:
    towns = (*fictitious_enterprises.HALSINGLAND, *fictitious_enterprises.GASTRIKLAND)
    register_in(db, [towns[number % len(towns)] for number in range(count)])


def _year(db: Database, places: Places, year: int, pick: random.Random) -> float:
    """A round that three of ten leave unanswered and are estimated for; seconds to publish it."""
    rounds.open_round(db, year, *_days(year), as_dicts(year), "bench")
    survey_round = rounds.find(db, year)
    for row in rows(db, "SELECT id FROM invitation WHERE round_id = ?", (survey_round.id,)):
        if pick.random() > 0.3:
            responses.hand_in(db, row["id"], _answer(pick), "sv", mode="example")
    survey_round = rounds.close_round(db, year, "bench")
    known = {at for at, offer in population.offers(db, survey_round).items() if offer.numbers}
    if known:
        release_workflow.estimate(db, survey_round, known, "Svarar inte.", "bench")
    return seconds(lambda: publish(db, places, "bench"))


def _days(year: int) -> tuple[date, date]:
    return date(year, 10, 1), date(year, 11, 15)


def _answer(pick: random.Random) -> dict[str, Any]:
    women, men, af, kommun = (pick.choice(AMOUNTS) for _ in range(4))
    return {
        "status": "active", "employees_total": women + men, "employees_women": women,
        "employees_men": men, "placed_total": af + kommun, "placed_af": af, "placed_kommun": kommun,
    }  # fmt: skip
