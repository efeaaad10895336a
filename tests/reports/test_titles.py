"""Sentences never say more than the numbers, and are good Swedish and English."""

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.charts.cards import CHARTS, card_of, charts_of
from reports.data.chart_model import (
    ChartNumbers,
    Language,
    Point,
    Series,
    SumDiscrepancy,
    YearCoverage,
)
from reports.data.model import OpenData
from reports.text import grammar, summaries, titles
from reports.text.grammar import written
from reports.text.key_figures import details, headlines
from reports.text.what_happened import what_happened
from tests.reports.test_figures import Values, numbers, published

YEARLY = st.dictionaries(st.integers(2016, 2030), st.integers(0, 2000), min_size=2, max_size=8)
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])


def with_discrepancies(key: str) -> ChartNumbers:
    """The published figures with the three discrepancies of the source."""
    base = published(key)
    rows = {
        "placed": (
            SumDiscrepancy("placed", "2018", 244, 243),
            SumDiscrepancy("placed", "2020", 123, 117),
        ),
        "reached": (SumDiscrepancy("reached", "2016–2020", 1257, 1275),),
    }.get(key, ())
    return ChartNumbers(base.chart, base.series, base.coverage, rows, base.statuses)


@pytest.mark.parametrize(
    ("key", "swedish", "english"),
    [
        (
            "enterprises",
            "Sex färre företag än 2016 – mest i Hälsingland",
            "Six fewer enterprises than in 2016 – mostly in Hälsingland",
        ),
        (
            "employees",
            "Fler män anställda – skillnaden mellan könen har krympt från 47 till 13",
            "More men employed – the gap between women and men has shrunk from 47 to 13",
        ),
        (
            "placed",
            "Kommunerna placerar 65\u00a0% färre än 2018, Arbetsförmedlingen 47\u00a0% färre",
            "Municipalities refer 65% fewer than in 2018, Employment Service offices 47% fewer",
        ),
        (
            "employed_placed",
            "Sedan 2019 är det fler anställda än placerade – 209 mot 123",
            "Since 2019, more people employed than placed – 209 against 123",
        ),
        (
            "placed_per_enterprise",
            "4,4 placerade per företag – som mest 8,1 år 2018",
            "4.4 people placed per enterprise – the peak was 8.1, in 2018",
        ),
        (
            "reached",
            "2017 sticker ut med 586 nådda – därefter mellan 176 och 235 per år",
            "2017 stands out with 586 people reached – between 176 and 235 a year after that",
        ),
    ],
)
def test_the_published_figures_have_these_titles(key: str, swedish: str, english: str) -> None:
    assert titles.title(published(key), "sv") == swedish
    assert titles.title(published(key), "en") == english


def enterprises(halsingland: tuple[int, int], gastrikland: tuple[int, int]) -> ChartNumbers:
    """Two years of provinces and their county."""
    total = {year: halsingland[i] + gastrikland[i] for i, year in enumerate((2019, 2020))}
    values: Values = {
        "enterprises": total,
        "enterprises_halsingland": dict(zip((2019, 2020), halsingland, strict=True)),
        "enterprises_gastrikland": dict(zip((2019, 2020), gastrikland, strict=True)),
    }
    return numbers(CHARTS["enterprises"], values)


@pytest.mark.parametrize(
    ("halsingland", "gastrikland", "swedish", "english"),
    [
        ((5, 5), (5, 5), "Lika många företag som 2019", "As many enterprises as in 2019"),
        (
            (5, 4),
            (5, 5),
            "Ett färre företag än 2019 – i Hälsingland",
            "One fewer enterprise than in 2019 – in Hälsingland",
        ),
        (
            (5, 7),
            (5, 5),
            "Två fler företag än 2019 – alla i Hälsingland",
            "Two more enterprises than in 2019 – all in Hälsingland",
        ),
        (
            (5, 9),
            (5, 4),
            "Tre fler företag än 2019 – men färre i Gästrikland",
            "Three more enterprises than in 2019 – but fewer in Gästrikland",
        ),
        ((5, 6), (5, 6), "Två fler företag än 2019", "Two more enterprises than in 2019"),
        (
            (5, 25),
            (5, 6),
            "21 fler företag än 2019 – mest i Hälsingland",
            "21 more enterprises than in 2019 – mostly in Hälsingland",
        ),
    ],
)
def test_enterprise_titles(
    halsingland: tuple[int, int], gastrikland: tuple[int, int], swedish: str, english: str
) -> None:
    assert titles.title(enterprises(halsingland, gastrikland), "sv") == swedish
    assert titles.title(enterprises(halsingland, gastrikland), "en") == english


