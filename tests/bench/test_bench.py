"""The bench still runs: a tiny run of each part. Counts are asserted here, times never."""

import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.bench import publishing
from tests.bench.__main__ import parts
from tests.bench.answers import REQUESTS, Counted, count_journey
from tests.bench.start import loaded_by_a_start


@pytest.fixture(scope="module")
def counted() -> Counted:
    return count_journey()


@pytest.mark.parametrize("name", [n for n in parts(1) if n != "browser"])
def test_each_part_runs_and_says_what_it_found(
    name: str, shown: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = nullcontext(Path(shutil.copytree(shown, tmp_path / "data")))
    monkeypatch.setattr(publishing, "demonstration", lambda: data)
    parts(1, tiny=True)[name]()

    assert any(letter.isdigit() for letter in capsys.readouterr().out)


def test_what_is_heavy_is_loaded_by_the_first_who_asks_for_it() -> None:
    assert loaded_by_a_start() == set()


def test_a_core_response_is_seven_requests(counted: Counted) -> None:
    assert len(counted.requests) == REQUESTS


def test_a_core_response_asks_little_of_the_database(counted: Counted) -> None:
    """Each statement is asked for once; what is read twice shows here."""
    assert sum(counted.statements) <= 60, counted.said


def test_a_core_response_waits_for_the_disk_three_times(counted: Counted) -> None:
    assert sum(counted.commits) <= 3, counted.said


def test_heads_of_answers_are_small(counted: Counted) -> None:
    """On the whole: opening the link sets two cookies, and what comes after it none."""
    assert max(counted.heads) <= 900, counted.heads
    assert sum(counted.heads) / len(counted.heads) <= 500, counted.heads
