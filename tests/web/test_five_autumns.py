"""The rehearsal: the whole product once more, compared with what was printed."""

import pytest
from flask import Flask

from survey_data.automation.fictitious_enterprises import YEARS, numbers_of, printed_totals
from tests.support.five_autumns import Comparison, compare, rehearse_all


def test_five_autumns_through_mail_and_http_give_the_printed_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rehearse_all()
    printed = capsys.readouterr().out
    assert "Alla 50 siffror stämmer" in printed
    assert "(källan anger 244)" in printed
    assert "(källan anger 123)" in printed
    assert "STÄMMER INTE" not in printed


def test_a_figure_that_differs_is_found(demonstration: Flask) -> None:
    # Published with the printed series: its stated totals of 2018 and 2020 are not their parts.
    lines = compare(demonstration.config["OPEN_DB"])
    different = [(line.year, line.indicator) for line in lines if not line.agrees]
    assert different == [(2018, "placed"), (2020, "placed")]


def test_a_hidden_or_missing_figure_does_not_agree() -> None:
    assert not Comparison(2016, "21", "placed", 156, None).agrees


@pytest.mark.parametrize("year", YEARS)
def test_example_answers_add_up_to_the_printed_parts(year: int) -> None:
    numbers = numbers_of(year).values()
    for question, total in printed_totals(year).items():
        assert sum(each[question] for each in numbers) == total
