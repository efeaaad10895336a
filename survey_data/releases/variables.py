"""What a release says about its variables: wording, universe, years, breaks, and who publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from survey_data import settings
from survey_data.database import rows
from survey_data.geography import COUNTY
from survey_data.rounds.rounds import Round
from survey_data.statistics.indicators import INDICATORS, Indicator

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
TABLES = (
    """CREATE TABLE publisher (name TEXT PRIMARY KEY, email TEXT NOT NULL, phone TEXT NOT NULL,
        address TEXT NOT NULL, licence TEXT NOT NULL)""",
    """CREATE TABLE variables (indicator TEXT PRIMARY KEY REFERENCES indicators(name),
        wording_sv TEXT NOT NULL, wording_en TEXT NOT NULL, universe_sv TEXT NOT NULL,
        universe_en TEXT NOT NULL, first_year INTEGER, last_year INTEGER)""",
    """CREATE TABLE breaks (indicator TEXT NOT NULL REFERENCES indicators(name),
        year INTEGER NOT NULL, kind TEXT NOT NULL, text_sv TEXT NOT NULL, text_en TEXT NOT NULL,
        PRIMARY KEY (indicator, year, kind))""",
)
ASKED = (
    f"Arbetsintegrerande sociala företag i {COUNTY.official_name} som finns i registret på"
    " räknedagen.",
    f"Work-integrating social enterprises in the county of {COUNTY.name} that are in the register"
    " on the reference date.",
)
OWN_WORK = (
    "Samordningsförbundets egna insatser under kalenderåret.",
    "The coordination association's own activities in the calendar year.",
)
NEW_SOURCE = (
    "Ny källa: {now}. Året före: {before}.",
    "New source: {now}. The year before: {before}.",
)
NEW_WORDING = (
    "Frågan ställdes med andra ord än året före.",
    "The question was worded otherwise than the year before.",
)
PODCAST = (
    "Från 2020 räknas poddlyssnare inte med.",
    "From 2020, podcast listeners are not included.",
)


def write_declaration(
    db: Database, survey: Database, closed: Sequence[Round], address: str
) -> None:
    """Fill the tables; `closed` are the rounds whose figures are in `observations`."""
    for statement in TABLES:
        db.conn.execute(statement)
    about = settings.association(survey)
    facts = (about.name, about.email, about.phone, address, LICENCE)
    db.conn.execute("INSERT INTO publisher VALUES (?, ?, ?, ?, ?)", facts)
    newest = max(closed, key=lambda survey_round: survey_round.year, default=None)
    db.conn.executemany(
        "INSERT INTO variables VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(i.name, *_wording(i, newest), *_universe(i), *_years(db, i.name)) for i in INDICATORS],
    )
    db.conn.executemany(
        "INSERT INTO breaks VALUES (?, ?, ?, ?, ?)",
        [*_source_breaks(db), *_wording_breaks(closed), *_known_breaks(db)],
    )


def _wording(indicator: Indicator, survey_round: Round | None) -> tuple[str, str]:
    asked = (
        [q for q in survey_round.questionnaire if q["name"] in indicator.questions]
        if survey_round
        else []
    )
    return tuple(  # type: ignore[return-value]
        " + ".join(_spoken(question, language) for question in asked) for language in ("sv", "en")
    )


def _spoken(question: dict[str, Any], language: str) -> str:
    said = f"{question[f'label_{language}']}. {question.get(f'help_{language}') or ''}"
    return said.strip()


def _universe(indicator: Indicator) -> tuple[str, str]:
    return ASKED if indicator.questions or indicator.name == "enterprises" else OWN_WORK


def _years(db: Database, name: str) -> tuple[int | None, int | None]:
    sql = "SELECT min(year) AS a, max(year) AS b FROM observations WHERE indicator = ?"
    [found] = rows(db, sql, (name,))
    return found["a"], found["b"]


Break = tuple[str, int, str, str, str]


def _source_breaks(db: Database) -> Iterator[Break]:
    """Where a series goes on from another source, be it the next year or after a gap."""
    found = rows(
        db,
        "SELECT DISTINCT o.indicator, o.year, s.title_sv, s.title_en FROM observations o"
        " JOIN sources s ON s.key = o.source ORDER BY o.indicator, o.year",
    )
    for before, now in pairwise(found):
        if before["indicator"] == now["indicator"] and before["title_sv"] != now["title_sv"]:
            said = (
                words.format(now=now[title], before=before[title])
                for words, title in zip(NEW_SOURCE, ("title_sv", "title_en"), strict=True)
            )
            yield now["indicator"], now["year"], "source", *said


def _wording_breaks(closed: Sequence[Round]) -> Iterator[Break]:
    for before, now in pairwise(sorted(closed, key=lambda survey_round: survey_round.year)):
        for indicator in INDICATORS:
            if indicator.questions and _wording(indicator, before) != _wording(indicator, now):
                yield (indicator.name, now.year, "wording", *NEW_WORDING)


def _known_breaks(db: Database) -> Iterator[Break]:
    sql = "SELECT 1 AS one FROM observations WHERE indicator = 'reached' AND year = 2020"
    if rows(db, sql):
        yield ("reached", 2020, "definition", *PODCAST)
