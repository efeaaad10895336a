"""The table of what is verified against OWASP ASVS: its tests exist, and its sums are right."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "forms" / "web" / "asvs.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]
ANSWERS = ("yes", "partly", "no", "does not apply")
# Levels 1 and 2 of the standard, version 5.0.0.
EVERY_ROW = 253


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_row_says_whether_it_is_met_and_names_tests_that_exist(row: list[str]) -> None:
    _number, level, is_met, how, proven = row
    assert level in "12"
    assert is_met in ANSWERS
    named = re.findall(r"`([\w/.]+)::(\w+)`", proven)
    assert named or is_met != "yes", "what is met is proven"
    assert how or named
    for path, test in named:
        text = (ROOT / "tests" / path).read_text("utf-8")
        assert re.search(rf"^def {test}\(", text, re.MULTILINE), f"{path}::{test}"


def test_every_row_of_both_levels_is_there_once_and_the_sums_are_right() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) == EVERY_ROW
    counted = Counter(row[2] for row in ROWS)
    applicable = EVERY_ROW - counted["does not apply"]
    words = " ".join(TABLE.split())
    assert (
        f"Of {EVERY_ROW} rows of levels 1 and 2, {applicable} apply: {counted['yes']} are met,"
        f" {counted['partly']} partly, {counted['no']} not."
    ) in words
