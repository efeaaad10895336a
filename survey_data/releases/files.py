"""Every file of a release, by name."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from survey_data.releases import codebook_pages, formats
from survey_data.releases import texts as words
from survey_data.releases.content import Content
from survey_data.releases.datapackage import datapackage
from survey_data.releases.jsonstat import json_stat

SUMS = "SHA256SUMS"
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "db": "application/vnd.sqlite3",
    "zip": "application/zip",
    "md": "text/markdown",
    "txt": "text/plain",
    "": "text/plain",
}
LICENCE = "CC0 1.0 Universal\n{url}\n"


def media_type(name: str) -> str:
    """What a file of a release is, by its name."""
    return MEDIA_TYPES[name.rpartition(".")[2] if "." in name else ""]


def all_files(content: Content) -> dict[str, bytes]:
    """Every file of the release that `content` is; the same content makes the same bytes."""
    csvs = {f"{name}.csv": formats.csv_file(t) for name, t in content.tables.items()}
    texts = {
        "datapackage.json": formats.json_file(datapackage(content, csvs)),
        "codebook.json": formats.json_file(codebook_pages.codebook(content)),
        "quality.json": formats.json_file(codebook_pages.quality(content)),
        "README.md": words.readme(content).encode(),
        "CHANGELOG.md": words.changelog(content).encode(),
        "CITATION.txt": f"{words.citation(content)}\n{words.citation(content, 'en')}\n".encode(),
        "LICENSE.txt": LICENCE.format(url=content.publisher["licence"]).encode(),
    }
    made = csvs | texts | {"data.zip": formats.zip_file(csvs | texts)} | _whole(content)
    made |= {f"{n}.parquet": formats.parquet_file(t) for n, t in content.tables.items()}
    made[SUMS] = sums(made)
    return made


def _whole(content: Content) -> dict[str, bytes]:
    tables = {name: table.records() for name, table in content.tables.items()}
    moment = datetime.fromisoformat(content.release["published_at"]).replace(microsecond=0)
    return {
        "data.json": formats.json_file({"release": content.release, "tables": tables}),
        "data.xlsx": formats.xlsx_file(sheets(content), moment.replace(tzinfo=None)),
        "open.db": formats.sqlite_file(content),
    } | {
        f"observations.{language}.json-stat.json": formats.json_file(json_stat(content, language))
        for language in ("sv", "en")
    }


def sums(files: dict[str, bytes]) -> bytes:
    """The files' SHA-256 sums as `sha256sum -c` reads them."""
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def sheets(content: Content) -> list[formats.Sheet]:
    """Data, columns and notes, as a reader of Excel wants them."""
    return [("Data", _data(content)), ("Kolumner", _columns(content)), ("Noter", _notes(content))]


def _data(content: Content) -> list[list[Any]]:
    areas = {(a["area_type"], a["area_code"]): a["name"] for a in content.records("areas")}
    labels = {i["name"]: i for i in content.records("indicators")}
    head = ["year", "area_type", "area_code", "area", "indicator", "label_sv", "label_en", "value"]
    rows: list[list[Any]] = [[*head, "status", "signs", "note", "note_en", "source"]]
    for row in content.records("observations"):
        label = labels[row["indicator"]]
        rows.append([
            row["year"], row["area_type"], row["area_code"],
            areas[row["area_type"], row["area_code"]], row["indicator"], label["label_sv"],
            label["label_en"], row["value"], row["status"], row["signs"], row["note"],
            row["note_en"], row["source"],
        ])  # fmt: skip
    return rows


def _columns(content: Content) -> list[list[Any]]:
    table = content.tables["codebook"]
    return [list(table.columns), *map(list, table.rows)]


def _notes(content: Content) -> list[list[Any]]:
    release = content.release
    rows: list[list[Any]] = [["Vad", "Svenska", "English"]]
    rows += [["Utgåva", release["id"], release["id"]]]
    rows += [["Publicerad", release["published_at"], release["published_at"]]]
    rows += [["Citera", words.citation(content), words.citation(content, "en")]]
    rows += [["Licens", content.publisher["licence"], "CC0 1.0"]]
    rows += [["Anmärkning", release["note_sv"], release["note_en"]]]
    rows += [
        [f"Status {s['code']}", s["explanation_sv"], s["explanation_en"]]
        for s in content.records("statuses")
    ]
    rows += [
        [f"Brott {b['indicator']} {b['year']}", b["text_sv"], b["text_en"]]
        for b in content.records("breaks")
    ]
    rows += [
        [f"Avvikelse {d['indicator']} {d['period']}", d["note_sv"], d["note_en"]]
        for d in content.records("discrepancies")
    ]
    return rows