def test_a_hidden_province_is_not_talked_about() -> None:
    values: Values = {
        "enterprises": {2019: 10, 2020: 5},
        "enterprises_halsingland": {2019: 5, 2020: None},
        "enterprises_gastrikland": {2019: 5, 2020: None},
    }
    title = titles.title(numbers(CHARTS["enterprises"], values))
    assert title == "Fem färre företag än 2019"


def test_a_hidden_last_year_is_not_what_the_title_is_about() -> None:
    values: Values = {"enterprises": {2018: 10, 2019: 5, 2020: None}}
    title = titles.title(numbers(CHARTS["enterprises"], values))
    assert title == "Fem färre företag 2019 än 2018"


def test_invented_years_are_left_out_of_the_title() -> None:
    values: Values = {"enterprises": {2019: 10, 2020: 5, 2021: 99}}
    chart = CHARTS["enterprises"]
    title = titles.title(numbers(chart, values, examples=(2021,)))
    assert title == "Fem färre företag 2020 än 2019"


@LANGUAGES
@pytest.mark.parametrize("key", CHARTS)
def test_nothing_and_a_single_year_have_titles_too(key: str, language: Language) -> None:
    chart = CHARTS[key]
    assert titles.title(numbers(chart, {}), language) == titles.NOTHING[language]
    one = numbers(chart, {part.column: {2020: 1} for part in chart.columns})
    title = titles.title(one, language)
    one_of_it = written(1, language, chart.parts[0].decimals)
    assert title.startswith(f"{one_of_it}\u00a0")
    assert title.endswith("2020")


@given(YEARLY)
def test_enterprise_titles_never_contradict_the_numbers(values: dict[int, int]) -> None:
    title = titles.title(numbers(CHARTS["enterprises"], {"enterprises": values}))
    first, last = values[min(values)], values[max(values)]
    assert ("fler" in title) == (last > first)
    assert ("färre" in title) == (last < first)
    assert ("Lika många" in title) == (last == first)
    if last != first:
        assert title.lower().startswith(grammar.in_words(abs(last - first), "sv"))


@given(st.tuples(*[st.integers(0, 500)] * 4))
def test_employee_titles_never_contradict_the_numbers(pairs: tuple[int, int, int, int]) -> None:
    women, men = {2016: pairs[0], 2020: pairs[1]}, {2016: pairs[2], 2020: pairs[3]}
    values: Values = {
        "employees": {2016: pairs[0] + pairs[2], 2020: pairs[1] + pairs[3]},
        "employees_women": women,
        "employees_men": men,
    }
    title = titles.title(numbers(CHARTS["employees"], values))
    for word, who in (("kvinnor", women), ("män", men)):
        if re.search(rf"fler {word}", title.split(" – ")[0], re.IGNORECASE):
            assert who[2020] > who[2016]
        if re.search(rf"färre {word}", title, re.IGNORECASE):
            assert who[2020] < who[2016]
    before, after = abs(women[2016] - men[2016]), abs(women[2020] - men[2020])
    assert ("krympt" in title) <= (after < before)
    assert ("vuxit" in title) <= (after > before)
    assert ("kvinnorna fler" in title) <= (women[2020] > men[2020])
    assert ("männen fler" in title) <= (men[2020] > women[2020])
    assert ("lika många" in title.split(" – ")[1]) == (women[2020] == men[2020])


@given(YEARLY)
def test_placement_titles_never_contradict_the_numbers(values: dict[int, int]) -> None:
    title = titles.title(numbers(CHARTS["placed"], {"placed": values}))
    peak, last, first = max(values.values()), values[max(values)], values[min(values)]
    if "mer än halverats" in title:
        assert last * 2 < peak
    elif "nästan halverats" in title:
        assert peak < last * 2 <= peak * 1.1 + 1e-6
        assert last * 2 > peak
    elif "halverats" in title:
        assert last * 2 == peak
    elif "färre" in title:
        assert f"{written(peak - last, 'sv')} färre" in title
        assert last < peak
    elif "än något tidigare" in title:
        assert last == peak
        assert list(values.values()).count(peak) == 1
    else:
        assert last == peak
        assert ("Fler" in title) <= (last > first)


