"""The figures as JSON-stat 2: a cube of year, area and indicator with a status beside each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey_data.releases.content import Content
from survey_data.releases.texts import TITLE_EN, TITLE_SV

COUNTY_FIRST = {"county": 0, "province": 1, "municipality": 2}
WORDS = {
    "sv": (TITLE_SV, "År", "Område", "Mått"),
    "en": (TITLE_EN, "Year", "Area", "Indicator"),
}


def json_stat(content: Content, language: str) -> dict[str, Any]:
    """The dataset in one language; only the cells that exist have a value and a status."""
    title, year_word, area_word, indicator_word = WORDS[language]
    rows = content.records("observations")
    years = sorted({str(row["year"]) for row in rows})
    areas = _areas(content, {row["area_code"] for row in rows})
    shown = {row["indicator"] for row in rows}
    measured = [i for i in content.records("indicators") if i["name"] in shown]
    indicators = sorted(measured, key=lambda i: i["sort_order"])
    places = [_places(keys) for keys in (years, areas, [i["name"] for i in indicators])]
    cells = {
        _cell(places, str(row["year"]), row["area_code"], row["indicator"]): row for row in rows
    }
    units = {i["name"]: {"label": i[f"unit_{language}"], "decimals": 0} for i in indicators}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "source": content.publisher["name"],
        "updated": content.release["published_at"],
        "extension": {
            "release": content.release["id"],
            "kind": content.release["kind"],
            "statuses": {
                s["code"]: s[f"explanation_{language}"] for s in content.records("statuses")
            },
            # All the signs of the cells that have more than the one in `status`.
            "signs": {
                str(place): row["signs"]
                for place, row in sorted(cells.items())
                if row["signs"] != row["status"]
            },
        },
        "id": ["year", "area", "indicator"],
        "size": [len(each) for each in places],
        "role": {"time": ["year"], "geo": ["area"], "metric": ["indicator"]},
        "dimension": {
            "year": _dimension(year_word, {year: year for year in years}),
            "area": _dimension(area_word, areas),
            "indicator": _dimension(
                indicator_word, {i["name"]: i[f"label_{language}"] for i in indicators}, units
            ),
        },
        "value": {str(place): row["value"] for place, row in sorted(cells.items())},
        "status": {str(place): row["status"] for place, row in sorted(cells.items())},
    }


def _areas(content: Content, shown: set[str]) -> dict[str, str]:
    found = [a for a in content.records("areas") if a["area_code"] in shown]
    found.sort(key=lambda a: (COUNTY_FIRST[a["area_type"]], a["area_code"]))
    return {area["area_code"]: area["name"] for area in found}


def _places(keys: Iterable[str]) -> dict[str, int]:
    return {key: place for place, key in enumerate(keys)}


def _cell(places: list[dict[str, int]], *keys: str) -> int:
    number = 0
    for place, key in zip(places, keys, strict=True):
        number = number * len(place) + place[key]
    return number


def _dimension(label: str, labels: dict[str, str], units: Any = None) -> dict[str, Any]:
    category: dict[str, Any] = {"index": list(labels), "label": labels}
    if units:
        category["unit"] = units
    return {"label": label, "category": category}
