"""The charts as numbers: scales, gaps, marks; and that plotly accepts them."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly import io
from plotly.graph_objects import Figure

from reports.charts import theme
from reports.charts.cards import CHARTS
from reports.charts.figures import figure, for_page
from reports.charts.figures.annotations import spread
from reports.charts.figures.axes import bar_scale, line_scale, year_step
from reports.data import chart_numbers
from reports.data.chart_model import (
    ChartNumbers,
    Point,
    Series,
    Status,
    Words,
    YearChart,
    YearCoverage,
)
from reports.data.chart_numbers import BREAKS
from reports.text.grammar import runs, written
from tests.support.open_example import COUNTY, PROVINCES, STATUSES, YEARS

STATUS = {
    code: Status(code, symbol, Words(sv, en), Words(why, why_en))
    for code, symbol, sv, en, why, why_en in STATUSES
}
Values = Mapping[str, Mapping[int, int | None]]


def numbers(
    chart: YearChart, values: Values, status: str = "n", examples: tuple[int, ...] = ()
) -> ChartNumbers:
    """The numbers of a chart from {column: {year: value}}."""
    series = {part.column: Series(part, ()) for part in chart.columns}
    for column, by_year in values.items():
        points = (
            Point(year, value, "x" if value is None else status)
            for year, value in sorted(by_year.items(), key=lambda item: item[0])
        )
        series[column] = Series(series[column].part, tuple(points))
    coverage = tuple(YearCoverage(year, None, None, True) for year in examples)
    return ChartNumbers(chart, series, coverage, statuses=STATUS)


def published(key: str) -> ChartNumbers:
    """The figures of 2016–2020, with status s where the stated total differs."""
    by_column = COUNTY | {f"enterprises_{name.lower()}": v for name, v in PROVINCES.items()}
    chart = CHARTS[key]

    def points(column: str) -> tuple[Point, ...]:
        return tuple(
            Point(year, value, "s" if (column, year) in DIFFERING else "n")
            for year, value in zip(YEARS, by_column.get(column, ()), strict=False)
        )

    series = {
        part.column: Series(
            part,
            chart_numbers.ratios(
                part, points(part.indicator), [points(name) for name in part.of], {}
            )
            if part.of
            else points(part.column),
        )
        for part in chart.columns
    }
    return ChartNumbers(chart, series, statuses=STATUS)


DIFFERING = {("placed", 2018), ("placed", 2020)}


def drawn(chart_numbers: ChartNumbers) -> dict[str, Any]:
    """Both figures, which must be there, as the page has them.

    That they were made says that plotly knows every attribute and takes every value.
    """
    wide, narrow, _ = (figure(chart_numbers, "sv", size) for size in theme.SIZES)
    assert wide is not None
    return for_page(wide, narrow)


def texts(layout: dict[str, Any]) -> list[str]:
    """Every word written around the data."""
    return [annotation["text"] for annotation in layout["annotations"]]


@pytest.mark.parametrize("key", CHARTS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_chart_is_a_plotly_figure_in_our_look(key: str, language: Any) -> None:
    for size in theme.SIZES:
        result = figure(published(key), language, size)
        assert isinstance(result, Figure)
        assert result.layout.template == io.templates["asf"]
        assert result.layout.separators == theme.SEPARATORS[language]


def test_plotly_is_loaded_by_the_first_figure_and_not_before() -> None:
    code = "import sys, app; print('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_plotly_refuses_an_attribute_that_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="hoverdistanse"):
        theme.figure([], {"hoverdistanse": 1}, "sv")


@pytest.mark.parametrize("key", CHARTS)
def test_colours_come_from_the_theme_alone(key: str) -> None:
    import re

    found = set(re.findall(r"#[0-9A-Fa-f]{6}", str(drawn(published(key)))))
    assert found <= set(theme.TOKENS)


def test_the_number_on_a_bar_is_the_stated_total_with_its_mark() -> None:
    layout = drawn(published("placed"))["layout"]
    assert {"244", "123"} <= set(texts(layout))
    assert not {"243", "117"} & set(texts(layout))
    assert texts(layout).count("s") == 2


def test_a_dashed_line_stands_at_a_stated_total_that_the_parts_do_not_reach() -> None:
    shapes = drawn(published("placed"))["layout"]["shapes"]
    assert [s["y0"] for s in shapes if s["yref"] == "y"] == [244, 123]


def test_the_hover_box_names_the_stated_total_and_why_it_is_marked() -> None:
    total = drawn(published("placed"))["data"][-1]
    assert total["y"] == [156, 230, 244, 130, 123]
    assert total["customdata"][2] == "personer (s: summan avviker)"


def test_a_missing_year_is_a_gap_and_never_a_zero() -> None:
    chart = CHARTS["employees"]
    women = {2016: 10, 2017: 12, 2019: 14, 2020: 15}
    data = drawn(numbers(chart, {"employees_women": women}))["data"]
    line = next(trace for trace in data if trace["mode"] == "lines")
    steps = list(zip(line["x"], line["y"], strict=True))
    assert steps == [(2016, None), (2016, 10), (2017, 12), (2019, None), (2019, 14), (2020, 15)]
    assert all(0 not in trace["y"] for trace in data)


def test_a_hidden_value_is_a_gap_and_an_x_at_the_end() -> None:
    chart = CHARTS["enterprises"]
    values: Values = {
        "enterprises": {2019: 28, 2020: 28},
        "enterprises_halsingland": {2019: 17, 2020: None},
        "enterprises_gastrikland": {2019: 11, 2020: None},
    }
    result = drawn(numbers(chart, values))
    assert "Hälsingland x" in texts(result["layout"])
    assert next(t for t in result["data"] if t.get("name") == "Hälsingland")["x"] == [2019]


def test_one_year_alone_is_drawn_without_lines() -> None:
    for key in CHARTS:
        one = {c: {2020: v[-1]} for c, v in COUNTY.items() if c in _columns(key)}
        result = drawn(numbers(CHARTS[key], one))
        assert all(not trace["x"] for trace in result["data"] if trace.get("mode") == "lines")


def _columns(key: str) -> set[str]:
    return {part.column for part in CHARTS[key].columns}


def test_nothing_published_gives_no_figure() -> None:
    assert all(figure(numbers(chart, {})) is None for chart in CHARTS.values())


def test_a_year_with_every_value_hidden_gives_no_figure() -> None:
    assert figure(numbers(CHARTS["reached"], {"reached": {2020: None}})) is None


def test_preliminary_values_are_hollow_dotted_or_hatched() -> None:
    lines = drawn(numbers(CHARTS["employees"], {"employees_women": {2019: 1, 2020: 2}}, "p"))
    dotted = [t["line"]["dash"] for t in lines["data"] if t["mode"] == "lines" and t["x"]]
    assert dotted == ["dot"]
    assert lines["data"][-1]["marker"]["color"] == [theme.CARD] * 2
    bars = drawn(numbers(CHARTS["reached"], {"reached": {2020: 2}}, "p"))
    assert bars["data"][0]["marker"]["pattern"]["shape"] == ["/"]


def test_invented_years_have_a_band_and_their_name() -> None:
    chart_numbers = numbers(CHARTS["reached"], {"reached": {2020: 5, 2021: 6}}, examples=(2021,))
    result = drawn(chart_numbers)
    for width in ("layout", "narrow"):
        assert "exempel" in texts(result[width])
        assert result[width]["shapes"][0]["fillcolor"] == theme.WARM
    assert result["data"][0]["customdata"][1] == "personer (exempel)"


def test_events_are_marked_only_inside_the_years_shown() -> None:
    assert sum("reformeras" in t for t in texts(drawn(published("reached"))["layout"])) == 1
    later = drawn(numbers(CHARTS["reached"], {"reached": {2020: 5, 2021: 6}}))
    assert not any("reformeras" in t or "Pandemin" in t for t in texts(later["layout"]))


def test_events_are_numbered_pins_where_the_page_is_narrow() -> None:
    assert {"1", "2"} <= set(texts(drawn(published("reached"))["narrow"]))


@given(st.integers(0, 10_000_000))
def test_axes_reach_over_every_value_with_a_few_even_gridlines(highest: int) -> None:
    for scale in (line_scale, bar_scale):
        top, step = scale(highest)
        assert top >= highest
        assert 3 <= top / step < 6
        assert str(step).rstrip("0") in {"1", "2", "5"}


def test_the_axes_of_the_published_figures_are_round() -> None:
    assert line_scale(34) == (40, 10)
    assert line_scale(137) == (150, 50)
    assert bar_scale(586)[1] == 200
    assert bar_scale(244)[1] == 50


@given(st.integers(1, 60), st.sampled_from([7, 12, 24]))
def test_year_ticks_never_crowd(years: int, roomy: int) -> None:
    assert -(-years // year_step(years, roomy)) <= roomy


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(10, 40)), max_size=4))
def test_labels_are_moved_until_none_overlaps(labels: list[tuple[float, float]]) -> None:
    centres = spread(labels)
    placed = sorted(zip(centres, (height for _, height in labels), strict=True))
    for (low, low_height), (high, high_height) in pairwise(placed):
        assert high - low >= (low_height + high_height) / 2 - 0.5


@given(
    st.dictionaries(
        st.integers(2016, 2045), st.one_of(st.none(), st.integers(0, 100_000)), min_size=1
    ),
    st.sampled_from(sorted(CHARTS)),
    st.sampled_from(["n", "e", "r", "p", "s"]),
)
def test_any_years_and_any_hidden_values_can_be_drawn(
    values: dict[int, int | None], key: str, status: str
) -> None:
    chart = CHARTS[key]
    result = figure(numbers(chart, {part.column: values for part in chart.columns}, status))
    if all(value is None for value in values.values()):
        assert result is None
        return
    assert result is not None
    for trace in result["data"]:
        for year, value in zip(trace["x"], trace["y"], strict=True):
            assert value is None or value == values[year]


def test_thousands_are_parted_by_a_no_break_space_in_swedish() -> None:
    assert written(1275, "sv") == "1\u00a0275"
    assert written(1275, "en") == "1,275"


def test_neighbouring_years_are_told_as_spans() -> None:
    assert runs([2021, 2022, 2025]) == [(2021, 2022), (2025, 2025)]


def test_a_break_in_the_series_is_marked_and_never_drawn_across() -> None:
    chart = CHARTS["employed_placed"]
    values = {2019: 10, 2020: 12, 2021: 14, 2022: 15}
    base = numbers(chart, {"placed": values, "employees": values})
    result = drawn(replace(base, breaks=BREAKS))
    for width in ("layout", "narrow"):
        assert "Brott i serien" in texts(result[width])
        assert [s["x0"] for s in result[width]["shapes"] if s["line"].get("width") == 2] == [2020.5]
    lines = [trace for trace in result["data"] if trace["mode"] == "lines"]
    placed = next(t for t in lines if t["line"]["color"] == theme.SERIES["orange"])
    steps = list(zip(placed["x"], placed["y"], strict=True))
    assert steps == [(2019, None), (2019, 10), (2020, 12), (2021, None), (2021, 14), (2022, 15)]
    employed = next(t for t in lines if t["line"]["color"] == theme.SERIES["navy"])
    assert (2021, None) not in zip(employed["x"], employed["y"], strict=True)


def test_the_share_of_women_stands_under_each_year_and_is_hidden_with_its_parts() -> None:
    layout = drawn(published("employees"))["layout"]
    assert {"Kvinnors andel, %", "63", "60", "55", "52", "53"} <= set(texts(layout))
    part = CHARTS["employees"].strip
    assert part is not None
    women, men = [Point(2020, None, "x")], [Point(2020, 9)]
    assert chart_numbers.ratios(part, women, [women, men], {}) == (Point(2020, None, "x"),)


def test_per_enterprise_is_what_the_published_figures_divide_to() -> None:
    found = published("placed_per_enterprise").series["placed_per_enterprise"]
    expected = [
        round(placed / count, 1)
        for placed, count in zip(COUNTY["placed"], COUNTY["enterprises"], strict=True)
    ]
    assert [point.value for point in found.points] == expected
    assert [point.status for point in found.points] == ["n", "n", "s", "n", "s"]


def fifty(key: str) -> ChartNumbers:
    """The published figures over and over, for fifty years."""
    few = published(key)
    series = {
        column: Series(
            each.part,
            tuple(
                replace(point, year=year)
                for year in range(1971, 2021)
                if (point := each.at(2016 + year % 5))
            ),
        )
        for column, each in few.series.items()
    }
    return replace(few, series=series)


@pytest.mark.parametrize("width", ["layout", "narrow"])
def test_the_numbers_and_pins_of_fifty_years_stand_apart(width: str) -> None:
    for key in ("placed", "reached"):
        layout = drawn(fifty(key))[width]
        margin, axis = layout["margin"], layout["xaxis"]["range"]
        whole = theme.NARROW_WIDTH if width == "narrow" else theme.WIDTH
        slot = (whole - margin["l"] - margin["r"]) / (axis[1] - axis[0])

        def pixels(note: dict[str, Any], slot: float = slot) -> float:
            return float(note["x"] * slot + note.get("xshift", 0))

        values = [n for n in layout["annotations"] if n["font"]["weight"] == 650]
        pins = [n for n in layout["annotations"] if n.get("bgcolor") == theme.MUTED]
        assert values
        assert len(pins) == (2 if width == "narrow" else 0)
        for notes, apart in ((values, 30), (pins, 20)):
            at = sorted(pixels(note) for note in notes)
            assert all(after - before >= apart for before, after in pairwise(at)), at
        captions = [n for n in layout["annotations"] if "<br>2020" in n["text"]]
        for note in captions:
            end = pixels(note) - axis[0] * slot + margin["l"]
            assert end + theme.text_width(note["text"], theme.EVENT, 400) <= whole


def test_the_markers_of_many_years_do_not_run_together() -> None:
    sizes = [
        trace["marker"]["size"]
        for trace in drawn(fifty("enterprises"))["data"]
        if trace["mode"] == "markers"
    ]
    assert set(sizes) == {3}
