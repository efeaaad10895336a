"""A year's microdata as one package: what analysts.db holds of it as flat files, explained.

Made of analysts.db alone, so what never comes in there (contacts, links, drafts, free text that
nobody has read) cannot come out here.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, packaged_text
from survey_data.database import writing
from survey_data.releases import formats
from survey_data.releases.files import SUMS, sums
from survey_data.releases.formats import PROFILE, resource
from survey_data.releases.texts import TITLE_EN, TITLE_SV
from survey_data.statistics.published_tables import Content, Table, read

ANSWERS = ("answers", "answers_raw")
# In the order that a reader wants them.
TABLES = (*ANSWERS, "edits", "checks_fired", "checks_met", "decisions", "paradata", "enterprises",
          "rounds", "questions", "reach_activities", "supervised_places", "supervised_outcomes",
          "codebook")  # fmt: skip
EXAMPLES = {
    "sv": " Företagen är påhittade exempel.",
    "en": " The enterprises are fictitious examples.",
}


def years(analysts: Path) -> list[int]:
    """The years there is a package of, newest first."""
    if not analysts.exists():
        return []
    found = read(analysts).records("rounds")
    return sorted((row["year"] for row in found), reverse=True)


def year_package(analysts: Path, year: int) -> bytes:
    """The year's package as ZIP; the same microdata make the same bytes. Raises LookupError."""
    content = read(analysts)
    if year not in {row["year"] for row in content.records("rounds")}:
        raise LookupError(year)
    # A file published before the newest tables is read until the next release.
    there = [name for name in TABLES if name in content.tables]
    tables = {name: _of_year(content, name, year) for name in there}
    files = {f"{name}.csv": formats.csv_file(table) for name, table in tables.items()}
    about = Content(content.tables | tables)
    files["datapackage.json"] = formats.json_file(_package(about, year, files))
    for language in ("sv", "en"):
        files[f"README.{language}.md"] = readme(about, year, list(tables), language).encode()
    files[SUMS] = sums(files)
    folder = f"asf-{year}-mikrodata"
    return formats.zip_file({f"{folder}/{name}": body for name, body in files.items()})


def download(survey: Database, analysts: Path, year: int, actor: str) -> bytes:
    """The year's package for someone whose name then stands in the trail; raises LookupError."""
    body = year_package(analysts, year)
    note_download(survey, actor, f"{year}.zip", checksum=sha256(body).hexdigest())
    return body


def note_download(survey: Database, actor: str, what: str, *, checksum: str = "") -> None:
    """Write in the trail who took microdata home, and what."""
    with writing(survey):
        after = {"sha256": checksum} if checksum else None
        audit_trail.record(survey, actor, "microdata downloaded", what, after=after)


@dataclass(frozen=True)
class Totals:
    """What the examples on how to read a package come to, so that a reader can compare."""

    year: int
    answers: int
    employees: int
    edits: int


def totals(analysts: Path, year: int) -> Totals:
    """Answers, their employees and corrected values of a year."""
    content = read(analysts)
    answers = _of_year(content, "answers", year).records()
    employees = sum(row["employees_total"] or 0 for row in answers)
    return Totals(year, len(answers), employees, len(_of_year(content, "edits", year).rows))


def _of_year(content: Content, name: str, year: int) -> Table:
    table = content.tables[name]
    if name == "codebook":
        there = {
            (t, c) for t in TABLES if t in content.tables for c in ("", *_columns(content, t, year))
        }
        return _only(table, lambda row: (row["table_name"], row["column_name"]) in there)
    if name == "enterprises":
        known = _in_the_frame(content, year)
        return _only(table, lambda row: row["id"] in known)
    if name == "reach_activities":
        return _only(table, lambda row: row["held_on"][:4] == str(year))
    return _narrow(_only(table, lambda row: row["year"] == year), _columns(content, name, year))


def _only(table: Table, wanted: Any) -> Table:
    records = zip(table.rows, table.records(), strict=True)
    return replace(table, rows=tuple(row for row, record in records if wanted(record)))


def _columns(content: Content, name: str, year: int) -> tuple[str, ...]:
    """A table's columns, without those of questions that were not asked that year."""
    columns = content.tables[name].columns
    if name not in ANSWERS:
        return columns
    entries = content.records("questions")
    asked = {row["name"] for row in entries if row["year"] == year}
    return tuple(c for c in columns if c in asked or c not in {row["name"] for row in entries})


def _narrow(table: Table, columns: tuple[str, ...]) -> Table:
    places = [table.columns.index(column) for column in columns]
    return replace(
        table,
        columns=columns,
        types=tuple(table.types[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
        # A view has no key of its own, and this one has its table's.
        keys=("year", "enterprise_id") if table.name in ANSWERS else table.keys,
    )


def _in_the_frame(content: Content, year: int) -> set[int]:
    """Those that answered, and those that could have been asked."""
    [survey_round] = [row for row in content.records("rounds") if row["year"] == year]
    day = survey_round["reference_date"]
    asked = {
        row["id"]
        for row in content.records("enterprises")
        if row["active_from"] <= day and (not row["active_to"] or row["active_to"] >= day)
    }
    return asked | {r["enterprise_id"] for r in content.records("answers") if r["year"] == year}


def _package(content: Content, year: int, files: dict[str, bytes]) -> dict[str, Any]:
    release = content.release
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": f"asf-{year}-mikrodata",
        "title": f"{TITLE_SV} {year}, mikrodata",
        "description": "Får inte spridas vidare. Must not be passed on.",
        "version": release["id"],
        "created": release["published_at"],
        "resources": [_resource(content, name, body) for name, body in files.items()],
    }


def _resource(content: Content, name: str, body: bytes) -> dict[str, Any]:
    table = content.tables[name.removesuffix(".csv")]
    described = resource(content, table, name, body)
    enterprise = {"fields": ["enterprise_id"],
                  "reference": {"resource": "enterprises", "fields": ["id"]}}  # fmt: skip
    described["schema"]["foreignKeys"] = [enterprise] if "enterprise_id" in table.columns else []
    return described


def readme(content: Content, year: int, tables: list[str], language: str) -> str:
    """What is in the package; `content` has the year's rows only."""
    [asked] = content.records("rounds")
    return packaged_text(f"microdata.{language}.md").format(
        title=TITLE_SV if language == "sv" else TITLE_EN,
        year=year,
        release=content.release["id"],
        published=clock.date_of(content.release["published_at"]).isoformat(),
        answered=asked["answered"],
        invited=asked["invited"],
        examples=EXAMPLES[language] if asked["is_example"] else "",
        files="\n".join(_line(content, name, language) for name in tables),
        sums=SUMS,
    )


def _line(content: Content, name: str, language: str) -> str:
    said = next(
        row for row in content.records("codebook") if (row["table_name"], row["column_name"])
        == (name, "")
    )  # fmt: skip
    return f"| `{name}.csv` | {len(content.tables[name].rows)} | {said[f'definition_{language}']} |"
