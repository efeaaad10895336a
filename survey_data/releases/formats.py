"""A release's tables as files; the same data always makes the same bytes.

In CSV a text that a spreadsheet would calculate gets an apostrophe before it; in XLSX every text
is a text by its type. JSON, Parquet and SQLite hold it as it is. CSV is written for programs
(tables_to_files.FOR_PROGRAMS): who opens a spreadsheet takes the XLSX.
"""

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from typing import Any

from survey_data.geography import COUNTY, FILE_STEM
from survey_data.releases import texts
from survey_data.statistics.published_tables import Content, Table
from survey_data.tables_to_files import FOR_PROGRAMS, csv_text

# The first moment that a zip file can tell.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
PROFILE = "https://datapackage.org/profiles/2.0/"


def csv_file(table: Table) -> bytes:
    """UTF-8 without a byte order mark, RFC 4180, empty where there is no value."""
    return csv_text([table.columns, *table.rows], FOR_PROGRAMS).encode()


def json_file(value: Any) -> bytes:
    """Any value as JSON."""
    # Without line breaks: those are made by a slower encoder.
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def parquet_file(table: Table, about: Mapping[str, str]) -> bytes:
    """The table with its types, for DuckDB, Spark and pandas; `about` in its key-value metadata."""
    from arro3.core import Array, DataType
    from arro3.core import Table as ArrowTable
    from arro3.io import write_parquet

    kinds = {"integer": DataType.int64(), "number": DataType.float64(), "string": DataType.string()}
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    arrays = [Array(cells, kinds[t]) for cells, t in zip(columns, table.types, strict=True)]
    arrow = ArrowTable.from_arrays(arrays, names=list(table.columns))
    while True:
        out = io.BytesIO()
        write_parquet(arrow, out, compression="zstd(3)", key_value_metadata=dict(about))
        made = out.getvalue()
        # The library puts `about` in any order, and the same data is to make the same bytes.
        places = [made.rfind(name.encode()) for name in about]
        if places == sorted(places):
            return made


def sqlite_file(content: Content) -> bytes:
    """Every table and view in a database of its own, written anew row by row.

    A copy of the live file would carry its history of pages with it.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("BEGIN")
        for table in content.tables.values():
            db.execute(table.ddl)
            if not table.is_view:
                marks = ", ".join("?" * len(table.columns))
                db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', table.rows)
        db.execute("COMMIT")
        # As small as it can be: this very file is what readers have open.
        db.execute("VACUUM")
        return db.serialize()


def zip_file(files: Mapping[str, bytes]) -> bytes:
    """Files in one, in the given order and without a clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            facts = zipfile.ZipInfo(name, ZIP_EPOCH)
            facts.compress_type = zipfile.ZIP_DEFLATED
            facts.external_attr = 0o644 << 16
            archive.writestr(facts, body)
    return out.getvalue()


def datapackage(content: Content, files: Mapping[str, bytes]) -> dict[str, Any]:
    """datapackage.json (Data Package 2.0): the CSV `files` with their fields, types and keys."""
    release, publisher = content.release, content.publisher
    address = f"{publisher['address']}/oppna-data/{release['id']}/"
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": f"{FILE_STEM}-{release['id']}",
        "id": address,
        "title": texts.TITLE_SV,
        "description": texts.TITLE_EN,
        "version": release["id"],
        "includes_examples": bool(release["includes_examples"]),
        "created": release["published_at"],
        "homepage": address,
        "licenses": [
            {"name": "CC0-1.0", "path": publisher["licence"], "title": "CC0 1.0 Universal"}
        ],
        "contributors": [
            {"title": publisher["name"], "email": publisher["email"], "roles": ["publisher"]}
        ],
        "sources": [
            {"title": s["title_sv"]} | ({"path": s["url"]} if s["url"] else {})
            for s in content.records("sources")
        ],
        "keywords": ["arbetsintegrerande sociala företag", "ASF", COUNTY.name],
        "resources": [
            resource(content, content.tables[name.removesuffix(".csv")], name, body)
            for name, body in files.items()
        ],
    }


def resource(content: Content, table: Table, name: str, body: bytes) -> dict[str, Any]:
    """One table's CSV file as the package tells of it."""
    said = {
        c["column_name"]: c for c in content.records("codebook") if c["table_name"] == table.name
    }
    about = said.get("", {})
    return {
        "$schema": f"{PROFILE}dataresource.json",
        "name": table.name,
        "type": "table",
        "path": name,
        "title": about.get("label_sv", table.name),
        "description": about.get("definition_sv", ""),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(body),
        "hash": f"sha256:{sha256(body).hexdigest()}",
        "schema": {
            "$schema": f"{PROFILE}tableschema.json",
            "fields": [
                _field(column, kind, said.get(column, {}))
                for column, kind in zip(table.columns, table.types, strict=True)
            ],
            "missingValues": [""],
        }
        | ({"primaryKey": list(table.keys)} if table.keys else {}),
    }


def _field(column: str, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": column,
        "type": kind,
        "title": said.get("label_sv", column),
        "description": said.get("definition_sv", ""),
    }
