"""The charts that are not over years: numbers against open.db, titles at their edges, the files."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import reports
from reports.charts import (
    milestone_grid,
    national,
    same_enterprises,
    supervised_places,
    theme,
    tile_map,
    waterfall,
)
from reports.charts.cards import KEYS, PANELS, ChartCard, card_of, cards, csv_of
from reports.charts.county_change import YearPair
from reports.charts.figures import rows as bar_rows
from reports.charts.figures.svg import draw
from reports.data.chart_model import COUNTY, Language, Point, Words
from reports.data.model import (
    ChangePart,
    OpenData,
    PublishedArea,
    PublishedChange,
    PublishedIndicator,
    PublishedMilestone,
    PublishedSource,
    SameEnterprises,
)
from reports.data.reader import read
from reports.text.grammar import once
from survey_data.database import connect, rows
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

ROOT = Path(reports.__file__).parent.parent
STYLES = (ROOT / "forms/static/asf.css", ROOT / "reports/static/board.css")
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])
BOTH = st.sampled_from(["sv", "en"])


@pytest.fixture
def data(demonstration: Flask) -> OpenData:
    return read(demonstration.config["OPEN_DB"])


@LANGUAGES
def test_every_chart_is_drawn_well_formed_with_classes_for_the_dark_scheme(
    data: OpenData, language: Language
) -> None:
    found = {card.key: card for card in cards(data, language)}
    assert tuple(found) == KEYS
    css = "".join(path.read_text("utf-8") for path in STYLES)
    for card in found.values():
        assert card.table.rows
        assert card.sources, card.key
        for drawing in (card.wide, card.narrow, card.page):
            root = ElementTree.fromstring(str(drawing))
            assert root.get("aria-label") == card.summary
            assert "style=" not in drawing
            for element in root.iter():
                for kind in ("fill", "stroke"):
                    if (colour := element.get(kind, "")).startswith("#"):
                        name = f"{kind}-{theme.TOKENS[colour]}"
                        assert name in (element.get("class") or "").split(), card.key
                        assert re.search(rf"\.{name}\b", css), name


@pytest.mark.parametrize("key", KEYS)
def test_the_query_behind_a_chart_runs_and_holds_its_numbers(
    demonstration: Flask, data: OpenData, key: str
) -> None:
    card = card_of(key, data, "sv")
    assert card is not None
    with connect(demonstration.config["OPEN_DB"]).conn as db:
        answer = db.execute(card.query).fetchall()
    assert answer
    survey_round = {
        f"{v:g}" if isinstance(v, int | float) else str(v) for row in answer for v in row
    }
    shown = {
        cell.replace(",", ".")
        for line in csv.DictReader(io.StringIO(csv_of(key, data) or ""), delimiter=";")
        for column, cell in line.items()
        if column != "is_example" and re.fullmatch(r"-?\d+(,\d+)?", cell)
    }
    assert shown
    assert shown <= survey_round
    if card.is_over_years:
        assert len(answer) >= len(card.table.rows)


@pytest.mark.parametrize("key", KEYS)
def test_every_chart_has_a_page_a_frame_and_files(
    demonstration: Flask, data: OpenData, visitor: Visitor, key: str
) -> None:
    card = card_of(key, data, "sv")
    assert card is not None
    page = visitor.open(f"{BASE}/rapport/{key}")
    assert page.text.count('<figure class="chart-page"') == 1
    assert f"/rapport/{key}/badda-in" in page.text
    assert "/data/open?sql=" in page.text
    for part in ('<h1 id="', 'class="lead"', "data-source>Utgåva 2020-1", "<tbody>"):
        assert part in page.text, part
    assert page.text.count("data-source") == 1 + len(card.sources)
    for address in (
        'data-download="png"',
        f'href="/rapport/{key}.svg',
        f'href="/rapport/{key}.csv',
        f'href="/rapport/{key}.html',
    ):
        assert address in page.text
    assert "data-announce" in page.text
    client = demonstration.test_client()
    frame = client.get(f"/rapport/{key}/badda-in")
    assert frame.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert b"<nav" not in frame.data
    svg = client.get(f"/rapport/{key}.svg")
    ElementTree.fromstring(svg.data.decode())
    first_word = card.title.split()[0].encode()
    assert first_word in svg.data
    assert b"http://" not in svg.data.replace(b"http://www.w3.org/2000/svg", b"")
    interactive = client.get(f"/rapport/{key}.html")
    named = f'attachment; filename="asf-gavleborg-{key}.html"'
    assert interactive.headers["Content-Disposition"] == named
    assert first_word in interactive.data
    table = client.get(f"/rapport/{key}.csv").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table), delimiter=";"))) > 1


ROWS = [key for key in PANELS if key not in ("steps", "tiles")]


def bars(card: ChartCard) -> dict[str, list[tuple[float, float]]]:
    """By row, where each of its bars begins and ends."""
    assert card.figure
    found: dict[str, list[tuple[float, float]]] = {}
    for trace in card.figure["data"]:
        for key, start, length in zip(trace["y"], trace["base"], trace["x"], strict=True):
            found.setdefault(key, []).append((start, start + length))
    return found


@LANGUAGES
@pytest.mark.parametrize("key", ROWS)
def test_each_row_of_a_chart_of_rows_has_its_words(
    data: OpenData, key: str, language: Language
) -> None:
    card = card_of(key, data, language)
    assert card is not None
    assert card.figure
    assert card.narrow_figure
    for drawn in (card.figure, card.narrow_figure):
        keys = drawn.layout.yaxis.categoryarray
        assert len(set(keys)) == len(keys), "two rows of one name would be drawn as one"
        assert set(bars(card)) <= set(keys)
        low, high = drawn.layout.xaxis.range
        reached = [end for row in bars(card).values() for bar in row for end in bar]
        assert low <= min(reached)
        assert max(reached) <= high
    spoken = card.figure["data"][0]
    assert list(bars(card)) == list(spoken["y"])
    assert all(spoken["customdata"])
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", str(card.figure))) <= set(theme.TOKENS)


def test_the_bars_are_what_open_db_holds(demonstration: Flask, data: OpenData) -> None:
    db = connect(demonstration.config["OPEN_DB"])

    def ends(key: str) -> list[list[tuple[float, float]]]:
        card = card_of(key, data, "sv")
        assert card is not None
        return list(bars(card).values())

    for indicator in ("employees", "placed"):
        parts = rows(
            db,
            "SELECT component, value FROM changes WHERE indicator = ? AND year ="
            " (SELECT max(year) FROM changes WHERE indicator = ?) ORDER BY sort_order",
            [indicator, indicator],
        )
        values = [part["value"] for part in parts]
        drawn = ends(f"change_{indicator}")
        assert [end - start for [(start, end)] in drawn] == values
        assert [start for [(start, _)] in drawn[1:-1]] == [
            sum(values[:step]) for step in range(1, len(values) - 1)
        ]
        pairs = rows(
            db,
            # Of a year that is left out nothing is drawn but its sign.
            "SELECT n.year, coalesce(s.value - s.value_before, 0) AS step FROM observations n"
            " LEFT JOIN same_enterprises s USING (year, indicator)"
            " WHERE indicator = ? AND area_type = 'county' AND year BETWEEN (SELECT min(year)"
            " FROM changes) AND (SELECT max(year) FROM changes) ORDER BY year",
            [indicator],
        )
        same_steps = ends(f"same_{indicator}")[1::2]
        assert [bar for [bar] in same_steps] == [(0, row["step"]) for row in pairs]
    counts = rows(db, "SELECT value FROM national WHERE measure LIKE 'enterprises%'")
    assert {row["value"] for row in counts} <= {end for [(_, end)] in ends("national")}
    used = rows(
        db,
        "SELECT g.value AS granted, u.value AS used FROM observations g JOIN observations u"
        " USING (year, area_type, area_code) JOIN areas a USING (area_type, area_code)"
        " WHERE g.indicator = 'places_granted' AND u.indicator = 'places_used'"
        " AND area_type = 'municipality' ORDER BY g.year, a.name",
    )
    survey_round = [row for row in ends("places") if len(row) == 2]
    assert survey_round == [[(0, row["granted"]), (0, row["used"])] for row in used]


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 9)), min_size=1, max_size=6))
def test_no_row_is_drawn_outside_its_picture(found: list[tuple[int, int]]) -> None:
    lines = [
        bar_rows.BarRow(
            str(number), f"Rad {number}", (bar_rows.Bar(0, value, theme.NAVY),), str(value), "x",
            theme.NAVY, below="ord " * words,
        )
        for number, (value, words) in enumerate(found)
    ]  # fmt: skip
    style = bar_rows.Style(left=(120, 90), pitch=30, bar=14)
    for size in theme.SIZES:
        figure = bar_rows.figure(lines, style, "sv", size)
        root = ElementTree.fromstring(draw(figure, "x", width=size.width))
        _, _, width, height = map(float, root.get("viewBox", "").split())
        boxes = [e for e in root.iter() if e.tag.endswith("rect")]
        assert len(boxes) == len(lines)
        for box in boxes:
            x, y, wide, high = (float(box.get(name, "")) for name in ("x", "y", "width", "height"))
            assert -0.01 <= x <= x + wide <= width + 0.01
            assert -0.01 <= y <= y + high <= height + 0.01


def test_a_grid_can_be_pointed_at_row_by_row(data: OpenData) -> None:
    for key in ("steps", "tiles"):
        card = card_of(key, data, "sv")
        assert card is not None
        for drawing in (card.wide, card.narrow, card.page):
            root = ElementTree.fromstring(str(drawing))
            survey_round = {
                int(group.get("data-row", "")): "".join(group.itertext())
                for group in root.iter()
                if group.get("data-row")
            }
            assert set(survey_round) == set(range(len(card.table.rows)))
            for number, row in enumerate(card.table.rows):
                assert survey_round[number].startswith(row.heading)


def test_an_unknown_chart_has_no_page_and_no_files(demonstration: Flask) -> None:
    client = demonstration.test_client()
    for path in (
        "/rapport/x",
        "/rapport/x/badda-in",
        "/rapport/x.csv",
        "/rapport/x.svg",
        "/rapport/x.html",
    ):
        assert client.get(path).status_code == 404


def test_only_the_frame_may_be_framed(demonstration: Flask) -> None:
    client = demonstration.test_client()
    for path in ("/rapport/", "/rapport/employees", "/rapport/utforska"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


def test_without_data_no_panel_is_there_and_files_are_empty(tmp_path: Path) -> None:
    empty = read(tmp_path / "none.db")
    assert cards(empty, "sv") == []
    assert {csv_of(key, empty) for key in PANELS} == {""}


def test_places_show_every_published_municipality_and_the_outcomes(
    demonstration: Flask, data: OpenData
) -> None:
    card = card_of("places", data, "sv")
    assert card is not None
    assert card.title == "11 av 23 beviljade platser användes 2016–2018"
    expected = rows(
        connect(demonstration.config["OPEN_DB"]),
        "SELECT o.year, a.name, o.indicator, o.value FROM observations o JOIN areas a"
        " USING (area_type, area_code) WHERE o.area_type = 'municipality'"
        " AND o.indicator LIKE 'places%'",
    )
    table = {row.heading: [cell.text for cell in row.cells] for row in card.table.rows}
    for row in expected:
        column = 0 if row["indicator"] == "places_granted" else 1
        assert table[f"{row['year']} {row['name']}"][column] == str(row["value"])
    assert table["Utfall 2016–2018: Åter i offentlig försörjning"][1] == "7"


@given(st.integers(0, 60), st.integers(0, 60), BOTH)
def test_the_title_of_the_places_never_contradicts_the_numbers(
    granted: int, used: int, language: Language
) -> None:
    text = supervised_places.finding(granted, used, "2016–2018", language)
    none, every, more = {
        "sv": ("Inga platser", "Alla", "fler än"),
        "en": ("No places", "All", "more than"),
    }[language]
    assert text.startswith(none) == (granted == 0)
    assert text.startswith(every) == (0 < granted == used)
    assert (more in text) == (0 < granted < used)
    if 0 < used < granted and used > 10:
        assert str(used) in text
        assert str(granted) in text


def milestones(groups: int, policies: int) -> milestone_grid.Taken:
    def made(kind: str, count: int) -> milestone_grid.Taken:
        return {
            (str(n), kind): [PublishedMilestone(2020, "", str(n), Words("", ""), kind, str(n))]
            for n in range(count)
        }

    return made("collaboration_group", groups) | made("policy", policies)


@pytest.mark.parametrize(
    ("groups", "policies", "swedish", "english"),
    [
        (6, 3, "Sex av tio kommuner har bildat samverkansgrupp – tre har antagit en policy",
         "Six of ten municipalities have formed a collaboration group – three have adopted"
         " a policy"),
        (1, 0, "En av tio kommuner har bildat samverkansgrupp – ingen har antagit en policy",
         "One of ten municipalities has formed a collaboration group – none have adopted"
         " a policy"),
        (0, 1, "Ingen av tio kommuner har bildat samverkansgrupp – en har antagit en policy",
         "None of ten municipalities have formed a collaboration group – one has adopted"
         " a policy"),
    ],
)  # fmt: skip
def test_the_title_of_the_grid_counts_municipalities(
    groups: int, policies: int, swedish: str, english: str
) -> None:
    taken = milestones(groups, policies)
    assert milestone_grid.title(taken, 10, "sv") == swedish
    assert milestone_grid.title(taken, 10, "en") == english


def test_the_grid_holds_the_published_milestones(data: OpenData) -> None:
    card = card_of("steps", data, "sv")
    assert card is not None
    assert card.title.startswith("Sex av tio kommuner")
    table = {row.heading: [cell.text for cell in row.cells] for row in card.table.rows}
    assert len(table) == 10
    assert table["Bollnäs"] == ["2018", "2019", "2017, 2019", "–"]
    assert table["Gävle"] == ["–", "–", "2017", "–"]


def county(values: dict[str, int | None]) -> OpenData:
    areas = tuple(
        PublishedArea("municipality", code, f"Kommun {code}", f"{code} kommun") for code in values
    )
    points = {
        (code, "enterprises"): [Point(2030, value, "n" if value is not None else "x")]
        for code, value in values.items()
    }
    words = Words("Företag", "Enterprises")
    survey_round = {"enterprises": PublishedIndicator("enterprises", words, words, words)}
    return OpenData(areas=areas, points=points, indicators=survey_round)


@given(
    st.dictionaries(
        st.sampled_from(["2180", "2184", "2101", "9999"]),
        st.one_of(st.none(), st.integers(0, 40)),
        min_size=1,
    )
)
def test_tiles_name_only_the_highest_that_may_be_shown(values: dict[str, int | None]) -> None:
    data = county(values)
    card = card_of("tiles", data, "sv")
    assert card is not None
    shown = {code: value for code, value in values.items() if value is not None}
    assert ("dold" in card.title) == (not shown)
    if 0 < 2 * len(shown) < len(values):
        # A minority that is seen has no highest to name.
        assert card.title == "Företag 2030, kommun för kommun"
    elif shown and (high := max(shown.values())):
        assert card.title.split(": ")[1].split()[0] == str(high)
        for code, value in values.items():
            assert (f"Kommun {code}" in card.title) == (value == high)
        assert ("kan visas" in card.title) == (None in values.values())
    assert str(card.wide).count(">x<") == list(values.values()).count(None)


def test_the_title_of_the_tiles_is_about_a_figure_that_is_shown() -> None:
    data = county({"2180": None, "2184": None})
    words = Words("Anställda", "Employees")
    survey_round = {
        **data.indicators,
        "employees": PublishedIndicator("employees", words, words, words),
    }
    points = {**data.points, ("2184", "employees"): [Point(2030, 12)]}
    card = card_of("tiles", replace(data, points=points, indicators=survey_round), "sv")
    assert card is not None
    assert card.title == "Flest anställda 2030 i Kommun 2184: 12"
    assert card.summary.startswith("Anställda 2030")
    hidden = card_of("tiles", data, "sv")
    assert hidden is not None
    assert hidden.title == "Varje kommuns siffra är dold 2030"


def test_the_title_of_the_tiles_names_no_figure_of_an_earlier_release() -> None:
    data = county({"2180": 40, "2184": 9, "2101": 12})
    kept = Point(2030, 40, "k", Words("Talet står som i utgåva 2030-1.", ""))
    points = {**data.points, ("2180", "enterprises"): [kept]}
    card = card_of("tiles", replace(data, points=points), "sv")
    assert card is not None
    assert card.title == "Flest företag 2030 i Kommun 2101: 12 bland de aktuella talen"
    assert "Kommun 2180 40, kvar från en tidigare utgåva" in card.summary
    assert "40\u00a0k" in str(card.wide)
    row = ["year", "municipality", "enterprises", "enterprises_status", "is_example", "note"]
    assert card.lines[0] == row
    assert [2030, "Kommun 2180", 40, "k", 0, kept.note.sv] in card.lines
    estimated = {**points, ("2184", "enterprises"): [Point(2030, 9, "u", signs="ue")]}
    card = card_of("tiles", replace(data, points=estimated), "sv")
    assert card is not None
    assert [2030, "Kommun 2184", 9, "ue", 0, ""] in card.lines, "every sign it has"
    every = {key: [replace(kept, value=found[0].value)] for key, found in points.items()}
    only = card_of("tiles", replace(data, points=every), "sv")
    assert only is not None
    assert only.title == "Företag 2030, kommun för kommun"


def test_a_picture_of_many_rows_shows_the_newest_and_says_so() -> None:
    data = county({str(code): 1 for code in range(9000, 9290)})
    points = {
        (area.code, f"places_{name}"): [Point(2029, 3), Point(2030, 4 + (area.code == "9100"))]
        for area in data.municipalities
        for name in ("granted", "used")
    }
    taken = (
        PublishedMilestone(2030, "", "Kommun 9100", Words("Policy", "Policy"), "policy", "9100"),
    )
    data = replace(data, points=points, milestones=taken)
    places_card, steps_card = (card_of(key, data, "sv") for key in ("places", "steps"))
    assert places_card is not None
    assert steps_card is not None
    assert len(places_card.table.rows) == 580
    assert len(steps_card.table.rows) == 290
    drawn = bars(places_card)
    assert len(drawn) == supervised_places.MOST_DRAWN
    assert "2030 Kommun 9100" in drawn
    assert not [key for key in drawn if key.startswith("2029")]
    told = " ".join(note.text for note in (*places_card.notes, *steps_card.notes))
    assert "40 av 580 rader" in told
    assert "289 kommuner utan något känt steg" in told
    assert str(steps_card.wide).count("data-row") == 1


def test_a_sign_stands_in_the_picture_and_is_explained_below(data: OpenData) -> None:
    points = {
        key: [replace(point, status="p", signs="pr") for point in found]
        if key[1].startswith("places")
        else found
        for key, found in data.points.items()
    }
    marked = replace(data, points=points)
    for key in ("places", "tiles"):
        card = card_of(key, marked, "sv")
        assert card is not None
        assert "7\u00a0pr" in str(card.wide)
        assert {"p", "r"} <= {note.mark for note in card.notes}


def test_tiles_lie_apart_also_where_the_map_does_not_know_the_municipality() -> None:
    data = county({str(code): 1 for code in [2180, 2184, *range(9000, 9280)]})
    grid = tile_map.places(data)
    assert len(set(grid.values())) == len(grid) == 282


@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(40, 99), BOTH)
def test_the_title_of_a_bridge_never_contradicts_the_numbers(
    grew: int, left: int, before: int, language: Language
) -> None:
    parts = (ChangePart("started", abs(grew), 5), ChangePart("ceased", -abs(left), 4))
    after = before + abs(grew) - abs(left)
    whole = (ChangePart("before", before, None), *parts, ChangePart("after", after, None))
    text = waterfall.title(PublishedChange("employees", 2030, whole, False), language)
    more, fewer = {"sv": (" fler ", " färre "), "en": (" more ", " fewer ")}[language]
    assert (more in text) == (after > before)
    assert (fewer in text) == (after < before)
    grow = {"sv": "nya företag", "en": "new enterprises"}[language]
    assert (grow in text) == (after > before)


@given(st.integers(-20, 20), st.integers(-20, 20))
def test_the_title_of_same_enterprises_says_when_the_two_disagree(
    of_all: int, of_same: int
) -> None:
    pair = YearPair(
        2030, 50, 50 + of_all, SameEnterprises("employees", 2030, 40, 40 + of_same, 12, False)
    )
    text = same_enterprises.title(pair, "employees", "sv")
    agree = (of_all > 0) - (of_all < 0) == (of_same > 0) - (of_same < 0)
    assert ("både" in text) == agree
    assert ("men" in text) == (not agree)
    if agree:
        assert text.startswith("Fler") == (of_all > 0)
        assert text.startswith("Färre") == (of_all < 0)


@pytest.mark.parametrize("key", ["change_employees", "same_employees"])
def test_a_change_to_a_year_that_lacks_answers_says_how_many_came(data: OpenData, key: str) -> None:
    few = tuple(
        replace(row, asked=28, answered=17) if row.year == 2020 else row for row in data.coverage
    )
    card = card_of(key, replace(data, coverage=few), "sv")
    whole = card_of(key, data, "sv")
    assert card
    assert whole
    assert card.title.endswith(" (17 av 28 företag svarade 2020)")
    assert "17 av 28 företag svarade 2020." in [note.text for note in card.notes]
    assert "svarade" not in whole.title


def corrected(data: OpenData) -> OpenData:
    """As it is once 2020's employees have been corrected to 214."""
    points = [
        replace(point, value=214.0, status="r", signs="r") if point.year == 2020 else point
        for point in data.points[COUNTY, "employees"]
    ]
    return replace(data, points={**data.points, (COUNTY, "employees"): points})


