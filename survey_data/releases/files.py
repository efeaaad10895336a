"""Every file of a release by name, and what stands in those that describe the others."""

from datetime import datetime
from hashlib import sha256
from itertools import groupby, product
from typing import Any

from survey_data.releases import formats
from survey_data.releases import texts as words
from survey_data.releases.formats import datapackage
from survey_data.releases.texts import TITLE_EN, TITLE_SV
from survey_data.statistics.published_tables import Content
from survey_data.tables_to_files import workbook

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
COUNTY_FIRST = {"county": 0, "province": 1, "municipality": 2}
WORDS = {
    "sv": (TITLE_SV, "År", "Område", "Mått"),
    "en": (TITLE_EN, "Year", "Area", "Indicator"),
}
PROTECTION = {
    "sv": "Små tal, och tal som få företag bidrar till, döljs och får tecknet x. Där en summa eller"
    " en annan utgåva skulle avslöja ett dolt tal döljs fler. Där ändringen av en kommuns tal inte"
    " kan visas står talet som i en tidigare utgåva, med tecknet k. Alla uppgifter om förändring,"
    " andelar och kvalitet görs av det som är öppet. Exakta gränser anges inte, eftersom de"
    " skulle hjälpa den som vill räkna sig fram.",
    "en": "Small numbers, and numbers that few enterprises contribute to, are hidden and marked x."
    " Where a total or another release would give a hidden number away, more are hidden. Where"
    " the change of a municipality's number cannot be shown, the number stands as in an earlier"
    " release, marked k. Every"
    " statement on change, shares and quality is made from what is open. Exact limits are not"
    " given, as they would help whoever wants to calculate back.",
}
VARIABLE = ("wording_sv", "wording_en", "universe_sv", "universe_en", "first_year", "last_year")


def media_type(name: str) -> str:
    """What a file of a release is, by its name."""
    return MEDIA_TYPES[name.rpartition(".")[2] if "." in name else ""]


def all_files(content: Content) -> dict[str, bytes]:
    """Every file of the release that `content` is; the same content makes the same bytes."""
    csvs = {f"{name}.csv": formats.csv_file(t) for name, t in content.tables.items()}
    texts = {
        "datapackage.json": formats.json_file(datapackage(content, csvs)),
        "codebook.json": formats.json_file(codebook(content)),
        "quality.json": formats.json_file(quality(content)),
        "README.md": words.readme(content).encode(),
        "CHANGELOG.md": words.changelog(content).encode(),
        "CITATION.txt": words.citations(content).encode(),
        "LICENSE.txt": LICENCE.format(url=content.publisher["licence"]).encode(),
    }
    made = csvs | texts | {"data.zip": formats.zip_file(csvs | texts)} | _whole(content)
    about = {
        "release": content.release["id"],
        "includes_examples": str(content.release["includes_examples"]),
    }
    made |= {f"{n}.parquet": formats.parquet_file(t, about) for n, t in content.tables.items()}
    made[SUMS] = sums(made)
    return made


def _whole(content: Content) -> dict[str, bytes]:
    tables = {name: table.records() for name, table in content.tables.items()}
    moment = datetime.fromisoformat(content.release["published_at"])
    return {
        "data.json": formats.json_file({"release": content.release, "tables": tables}),
        # As a reader of Excel wants them.
        "data.xlsx": workbook(
            [("Data", _data(content)), ("Kolumner", _columns(content)), ("Noter", _notes(content))],
            moment,
        ),
        "open.db": formats.sqlite_file(content),
    } | {
        f"observations.{language}.json-stat.json": formats.json_file(json_stat(content, language))
        for language in ("sv", "en")
    }


def sums(files: dict[str, bytes]) -> bytes:
    """The files' SHA-256 sums as `sha256sum -c` reads them."""
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _data(content: Content) -> list[list[Any]]:
    areas = {(a["area_type"], a["area_code"]): a["name"] for a in content.records("areas")}
    labels = {i["name"]: i for i in content.records("indicators")}
    head = [
        "year", "area_type", "area_code", "area", "indicator", "label_sv", "label_en", "value",
        "status", "signs", "note", "note_en", "source",
    ]  # fmt: skip
    found = (
        labels[row["indicator"]] | row | {"area": areas[row["area_type"], row["area_code"]]}
        for row in content.records("observations")
    )
    return [head, *([row[name] for name in head] for row in found)]


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
    rows += [["includes_examples", release["includes_examples"], release["includes_examples"]]]
    rows += [["Exempel", *words.EXAMPLES]] if release["includes_examples"] else []
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
    rows += [
        [f"Svar {c['year']}", *words.answered(c["answered"], c["asked"])]
        for c in content.records("coverage")
        if c["asked"] is not None
    ]
    return rows


