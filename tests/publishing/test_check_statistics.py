"""Which checks met whom, and whether a value was changed after it."""

from sqlite_utils import Database

from survey_data.review import check_results
from survey_data.review.check_results import CheckRecord
from tests.support.answers import COMPANY, EMPLOYED, PLACED
from tests.support.reader import Reader


def records(db: Database) -> dict[str, CheckRecord]:
    return {record.check_id: record for record in check_results.of_year(db, 2021)}


def test_a_check_that_changed_a_value_is_told_from_one_that_changed_none(
    one: Reader,
    db: Database,
) -> None:
    one.open("/svara/foretaget").press(**COMPANY)
    one.press(**EMPLOYED | {"employees_men": "4"})
    one.press(**EMPLOYED)
    one.press(**PLACED | {"placed_af": "25"})
    one.press()
    one.press()
    assert records(db)["employees_add_up"] == CheckRecord("employees_add_up", 1, 1, 0, 0)
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/kvitto"
    found = records(db)
    assert found["employees_add_up"].changed == 1
    # The question about a change was shown, and then answered by going on: it met them twice.
    assert (found["placed_changed"].times, found["placed_changed"].changed) == (2, 0)
    assert found["placed_changed"].handed_in == 1


def test_a_field_left_blank_is_no_meeting(one: Reader, db: Database) -> None:
    one.open("/svara/anstallda").press()
    assert one.path == "/svara/anstallda"
    assert records(db) == {}
