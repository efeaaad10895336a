"""datapackage.json (Data Package 2.0): every CSV file with its fields, types and keys."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from survey_data.geography import COUNTY, FILE_STEM
from survey_data.releases import texts
from survey_data.releases.content import Content, Table

PROFILE = "https://datapackage.org/profiles/2.0/"


def datapackage(content: Content, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The package of the CSV `files`."""
    release, publisher = content.release, content.publisher
    address = f"{publisher['address']}/oppna-data/{release['id']}/"
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": f"{FILE_STEM}-{release['id']}",
        "id": address,
        "title": texts.TITLE_SV,
        "description": texts.TITLE_EN,
        "version": release["id"],
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
