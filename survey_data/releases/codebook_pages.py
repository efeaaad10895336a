"""The codebook and the quality declaration of a release, as pages and files tell them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from survey_data.releases.content import Content

PROTECTION = {
    "sv": "Små tal, och tal som få företag bidrar till, döljs och får tecknet x. Där en summa eller"
    " en annan utgåva skulle avslöja ett dolt tal döljs fler. Alla uppgifter om förändring, andelar"
    " och kvalitet görs av det som är öppet. Exakta gränser anges inte, eftersom de skulle hjälpa"
    " den som vill räkna sig fram.",
    "en": "Small numbers, and numbers that few enterprises contribute to, are hidden and marked x."
    " Where a total or another release would give a hidden number away, more are hidden. Every"
    " statement on change, shares and quality is made from what is open. Exact limits are not"
    " given, as they would help whoever wants to calculate back.",
}
VARIABLE = ("wording_sv", "wording_en", "universe_sv", "universe_en", "first_year", "last_year")


def codebook(content: Content) -> dict[str, Any]:
    """Every variable with wording, definition, unit, universe, years, breaks; every column."""
    about = {v["indicator"]: v for v in content.records("variables")}
    breaks = content.records("breaks")
    indicators = sorted(content.records("indicators"), key=lambda i: i["sort_order"])
    return {
        "release": content.release["id"],
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
    words = {k: v for k, v in measures[stated["measure"]].items() if k not in ("name",)}
    return _without(stated, "year") | _without(words, "sort_order")


def _without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}