def test_a_year_corrected_after_its_change_is_not_said_to_be_stated_otherwise(
    data: OpenData,
) -> None:
    card = card_of("change_employees", corrected(data), "sv")
    assert card
    assert card.title.endswith(", räknat före en rättelse")
    [note] = [note for note in card.notes if note.mark == "r"]
    assert note.text == (
        "2020: 214 efter en rättelse, men 209 när förändringen räknades. Här visas 209."
    )
    assert [line for line in card.lines if line[1] == "after"] == [
        [2020, "after", 209, "", "r", 1, note.text]
    ]


def test_same_enterprises_beside_a_corrected_total_say_that_they_are_of_before(
    data: OpenData,
) -> None:
    after = corrected(data)
    [same] = [each for each in data.same if (each.indicator, each.year) == ("employees", 2020)]
    for language, words in (
        ("sv", f", de {same.enterprises} räknade före en rättelse"),
        ("en", f", the {same.enterprises} counted before a correction"),
    ):
        card = card_of("same_employees", after, language)
        was = card_of("same_employees", data, language)
        assert card
        assert was
        assert card.title.endswith(words)
        assert card.summary.count(words) == 1
        assert words not in was.title + was.summary
        [line] = [line for line in card.lines if line[0] == 2020]
        assert line[1:3] == [206, 214]
        assert line[-1] == (
            "2020: 214 efter en rättelse, men 209 när förändringen räknades."
            " Här visas 214 bland alla."
        )


