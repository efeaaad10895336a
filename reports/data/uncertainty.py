"""How sure the published figures are: coverage, hidden values and definitions, from open.db."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.data.chart_model import Words


@dataclass(frozen=True)
class Year:
    """What is known of one year: who was asked, who answered, how much is shown and hidden."""

    year: int
    asked: int | None
    answered: int | None
    is_example: bool
    reference_day: date | None
    values: int
    hidden: int


@dataclass(frozen=True)
class Definition:
    """One published measure in words."""

    label: Words
    unit: Words
    text: Words
    is_part: bool


@dataclass(frozen=True)
class Quality:
    """Everything the quality declaration counts and defines."""

    years: tuple[Year, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def hidden(self) -> int:
        """How many published values are hidden, in all years together."""
        return sum(year.hidden for year in self.years)

    @property
    def values(self) -> int:
        """How many values are published, hidden ones among them."""
        return sum(year.values for year in self.years)


def read_quality(path: str | Path) -> Quality:
    """Read the declaration's numbers; an absent or empty file gives an empty one."""
    if not Path(path).exists():
        return Quality()
    with _opened(path) as db:
        try:
            return Quality(tuple(_years(db)), tuple(_definitions(db)))
        except sqlite3.OperationalError:  # no tables yet
            return Quality()


@contextmanager
def _opened(path: str | Path) -> Iterator[sqlite3.Connection]:
    uri = f"{Path(path).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        db.execute("begin")
        yield db


def _years(db: sqlite3.Connection) -> Iterator[Year]:
    found = db.execute(
        "select c.year, c.asked, c.answered, c.is_example, c.reference_date, count(o.year),"
        " count(o.year) - count(o.value) from coverage c"
        " left join observations o on o.year = c.year group by c.year order by c.year"
    )
    for year, asked, answered, is_example, counted_on, values, hidden in found:
        day = date.fromisoformat(counted_on) if counted_on else None
        yield Year(year, asked, answered, bool(is_example), day, values, hidden)


def _definitions(db: sqlite3.Connection) -> Iterator[Definition]:
    found = db.execute(
        "select label_sv, label_en, unit_sv, unit_en, definition_sv, definition_en, part_of"
        " from indicators where name in (select indicator from observations) order by sort_order"
    )
    for label, label_en, unit, unit_en, text, text_en, part_of in found:
        yield Definition(
            Words(label, label_en), Words(unit, unit_en), Words(text, text_en), bool(part_of)
        )
