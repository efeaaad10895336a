"""The printed series, against the figures as they stand in the report."""

import pytest

from survey_data.history import printed_series

# year: enterprises, Hälsingland, Gästrikland, employees, women, men,
# placed as stated, by the employment service, by municipalities, others, reached
PRINTED = {
    2016: (34, 22, 12, 179, 113, 66, 156, 96, 57, 3, 95),
    2017: (34, 24, 10, 228, 137, 91, 230, 155, 65, 10, 586),
    2018: (30, 20, 10, 204, 113, 91, 244, 152, 74, 17, 235),
    2019: (28, 17, 11, 206, 108, 98, 130, 93, 26, 11, 183),
    2020: (28, 17, 11, 209, 111, 98, 123, 81, 26, 10, 176),
}
COLUMNS = (
    ("21", "enterprises"),
    ("HALSINGLAND", "enterprises"),
    ("GASTRIKLAND", "enterprises"),
    ("21", "employees"),
    ("21", "employees_women"),
    ("21", "employees_men"),
    ("21", "placed"),
    ("21", "placed_af"),
    ("21", "placed_kommun"),
    ("21", "placed_other"),
    ("21", "reached"),
)


def values() -> dict[tuple[int, str, str], printed_series.SeriesValue]:
    found = printed_series.published()
    by_key = {(v.year, v.area_code, v.indicator): v for v in found}
    assert len(by_key) == len(found), "no figure is there twice"
    return by_key


@pytest.mark.parametrize("year", PRINTED)
def test_every_printed_figure_is_as_printed(year: int) -> None:
    found = values()
    assert tuple(found[year, *column].value for column in COLUMNS) == PRINTED[year]


def test_no_year_and_no_figure_is_invented() -> None:
    inventory = {key for key in values() if not key[2].startswith("places_")}
    assert inventory == {(year, *column) for year in PRINTED for column in COLUMNS}


def test_only_stated_totals_that_differ_from_their_parts_are_flagged() -> None:
    flagged = {
        (v.year, v.indicator): v.value for v in printed_series.published() if v.status != "n"
    }
    assert flagged == {(2018, "placed"): 244, (2020, "placed"): 123}
    for value in printed_series.published():
        if value.status == "s":
            assert str(value.value) in value.note_sv
            assert str(value.value) in value.note_en


def test_everything_else_adds_up() -> None:
    for year, row in PRINTED.items():
        total, halsingland, gastrikland, employees, women, men, placed, *parts, _ = row
        assert total == halsingland + gastrikland
        assert employees == women + men
        assert (placed == sum(parts)) == (year not in (2018, 2020))


def test_the_three_discrepancies_are_told() -> None:
    shown = {
        (d.indicator, d.period): (d.stated, d.parts_sum) for d in printed_series.discrepancies()
    }
    assert shown == {
        ("placed", "2018"): (244, 243),
        ("placed", "2020"): (123, 117),
        ("reached", "2016–2020"): (1257, 1275),
    }
    for each in printed_series.discrepancies():
        assert each.note_sv
        assert each.note_en


def test_the_county_s_places_are_the_sum_of_the_municipalities() -> None:
    places = [v for v in printed_series.published() if v.indicator.startswith("places_")]
    for indicator in ("places_granted", "places_used"):
        for year in (2016, 2017, 2018):
            of_year = [v for v in places if (v.year, v.indicator) == (year, indicator)]
            [county] = [v.value for v in of_year if v.area_type == "county"]
            parts = [v.value for v in of_year if v.area_type == "municipality"]
            assert parts
            assert sum(parts) == county
    assert {v.year for v in places} == {2016, 2017, 2018}


def test_who_is_counted_among_those_reached_is_noted_each_year() -> None:
    notes = {v.year: v.note_sv for v in printed_series.published() if v.indicator == "reached"}
    assert notes[2020] == "Poddlyssnare är inte medräknade."
    assert {notes[year] for year in range(2016, 2020)} == {
        "Källan säger inte om podd och film ingår."
    }


def test_how_many_persons_used_the_places_is_noted() -> None:
    used = [v for v in printed_series.published() if v.indicator == "places_used"]
    county = {v.note_sv for v in used if v.area_type == "county"}
    assert [note.rpartition(": ")[2] for note in county] == ["11 platser, använda av 10 personer."]
    assert sum(v.value for v in used if v.area_type == "county") == 11
