"""How long the report takes as a PDF and as slides, with few and many years and municipalities."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Database

from reports.data.reader import read
from reports.documents.annual_report import report_pdf
from reports.documents.content import Published
from reports.documents.slides import report_slides
from survey_data.association.release_rows import Own
from survey_data.geography import AREAS, Area
from survey_data.history.printed_series import SeriesValue, discrepancies
from survey_data.releases.open_db import Coverage, Release, write_open_db
from survey_data.statistics import published_tables
from tests.support.open_example import COUNTY, PROVINCES

SIZES = ((5, 10), (50, 10), (5, 290))


def bench_documents(sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    """First and second time: the first reads the typeface and fills the library's own caches."""
    print("\nThe report as a file (wall s, CPU s; first / second time)")
    print(f"{'years':>6}{'municipalities':>16}{'':>4}{'PDF':>24}{'kB':>7}{'slides':>24}{'kB':>7}")
    for years, municipalities in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = _open_db(Path(folder) / "open.db", years, municipalities)
            about = Published(read(path), "sv")
            line = f"{years:>6}{municipalities:>16}{'':>4}"
            for make in (report_pdf, report_slides):
                (first, size), (second, _) = _timed(make, about), _timed(make, about)
                line += f"{f'{first} / {second}':>24}{size / 1000:>7.0f}"
            print(line)


def _timed(make: object, about: Published) -> tuple[str, int]:
    assert callable(make)
    started, cpu = time.perf_counter(), time.process_time()
    size = len(make(about))
    return f"{time.perf_counter() - started:.2f} {time.process_time() - cpu:.2f}", size


def _open_db(path: Path, years: int, municipalities: int) -> Path:
    """The printed figures over and over, and invented places in as many municipalities."""
    codes = [f"{2101 + number}" for number in range(municipalities)]
    survey_round = range(2021 - years, 2021)
    db = Database(sqlite3.connect(path))
    write_open_db(
        db,
        Release("2020-1", "2021-02-01T12:00:00+00:00", "final", includes_examples=False),
        [value for year in survey_round for value in _year(year, codes)],
        discrepancies(),
        [Coverage(year, 34, 30, False, f"{year}-10-01") for year in survey_round],
        Own(),
        areas=[
            *(area for area in AREAS if area.area_type != "municipality"),
            *(
                Area("municipality", code, f"Ort {code}", f"Ort {code}", "HALSINGLAND", None, "")
                for code in codes
            ),
        ],
    )
    # What the report reads besides: nothing is estimated, and no side table is published.
    made = set(db.table_names())
    published_tables.create(db, *(t for t in published_tables.open_tables() if t not in made))
    db.conn.commit()
    db.close()
    return path


def _year(year: int, codes: list[str]) -> Iterator[SeriesValue]:
    turn = year % 5
    for name, values in COUNTY.items():
        yield _value(year, "county", "21", name, values[turn])
    for code, values in PROVINCES.items():
        yield _value(year, "province", code, "enterprises", values[turn])
    for code in codes:
        yield _value(year, "municipality", code, "places_granted", 4)
        yield _value(year, "municipality", code, "places_used", 1 + turn % 4)


def _value(year: int, kind: str, code: str, indicator: str, value: int) -> SeriesValue:
    return SeriesValue(year, kind, code, indicator, value, "n", "", "", "slutrapport-2016-2020")


if __name__ == "__main__":
    bench_documents()
