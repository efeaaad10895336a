"""The drawn first view: well-formed, without style attributes, the same numbers as the dict."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import reports
from reports.charts import theme
from reports.charts.cards import CHARTS
from reports.charts.figures import figure
from reports.charts.figures.elements import number, together
from reports.charts.figures.lines import WIDTH, sparkline
from reports.charts.figures.svg import draw
from reports.data.chart_model import ChartNumbers
from tests.reports.test_figures import Values, numbers, published

ROOT = Path(reports.__file__).parent.parent
STYLES = (ROOT / "forms/static/asf.css", ROOT / "reports/static/board.css")
SVG = "{http://www.w3.org/2000/svg}"


def drawing(
    chart_numbers: ChartNumbers, label: str = "x", size: theme.Size = theme.CARD_SIZE
) -> str:
    """The drawing of a figure, which must be there."""
    found = figure(chart_numbers, "sv", size)
    assert found is not None
    return draw(found, label, width=size.width)


@pytest.mark.parametrize("key", CHARTS)
@pytest.mark.parametrize("size", theme.SIZES)
def test_every_chart_is_well_formed_and_has_no_style_attribute(key: str, size: theme.Size) -> None:
    text = drawing(published(key), "Ett diagram", size)
    root = ElementTree.fromstring(text)
    assert root.get("aria-label") == "Ett diagram"
    assert "style=" not in text
    assert not re.search(r"\bnan\b|None|inf\b", text)


@pytest.mark.parametrize("key", CHARTS)
def test_every_colour_has_a_class_for_the_dark_scheme(key: str) -> None:
    root = ElementTree.fromstring(drawing(published(key)))
    for element in root.iter():
        classes = (element.get("class") or "").split()
        for kind in ("fill", "stroke"):
            if (colour := element.get(kind, "")).startswith("#"):
                assert f"{kind}-{theme.TOKENS[colour]}" in classes


def test_the_classes_stand_in_the_stylesheet() -> None:
    css = "".join(path.read_text("utf-8") for path in STYLES)
    drawings = "".join(drawing(published(key)) for key in CHARTS)
    used = set(re.findall(r"\b(?:fill|stroke)-[a-z]+(?=[ \"])", drawings)) - {"stroke-width"}
    missing = [name for name in used if not re.search(rf"\.{name}\b", css)]
    assert not missing


def test_the_stated_total_is_written_and_not_the_sum_of_the_parts() -> None:
    words = _words(drawing(published("placed")))
    assert {"244", "123"} <= words
    assert not {"243", "117"} & words


def test_the_label_is_escaped() -> None:
    text = drawing(published("reached"), 'a "b" <c>')
    assert ElementTree.fromstring(text).get("aria-label") == 'a "b" <c>'


def test_a_hidden_year_lifts_the_pen() -> None:
    values: Values = {"employees_women": {2016: 1, 2017: 2, 2018: None, 2019: 3, 2020: 4}}
    root = ElementTree.fromstring(drawing(numbers(CHARTS["employees"], values)))
    line = next(p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2.75")
    assert (line.get("d") or "").count("M") == 2


def test_preliminary_bars_are_hatched_once_per_colour() -> None:
    values: Values = {"reached": {2019: 5, 2020: 6}}
    root = ElementTree.fromstring(drawing(numbers(CHARTS["reached"], values, "p")))
    assert len(list(root.iter(f"{SVG}pattern"))) == 1


def test_the_sparkline_ends_in_the_stated_total() -> None:
    total = published("placed").total
    assert total
    drawn = sparkline(total.points, theme.ORANGE)
    assert drawn
    text = draw(drawn, "", width=WIDTH)
    assert 'aria-hidden="true"' in text
    assert "2016: 156" in text
    assert "2020: 123" in text
    assert "117" not in text
    ElementTree.fromstring(text)


def test_a_sparkline_without_values_is_nothing() -> None:
    assert sparkline((), theme.NAVY) is None


def test_what_neighbours_share_stands_once_and_is_drawn_in_the_same_order() -> None:
    looks = ["a", "a", "a", "b", "", "a", "a"]
    drawn = together((f'fill="{look}"' * bool(look), '<path d="M0 0"/>') for look in looks)
    alone = '<path fill="{}" d="M0 0"/>'.format
    bare = '<path d="M0 0"/>'
    assert drawn == f'<g fill="a">{3 * bare}</g>{alone("b")}{bare}{2 * alone("a")}'


def test_coordinates_are_short() -> None:
    assert [number(value) for value in (1.0, 1.5, 1.234, 100.0)] == ["1", "1.5", "1.23", "100"]


def _words(text: str) -> set[str]:
    return {span.text or "" for span in ElementTree.fromstring(text).iter(f"{SVG}text")}