@given(YEARLY)
def test_reach_titles_never_contradict_the_numbers(values: dict[int, int]) -> None:
    title = titles.title(numbers(CHARTS["reached"], {"reached": values}))
    if "sticker ut" in title:
        year = int(title[:4])
        others = [value for other, value in values.items() if other != year]
        assert values[year] >= 1.5 * max(others)
        later = [value for other, value in values.items() if other > year]
        assert ("därefter" in title) == (len(later) > 1)
        if later:
            assert written(min(later), "sv") in title
            assert written(max(later), "sv") in title
    else:
        first, last = values[min(values)], values[max(values)]
        assert ("Fler" in title) <= (last > first)
        assert ("Färre" in title) <= (last < first)


@given(YEARLY, YEARLY)
def test_employed_against_placed_never_contradicts_the_numbers(
    employed: dict[int, int], placed: dict[int, int]
) -> None:
    values: Values = {"employees": employed, "placed": placed}
    title = titles.title(numbers(CHARTS["employed_placed"], values))
    both = sorted(set(employed) & set(placed))
    if not both:
        assert "inget år gemensamt" in title
        return
    last = both[-1]
    assert ("fler anställda än" in title.lower()) == (employed[last] > placed[last])
    assert ("fler placerade än" in title.lower()) == (placed[last] > employed[last])
    assert ("Lika många" in title) == (placed[last] == employed[last])
    if "alla år" in title:
        assert len({(employed[y] > placed[y], employed[y] < placed[y]) for y in both}) == 1
    if found := re.match(r"Sedan (\d+)", title):
        since, before = int(found[1]), [year for year in both if year < int(found[1])]
        sign = employed[last] > placed[last]
        assert all((employed[y] > placed[y]) == sign for y in both if y >= since)
        assert employed[before[-1]] == placed[before[-1]] or (
            (employed[before[-1]] > placed[before[-1]]) != sign
        )


@given(YEARLY)
def test_per_enterprise_titles_never_contradict_the_numbers(values: dict[int, int]) -> None:
    ratios = {"placed_per_enterprise": values}
    title = titles.title(numbers(CHARTS["placed_per_enterprise"], ratios))
    last, peak = values[max(values)], max(values.values())
    assert title.startswith(written(last, "sv", 1))
    assert ("än något tidigare år" in title) == (
        last == peak and list(values.values()).count(peak) == 1
    )
    assert ("lika många" in title) == (last == peak and list(values.values()).count(peak) > 1)
    assert ("som mest" in title) == (last < peak)


@given(YEARLY, st.sampled_from(sorted(CHARTS)), st.sampled_from(["sv", "en"]))
def test_summaries_are_one_sentence_with_numbers_that_exist(
    values: dict[int, int], key: str, language: Any
) -> None:
    chart = CHARTS[key]
    text = summaries.summary(
        numbers(chart, {part.column: values for part in chart.columns}), language
    )
    assert text.endswith(".")
    assert text[0].isupper()
    assert text.count(". ") == 0
    decimals = chart.parts[0].decimals
    known = {written(v, language, decimals) for v in values.values()} | {str(y) for y in values}
    known |= (
        {"2021"} if "(brott i serien 2021)" in text or "(break in series 2021)" in text else set()
    )
    assert {n.strip(",.") for n in re.findall(r"\d[\d\u00a0,.]*", text)} <= known


def test_the_summary_of_the_placed_names_the_stated_total() -> None:
    assert summaries.summary(published("placed")) == (
        "Antalet placerade var 156 (2016), som mest 244 (2018) och 123 (2020): Arbetsförmedlingen"
        " 96 till 81, kommunerna 57 till 26 och övriga 3 till 10."
    )


