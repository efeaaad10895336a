"""The drawn first view: well-formed, without style attributes, the same numbers as the dict."""

import re
from xml.etree import ElementTree

import pytest

from reports.charts.cards import CHARTS
from reports.charts.drawing import theme
from reports.charts.drawing.sparkline import sparkline
from reports.charts.drawing.svg import draw, number
from tests.reports.test_figures import Values, drawn, numbers, published

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("key", CHARTS)
@pytest.mark.parametrize("narrow", [False, True])
def test_every_chart_is_well_formed_and_has_no_style_attribute(key: str, narrow: bool) -> None:
    text = draw(drawn(published(key)), "Ett diagram", narrow=narrow)
    root = ElementTree.fromstring(text)
    assert root.get("aria-label") == "Ett diagram"
    assert "style=" not in text
    assert not re.search(r"\bnan\b|None|inf\b", text)


@pytest.mark.parametrize("key", CHARTS)
def test_every_colour_has_a_class_for_the_dark_scheme(key: str) -> None:
    root = ElementTree.fromstring(draw(drawn(published(key)), "x"))
    for element in root.iter():
        classes = (element.get("class") or "").split()
        for kind in ("fill", "stroke"):
            if (colour := element.get(kind, "")).startswith("#"):
                assert f"{kind}-{theme.TOKENS[colour]}" in classes


def test_the_classes_stand_in_the_stylesheet() -> None:
    from pathlib import Path

    import reports

    css = (Path(reports.__file__).parent / "static" / "board.css").read_text("utf-8")
    drawings = "".join(draw(drawn(published(key)), "x") for key in CHARTS)
    used = set(re.findall(r"\b(?:fill|stroke)-[a-z]+(?=[ \"])", drawings)) - {"stroke-width"}
    missing = [name for name in used if not re.search(rf"\.{name}\b", css)]
    assert not missing


def test_the_stated_total_is_written_and_not_the_sum_of_the_parts() -> None:
    words = _words(draw(drawn(published("placed")), "x"))
    assert {"244", "123"} <= words
    assert not {"243", "117"} & words


def test_the_label_is_escaped() -> None:
    text = draw(drawn(published("reached")), 'a "b" <c>')
    assert ElementTree.fromstring(text).get("aria-label") == 'a "b" <c>'


def test_a_hidden_year_lifts_the_pen() -> None:
    values: Values = {"employees_women": {2016: 1, 2017: 2, 2018: None, 2019: 3, 2020: 4}}
    root = ElementTree.fromstring(draw(drawn(numbers(CHARTS["employees"], values)), "x"))
    line = next(p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2.75")
    assert (line.get("d") or "").count("M") == 2


def test_preliminary_bars_are_hatched_once_per_colour() -> None:
    values: Values = {"reached": {2019: 5, 2020: 6}}
    root = ElementTree.fromstring(draw(drawn(numbers(CHARTS["reached"], values, "p")), "x"))
    assert len(list(root.iter(f"{SVG}pattern"))) == 1


def test_the_sparkline_ends_in_the_stated_total() -> None:
    total = published("placed").total
    assert total
    text = sparkline(total.points, "series-two")
    assert "2016: 156" in text
    assert "2020: 123" in text
    assert "117" not in text
    ElementTree.fromstring(text)


def test_a_sparkline_without_values_is_nothing() -> None:
    assert sparkline((), "series-one") == ""


def test_coordinates_are_short() -> None:
    assert [number(value) for value in (1.0, 1.5, 1.234, 100.0)] == ["1", "1.5", "1.23", "100"]


def _words(text: str) -> set[str]:
    return {span.text or "" for span in ElementTree.fromstring(text).iter(f"{SVG}tspan")}
