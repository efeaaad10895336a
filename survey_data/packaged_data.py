"""The data files that ship with the product, in the folder published/."""

from __future__ import annotations

import csv
from importlib.resources import files


def text(name: str) -> str:
    """One file as it is."""
    return files("survey_data").joinpath("published", name).read_text("utf-8")


def lines(name: str) -> list[dict[str, str]]:
    """One CSV file as a dictionary for each line."""
    return list(csv.DictReader(text(f"{name}.csv").splitlines()))