def json_stat(content: Content, language: str) -> dict[str, Any]:
    """The figures as JSON-stat 2: a cube of year, area and indicator, a status beside each value.

    Only the cells that exist have a value.
    """
    title, year_word, area_word, indicator_word = WORDS[language]
    rows = content.records("observations")
    years = sorted({str(row["year"]) for row in rows})
    areas = _areas(content, {row["area_code"] for row in rows})
    shown = {row["indicator"] for row in rows}
    measured = [i for i in content.records("indicators") if i["name"] in shown]
    indicators = sorted(measured, key=lambda i: i["sort_order"])
    sides = years, list(areas), [i["name"] for i in indicators]
    found = {(str(row["year"]), row["area_code"], row["indicator"]): row for row in rows}
    cells = {str(at): found[key] for at, key in enumerate(product(*sides)) if key in found}
    units = {i["name"]: {"label": i[f"unit_{language}"], "decimals": 0} for i in indicators}
    labels = {i["name"]: i[f"label_{language}"] for i in indicators}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "source": content.publisher["name"],
        "updated": content.release["published_at"],
        "extension": _extension(content, cells, language),
        "id": ["year", "area", "indicator"],
        "size": [len(each) for each in sides],
        "role": {"time": ["year"], "geo": ["area"], "metric": ["indicator"]},
        "dimension": {
            "year": _dimension(year_word, {year: year for year in years}),
            "area": _dimension(area_word, areas),
            "indicator": _dimension(indicator_word, labels, units),
        },
        "value": {place: row["value"] for place, row in cells.items()},
        "status": {place: row["status"] for place, row in cells.items()},
    }


def _extension(content: Content, cells: dict[str, dict[str, Any]], language: str) -> dict[str, Any]:
    """What JSON-stat has no place for: all the signs of cells that have several, and the notes."""
    note = "note" if language == "sv" else "note_en"
    return {
        "release": content.release["id"],
        "kind": content.release["kind"],
        "includes_examples": content.release["includes_examples"],
        "statuses": {s["code"]: s[f"explanation_{language}"] for s in content.records("statuses")},
        "signs": {at: row["signs"] for at, row in cells.items() if row["signs"] != row["status"]},
        "notes": {at: row[note] for at, row in cells.items() if row["note"]},
        "coverage": content.records("coverage"),
    }


def _areas(content: Content, shown: set[str]) -> dict[str, str]:
    found = [a for a in content.records("areas") if a["area_code"] in shown]
    found.sort(key=lambda a: (COUNTY_FIRST[a["area_type"]], a["area_code"]))
    return {area["area_code"]: area["name"] for area in found}


def _dimension(label: str, labels: dict[str, str], units: Any = None) -> dict[str, Any]:
    category: dict[str, Any] = {"index": list(labels), "label": labels}
    if units:
        category["unit"] = units
    return {"label": label, "category": category}


def codebook(content: Content) -> dict[str, Any]:
    """Every variable with wording, definition, unit, universe, years, breaks; every column."""
    about = {v["indicator"]: v for v in content.records("variables")}
    breaks = content.records("breaks")
    indicators = sorted(content.records("indicators"), key=lambda i: i["sort_order"])
    return {
        "release": content.release["id"],
        "includes_examples": content.release["includes_examples"],
        "variables": [
            {k: v for k, v in i.items() if k != "sort_order"}
            | {name: about.get(i["name"], {}).get(name) for name in VARIABLE}
            | {"breaks": [_without(b, "indicator") for b in breaks if b["indicator"] == i["name"]]}
            for i in indicators
        ],
        "columns": content.records("codebook"),
        "statuses": content.records("statuses"),
    }


def quality(content: Content) -> dict[str, Any]:
    """The declaration: measures by year, revisions, breaks, and protection in words."""
    measures = {m["name"]: m for m in content.records("quality_measures")}
    stated = sorted(
        content.records("quality"),
        key=lambda s: (-s["year"], measures[s["measure"]]["sort_order"], s["subject"]),
    )
    return {
        "release": content.release["id"],
        "published_at": content.release["published_at"],
        "kind": content.release["kind"],
        "includes_examples": content.release["includes_examples"],
        "disclosure_control": PROTECTION,
        "coverage": content.records("coverage"),
        "years": [
            {"year": year, "measures": [_measure(s, measures) for s in found]}
            for year, found in groupby(stated, key=lambda s: s["year"])
        ],
        "revisions": content.records("revisions"),
        "breaks": content.records("breaks"),
        "discrepancies": content.records("discrepancies"),
    }


def _measure(stated: dict[str, Any], measures: dict[str, Any]) -> dict[str, Any]:
    words = _without(measures[stated["measure"]], "name")
    return _without(stated, "year") | _without(words, "sort_order")


def _without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}
