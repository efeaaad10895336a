"""Publishing: what the demonstration takes, and the attack on everything in larger counties."""

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
SIZES = (30, 358)
AMOUNTS = (0, 1, 2, 3, 4, 6, 9)


def seconds(act: Callable[[], object]) -> float:
    """CPU time of one act, its proof in a process apart too; a busy machine lengthens it less."""
    start = _cpu_seconds()
    act()
    return _cpu_seconds() - start


def _cpu_seconds() -> float:
    # A process that has ended is counted among the children from then on.
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def bench_publish(sizes: Sequence[int] = SIZES, times: int = 5, years: int = 3) -> None:
    """The demonstration, and a county of many sizes in years of silence and estimates."""
    from forms.start import demo

    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data"})
        with app.app_context():
            demo.set_up(survey_db())
            rounds.close_round(survey_db(), 2021, "bench")
            places = app.extensions["places"]
            again = [seconds(lambda: publish(survey_db(), places, "bench")) for _ in range(times)]
        app.extensions["store"].close()
        print(f"\npublish (6 years, 182 enterprise-years): {statistics.median(again):.1f} s of CPU,"
              f" median of {times}")  # fmt: skip
    for count in sizes:
        _bench_county(count, years)


def _bench_county(count: int, years: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data"})
        with app.app_context():
            db, places = survey_db(), app.extensions["places"]
            _fill(db, count)
            taken = [_year(db, places, FIRST + n, random.Random(n)) for n in range(years)]
            taken.append(seconds(lambda: publish(db, places, "bench")))
            shown = scalar(db, "SELECT count(*) FROM side_table WHERE members IS NOT NULL")
            heavy = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        app.extensions["store"].close()
    said = ", ".join(f"{each:.1f}" for each in taken)
    print(f"publish {count} enterprises, {years} years one by one and once more: {said} s"
          f" of CPU, {shown} side tables, the proof {heavy} MB at most")  # fmt: skip


def _fill(db: Database, count: int) -> None:
    towns = (*fictitious_enterprises.FIRST, *fictitious_enterprises.OTHERS)
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


def bench_protect(is_small: bool = False) -> None:
    """The county and the country: pattern, proof, and the proof checked without a solver."""
    from tests.support.county import GAVLEBORG

    every = (
        ("the county, 28 enterprises", [GAVLEBORG], 28),
        ("the country, 358 enterprises, 290 municipalities, 21 counties", the_country(), 358),
    )
    for name, counties, count in every[:1] if is_small else every:
        started = time.perf_counter()
        found = [protect_county(c, n, seed) for seed, (c, n) in enumerate(shares(counties, count))]
        wall = time.perf_counter() - started
        slowest, hidden, all_, checked = (
            max(f[0] for f in found), *(sum(f[i] for f in found) for i in (1, 2, 3)),
        )  # fmt: skip
        print(
            f"\nprotect {name}: {wall:.1f} s (slowest county {slowest:.1f} s),"
            f" {hidden} of {all_} figures hidden; proofs checked in {checked:.1f} s"
        )


def the_country() -> list[Any]:
    """As many counties and municipalities as Sweden has, each county with two provinces."""
    from survey_data.statistics.tabulation import County

    sizes = [26, 8, 9, 13, 13, 8, 12, 1, 5, 33, 6, 49, 16, 12, 10, 15, 10, 7, 8, 15, 14]
    assert (len(sizes), sum(sizes)) == (21, 290)
    return [
        County(f"{n:02}", {
            f"{n:02}{p}": tuple(f"{n:02}{m:02}" for m in range(size) if m % 2 == p or size == 1)
            for p in range(min(2, size))
        })
        for n, size in enumerate(sizes, 1)
    ]  # fmt: skip


def shares(counties: list[Any], count: int) -> Iterator[tuple[Any, int]]:
    """How many enterprises each county has, by its municipalities."""
    sizes = [sum(map(len, c.provinces.values())) for c in counties]
    before = 0
    for n, county in enumerate(counties, 1):
        until = round(count * sum(sizes[:n]) / sum(sizes))
        yield county, until - before
        before = until


def protect_county(county: Any, count: int, seed: int) -> tuple[float, int, int, float]:
    """Seconds to protect and prove a county, figures hidden of all, seconds to check."""
    from survey_data.disclosure.certificate import check_certificate
    from tests.support.county import many, next_edition, prove

    started = time.perf_counter()
    shown = next_edition([], many(county, count, seed), county)
    sight, certificate = prove([shown], county)
    proven = time.perf_counter()
    check_certificate(certificate, sight)
    hidden = sum(value is None for value in shown.values.values())
    return proven - started, hidden, len(shown.values), time.perf_counter() - proven


@contextmanager
def demonstration() -> Iterator[Path]:
    """A data folder with the demonstration and its first release."""
    from forms.start import demo

    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data", "SMTP_URL": ""})
        with app.app_context():
            demo.set_up(survey_db())
            publish(survey_db(), app.extensions["places"], "bench")
        app.extensions["store"].close()
        yield Path(folder) / "data"


def bench_release(times: int = 5) -> None:
    """Writing every file of the demonstration's release."""
    from survey_data.releases.files import all_files
    from survey_data.statistics.published_tables import read

    with demonstration() as data:
        content = read(data / "open.db")
        files = all_files(content)
        wall = median_of(lambda: all_files(content), times)
        size = sum(map(len, files.values())) / 1000
        print(
            f"\na release's {len(files)} files ({size:.0f} kB): {1000 * wall:.0f} ms,"
            f" median of {times}"
        )


def median_of(act: Callable[[], object], times: int = 5) -> float:
    """Median wall seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
