"""What was acknowledged is never lost, doubled or out of sight, whoever does what meanwhile.

A few times of each; `make soak` takes hundreds.
"""

import sys
from pathlib import Path

import pytest
from flask import Flask

from survey_data.rounds.rounds import Round
from tests.soak.races import RACES, run
from tests.soak.under_load import full_disks, kills_while_mailing, under_load

NONE = (0, 0, 0, 0)


@pytest.mark.parametrize("race", RACES)
def test_no_race_loses_what_was_acknowledged(app: Flask, open_round: Round, race: str) -> None:
    result = run(app, race, 25)
    assert result.bad == NONE, result
    assert sum(result.counts.values()) >= 25


def test_kills_under_load_lose_and_double_nothing(app: Flask, open_round: Round) -> None:
    result = under_load(app, Path(app.config["DATA_DIR"]), kills=3)
    assert result.bad == NONE, result
    assert result.counts["requests"]


def test_kills_while_mailing_forget_nobody_and_send_nothing_twice(
    app: Flask, open_round: Round
) -> None:
    result = kills_while_mailing(app, Path(app.config["DATA_DIR"]), 2)
    assert result.bad == NONE, result
    assert result.counts["killed"]


@pytest.mark.skipif(sys.platform != "linux", reason="a disk of its own needs Linux")
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    result = full_disks(tmp_path, 2)
    assert result.bad == NONE, result
    assert dict(result.counts) == {"save": 2, "backup": 2, "room": 2}