@pytest.mark.parametrize(
    ("first", "last", "swedish", "english"),
    [
        (100, 100, "var oförändrat", "did not change"),
        (100, 102, "var i stort sett oförändrat", "hardly changed"),
        (100, 103, "ökade", "rose"),
        (100, 97, "minskade", "fell"),
        (0, 1, "ökade", "rose"),
        (1, 0, "minskade", "fell"),
    ],
)
def test_words_of_change_follow_one_rule(first: int, last: int, swedish: str, english: str) -> None:
    assert grammar.change_words(first, last, "sv") == swedish
    assert grammar.change_words(first, last, "en") == english


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_words_of_change_never_point_the_wrong_way(first: int, last: int) -> None:
    way = grammar.change(first, last)
    assert (way == "up") <= (last > first)
    assert (way == "down") <= (last < first)


@pytest.mark.parametrize(
    ("key", "count", "swedish", "english"),
    [
        ("employees", 0, "anställda", "employees"),
        ("employees", 1, "anställd", "employee"),
        ("employees", 2, "anställda", "employees"),
        ("placed", 1, "placerad", "person placed"),
        ("placed", 0, "placerade", "people placed"),
        ("enterprises", 1, "företag", "enterprise"),
        ("reached", 1, "nådd person", "person reached"),
    ],
)
def test_nouns_follow_their_number(key: str, count: int, swedish: str, english: str) -> None:
    assert grammar.noun(key, count, "sv") == swedish
    assert grammar.noun(key, count, "en") == english


def test_the_headline_of_the_placed_is_the_stated_total_with_its_footnote() -> None:
    charts = {key: with_discrepancies(key) for key in CHARTS}
    found = {headline.key: headline for headline in headlines(charts)}
    assert found["placed"].value == "123"
    assert found["placed"].footnote == (
        "Källan anger 123 placerade, men delarna summerar till 117. Vi visar båda talen."
        " Linjen visar de angivna talen."
    )
    assert found["enterprises"].footnote == ""
    details = found["enterprises"].details.replace("\u00a0", " ")
    assert details == "17 i Hälsingland och 11 i Gästrikland."


def test_details_are_singular_for_one_woman_and_one_man() -> None:
    values: Values = {"employees_women": {2020: 1}, "employees_men": {2020: 1}}
    found = details(numbers(CHARTS["employees"], values), 2020, "sv")
    assert found.replace("\u00a0", " ") == "1 kvinna och 1 man."


def test_headlines_are_about_the_latest_year_that_is_not_invented() -> None:
    values: Values = {"enterprises": {2020: 28, 2021: 99}}
    charts = {key: numbers(chart, {}) for key, chart in CHARTS.items()}
    charts["enterprises"] = numbers(CHARTS["enterprises"], values, examples=(2021,))
    assert [(h.year, h.value) for h in headlines(charts)] == [(2020, "28")]


@LANGUAGES
def test_every_discrepancy_is_explained_at_its_chart(language: Language) -> None:
    placed = [note.text for note in summaries.notes(with_discrepancies("placed"), language)]
    assert any("244" in text and "243" in text for text in placed)
    assert any("123" in text and "117" in text for text in placed)
    reached = [note.text for note in summaries.notes(with_discrepancies("reached"), language)]
    separator = "\u00a0" if language == "sv" else ","
    assert f"1{separator}257" in reached[0]
    assert f"1{separator}275" in reached[0]


def test_notes_say_how_many_answered_only_where_it_is_known() -> None:
    base = published("employees")
    coverage = (YearCoverage(2019, None, None, False), YearCoverage(2020, 52, 41, False))
    known = ChartNumbers(base.chart, base.series, coverage)
    assert [note.text for note in summaries.notes(known)] == ["Svar: 41 av 52 företag 2020."]


def test_a_title_about_an_incomplete_year_says_how_many_answered() -> None:
    base = published("placed")
    some = ChartNumbers(base.chart, base.series, (YearCoverage(2020, 52, 41, False),))
    assert titles.title(some).endswith("(41 av 52 företag svarade 2020)")
    every = ChartNumbers(base.chart, base.series, (YearCoverage(2020, 52, 52, False),))
    assert "svarade" not in titles.title(every)


SEEN = st.dictionaries(st.integers(2016, 2025), st.none() | st.integers(0, 300), max_size=10)


