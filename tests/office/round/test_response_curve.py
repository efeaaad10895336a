"""The office's curve: answers day by day, against the year before only where that is true."""

from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from forms.office.round.progress import WIDE, drawing
from survey_data.database import rows, run
from survey_data.follow_up import progress, response_curve
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.closed_round import hold, numbers
from tests.support.http_visitor import Visitor


def spread(
    db: Database, survey_round: Round, start: date, days: list[int], mode: str = "web"
) -> None:
    """Let the round begin on a day, and one answer after another come in on these days."""
    moment = f"{start.isoformat()}T08:00:00.000+00:00"
    run(db, "UPDATE round SET opened_at = ? WHERE id = ?", (moment, survey_round.id))
    run(db, "DROP TRIGGER IF EXISTS response_is_never_changed")
    found = rows(db, "SELECT id FROM invitation WHERE round_id = ? ORDER BY id", (survey_round.id,))
    for row, day in zip(found, days, strict=False):
        responses.hand_in(db, row["id"], numbers((3, 3, 2, 2)), "sv", mode="web")
        at = f"{(start + timedelta(day)).isoformat()}T12:00:00.000+00:00"
        run(db, "UPDATE response SET handed_in_at = ?, mode = ? WHERE invitation_id = ?",
            (at, mode, row["id"]))  # fmt: skip


DAYS = [0, 1, 1, 5, 9, 20]


def last_year(db: Database, mode: str = "web", days: list[int] = DAYS) -> Round:
    survey_round = hold(db, 2021, silent=12)
    spread(db, survey_round, date(2021, 10, 4), days, mode)
    rounds.close_round(db, 2021, "test")
    run(db, "UPDATE round SET closed_at = '2021-11-15T22:00:00.000+00:00' WHERE year = 2021")
    return rounds.find(db, 2021)


def this_year(db: Database) -> Round:
    survey_round = hold(db, 2022, silent=12)
    spread(db, survey_round, date(2022, 10, 5), [0, 2, 2, 3])
    return rounds.find(db, 2022)


def test_answers_add_up_day_by_day(db: Database, enterprises: list[int]) -> None:
    found = response_curve.of_round(db, this_year(db), date(2022, 10, 9))
    assert found.this.counts == (1, 1, 3, 4, 4)
    assert (found.this.now, found.this.asked, found.why_alone) == (4, 12, "first")
    assert found.then is None


def test_the_same_day_is_as_many_days_after_the_invitation(
    db: Database, enterprises: list[int]
) -> None:
    last_year(db)
    found = response_curve.of_round(db, this_year(db), date(2022, 10, 9))
    assert found.before is not None
    assert [found.before.on(day) for day in (0, 1, 4, 5, 9, 20, 99)] == [1, 3, 3, 4, 5, 6, 6]
    assert (found.day, found.this.now, found.then) == (4, 4, 3)


@pytest.mark.parametrize(("mode", "days"), [("example", [3] * 6), ("import", DAYS)])
def test_a_year_that_was_not_collected_day_by_day_is_not_compared_with(
    db: Database, enterprises: list[int], mode: str, days: list[int]
) -> None:
    last_year(db, mode, days)
    found = response_curve.of_round(db, this_year(db), date(2022, 10, 9))
    assert (found.before, found.then, found.why_alone) == (None, None, "no_days")


def test_a_second_version_is_no_second_answer_and_who_has_ceased_is_none(
    db: Database, enterprises: list[int]
) -> None:
    survey_round = this_year(db)
    first, second, *_ = (r["invitation_id"] for r in rows(db, "SELECT * FROM response"))
    responses.hand_in(db, first, numbers((9, 9, 1, 1)), "sv", mode="web")
    responses.hand_in(db, second, {"status": "closed"}, "sv", mode="web")
    found = response_curve.of_round(db, survey_round, date(2022, 10, 9))
    rates = progress.rates(progress.standings(db, survey_round))
    assert (found.this.now, found.this.asked) == (rates.answered, rates.asked) == (3, 11)


def test_a_closed_round_stands_still(db: Database, enterprises: list[int]) -> None:
    survey_round = last_year(db)
    found = response_curve.of_round(db, survey_round, date(2026, 11, 22))
    assert (found.this.now, found.day) == (6, 42)


@pytest.mark.parametrize("size", [WIDE])
@pytest.mark.parametrize(
    ("this", "before", "due"),
    [((0, 0), None, 30), ((1, 3, 4), (2, 2, 2, 5), 40), ((10_000,) * 3, (9_999,) * 3, 2)],
)
def test_every_point_is_inside_the_drawing_and_labels_stand_apart(
    size: object, this: tuple[int, ...], before: tuple[int, ...] | None, due: int
) -> None:
    drawn = drawing(size, this, before, due)  # type: ignore[arg-type]
    for line in (drawn.this, drawn.before):
        if line:
            assert drawn.size.left <= line.x <= drawn.size.right
            assert drawn.grid[-1][1] <= line.y <= drawn.grid[0][1]
    if drawn.before and drawn.before.x == drawn.this.x:
        assert abs(drawn.before.label_y - drawn.this.label_y) >= 18
    assert drawn.grid[-1][0] >= max(*this, *(before or ()))


def test_the_desk_says_it_in_words_and_shows_nothing_false(
    db: Database, enterprises: list[int], coordinator: Visitor
) -> None:
    this_year(db)
    page = coordinator.open(f"{BASE}/samordna/")
    assert "4 av 12 i dag." in page.text
    assert "Det finns ingen omgång året före att jämföra med." in page.text
    assert "i fjol" not in page.text.lower()


def test_the_desk_compares_with_the_same_day(
    db: Database, enterprises: list[int], coordinator: Visitor
) -> None:
    last_year(db)
    this_year(db)
    page = coordinator.open(f"{BASE}/samordna/")
    # Long after the due date, everyone of last year had answered.
    assert "4 av 12 i dag; samma dag i fjol 6 av 12." in page.text
    assert "2 svar färre än samma dag i fjol" in page.text
    assert page.text.count('class="mini-chart') == 1
