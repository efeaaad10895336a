"""What was acknowledged is never lost or out of sight, whoever does what at the same moment."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_data.rounds.rounds import Round
from tests.soak.races import RACES, run


@pytest.mark.parametrize("race", RACES)
def test_no_race_loses_what_was_acknowledged(app: Flask, open_round: Round, race: str) -> None:
    result = run(app, race, 25)
    assert result.faults == []
    assert sum(result.counts.values()) >= 25