@given(
    st.sampled_from(["employees", "employed_placed"]),
    st.lists(SEEN, min_size=4, max_size=4),
    st.sets(st.integers(2016, 2025)),
    st.sampled_from(["sv", "en"]),
)
def test_how_many_answered_is_said_of_the_year_that_the_title_speaks_of(
    key: str, seen: list[dict[int, int | None]], partial: set[int], language: Language
) -> None:
    """Whatever is missing or hidden, also where the parts end before their total does."""
    chart = CHARTS[key]
    names = ["employees", *(("employees_women", "employees_men") if key == "employees" else ()),
             *(("placed",) if key == "employed_placed" else ())]  # fmt: skip
    values = dict(zip(names, seen, strict=False))
    base = numbers(chart, values)
    some = tuple(YearCoverage(year, 9, 5, is_example=False) for year in sorted(partial))
    said = titles.title(ChartNumbers(chart, base.series, some, statuses=base.statuses), language)
    of = re.search(r"\((\d of \d enterprises answered in|\d av \d företag svarade) (\d+)\)", said)

    shown = {name: {y for y, v in values[name].items() if v is not None} for name in names}
    pair = names[-2:]
    both = shown[pair[0]] & shown[pair[1]]
    # Where most is hidden, women and men are not compared; the last pair always may be.
    lines = names if key == "employees" else names[:1]
    is_seen = len(shown["employees"]) > 1 and all(
        2 * len(shown[name]) >= len(values[name]) for name in lines
    )
    is_compared = is_seen and len(both) > (key == "employees")
    about = max(both if is_compared else shown["employees"], default=0)
    assert (int(of[2]) if of else 0) == (about if about in partial else 0), said
    if is_compared and about < max(year for by_year in values.values() for year in by_year):
        assert str(about) in said


def test_letters_in_a_chart_are_explained_beside_it() -> None:
    values: Values = {"reached": {2019: None, 2020: 5}}
    notes = summaries.notes(numbers(CHARTS["reached"], values, "e"))
    assert [note.mark for note in notes] == ["x", "e"]


def test_years_with_the_same_note_share_a_line() -> None:
    from reports.data.chart_model import Words

    chart = CHARTS["reached"]
    note = Words("Film ingår inte.", "Film is not included.")
    points = tuple(Point(year, 1, "n", note) for year in (2016, 2017, 2019))
    known = ChartNumbers(chart, {"reached": Series(chart.parts[0], points)})
    assert [n.text for n in summaries.notes(known)] == ["2016–2017, 2019: Film ingår inte."]


@given(st.integers(0, 1_000_000), st.integers(0, 1_000_000))
def test_halved_is_said_by_rule(peak: int, last: int) -> None:
    assume(last < peak)
    said = grammar.fall_words(peak, last, "sv")
    assert (said == "mer än halverats") == (last * 2 < peak)
    assert (said == "halverats") == (last * 2 == peak)


# Words of a title that say how one value stands to all the others.
SUPERLATIVE = re.compile(
    "något tidigare|topp|sticker ut|som mest|alla år|Sedan|Flest"
    "|any earlier|peak|stands out|at most|every year|Since|Most "
)


@LANGUAGES
@pytest.mark.parametrize("seen", [1, 2, 14])
@pytest.mark.parametrize("key", CHARTS)
def test_no_title_rests_on_a_minority_of_what_is_seen(
    key: str, seen: int, language: Language
) -> None:
    """Thirty years of which one, two or fourteen may be shown, through the chart's own maker."""
    chart, years = CHARTS[key], range(2001, 2031)
    names = {(part.area, name) for part in chart.columns for name in (part.indicator, *part.of)}
    points = {
        place: [
            Point(year, 40 + 9 * (year % 7), "n") if year > 2030 - seen else Point(year, None, "x")
            for year in years
        ]
        for place in names
    }
    card = card_of(key, OpenData(points=points, coverage=tuple(
        YearCoverage(year, None, None, False) for year in years
    )), language)  # fmt: skip
    assert card is not None
    assert card.title
    assert not SUPERLATIVE.search(card.title), card.title
    found = what_happened(charts_of(OpenData(points=points)), language)
    assert not SUPERLATIVE.search(found.headline), found.headline


def test_a_highest_among_hidden_ones_says_that_it_is_of_those_that_are_shown() -> None:
    placed: Values = {"placed": {2017: None, 2018: 5, 2019: 7, 2020: 12}}
    found = [titles.title(numbers(CHARTS["placed"], placed), each) for each in ("sv", "en")]
    assert found == [
        "Fler placerade 2020 än något tidigare år som kan visas",
        "More people placed in 2020 than in any earlier year that can be shown",
    ]
