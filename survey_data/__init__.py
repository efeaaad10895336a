"""Store, close, protect and publish the yearly inventory; knows nothing of the web.

The data that ship with the product lie in the folder published/.
"""

import csv
from importlib.resources import files


def packaged_text(name: str) -> str:
    """One of those files as it is."""
    return files("survey_data").joinpath("published", name).read_text("utf-8")


def packaged_lines(name: str) -> list[dict[str, str]]:
    """One of the CSV files as a dictionary for each line."""
    return list(csv.DictReader(packaged_text(f"{name}.csv").splitlines()))