def test_a_change_from_a_stated_total_carries_its_note_in_the_file(data: OpenData) -> None:
    card = card_of("same_placed", data, "sv")
    assert card
    note = "Källan anger 244 placerade, men delarna summerar till 243. Vi visar båda talen."
    said = {line[0]: line[-1] for line in card.lines}
    assert said[2018] == note
    assert said[2019] == f"2018: {note}"


def test_the_file_of_the_places_has_the_outcomes_and_what_is_said_of_them(data: OpenData) -> None:
    card = card_of("places", data, "sv")
    assert card
    head, *lines = card.lines
    found = {line[head.index("outcome")]: line for line in lines if line[6]}
    assert {key: line[head.index("outcome_value")] for key, line in found.items()} == {
        each.code: each.value for each in data.outcomes
    }
    assert "åtta" in str(found["returned"][-1])
    assert "11 platser användes av 10 personer" in str(found["returned"][-1])


def test_notes_of_several_figures_say_nothing_twice() -> None:
    assert once(["", "Exempel.", "Exempel. 17 av 28 svarade.", "Exempel.", "Annat."]) == (
        "Exempel. 17 av 28 svarade. Annat."
    )


def test_the_bridge_ends_at_the_sums_of_open_db(demonstration: Flask, data: OpenData) -> None:
    card = card_of("change_employees", data, "sv")
    assert card is not None
    [last] = rows(
        connect(demonstration.config["OPEN_DB"]),
        "SELECT value FROM observations WHERE year = 2020 AND indicator = 'employees'"
        " AND area_type = 'county'",
    )
    assert card.table.rows[-1].cells[0].text == str(last["value"])
    assert card.is_example


@given(st.lists(st.tuples(st.integers(2009, 2020), st.integers(1, 400)), min_size=1, max_size=6))
def test_the_national_title_is_about_the_newest_year_in_which_sources_differ(
    found: list[tuple[int, int]],
) -> None:
    counts = [national.Count(str(year), value, "", "") for year, value in found]
    text = national.title(counts, "sv")
    by_year: dict[int, set[int]] = {}
    for year, value in found:
        by_year.setdefault(year, set()).add(value)
    differing = [year for year, values in by_year.items() if len(values) > 1]
    assert text.endswith(str(max(differing or by_year)))
    assert text.startswith("Nationella källor räknar olika") == bool(differing)


def test_a_national_count_names_its_population_and_source(data: OpenData) -> None:
    card = card_of("national", data, "sv")
    assert card is not None
    assert card.title == "Nationella källor räknar olika: 333 till 344 företag 2017"
    assert all(cell.text for row in card.table.rows for cell in row.cells)
    assert all(isinstance(source, PublishedSource) for source in card.sources)
    assert len(card.sources) >= 2
