"""The opening of the report: which change speaks, in which words, and what may never be said."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.cards import CHARTS, cards, charts_of
from reports.data.chart_model import (
    COUNTY,
    ChartNumbers,
    Language,
    Point,
    SumDiscrepancy,
    Words,
    YearCoverage,
)
from reports.data.model import ChartComment, OpenData
from reports.data.reader import read
from reports.pages.report import comments_on
from reports.text.changes import largest_change
from reports.text.key_figures import counts, headlines, key_figures
from reports.text.paragraph import paragraph
from reports.text.summaries import summary
from reports.text.titles import title
from reports.text.what_happened import WhatHappened, what_happened
from tests.reports.test_figures import numbers
from tests.support.open_example import build_open_db

LATEST = 2020
SENTENCES = Path(__file__).with_name("sentences.txt")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> OpenData:
    """The printed series of 2016–2020."""
    return read(build_open_db(tmp_path_factory.mktemp("open") / "open.db"))


def until(data: OpenData, year: int) -> OpenData:
    """What was published when this was the latest year."""
    points = {key: [p for p in found if p.year <= year] for key, found in data.points.items()}
    rows = [row for row in data.discrepancies if int(row.period[-4:]) <= year]
    return replace(data, points=points, discrepancies=tuple(rows))


def said(data: OpenData, language: Language = "sv") -> WhatHappened:
    """The opening, with plain spaces."""
    found = what_happened(charts_of(data), language)
    plain: dict[str, Any] = {
        name: value.replace("\u00a0", " ") if isinstance(value, str) else value
        for name, value in vars(found).items()
    }
    return WhatHappened(**plain)


@pytest.mark.parametrize(
    ("year", "swedish", "english"),
    [
        (2017, "Placeringarna har ökat med 47 %: 156 år 2016, 230 år 2017",
         "Placements have risen by 47%: 156 in 2016, 230 in 2017"),
        (2018, "Fler placerade än något tidigare år: 244 år 2018 mot 156 år 2016",
         "More people placed than in any earlier year: 244 in 2018 against 156 in 2016"),
        (2019, "Placeringarna har nästan halverats: 244 år 2018, 130 år 2019",
         "Placements have nearly halved: 244 in 2018, 130 in 2019"),
        (2020, "Placeringarna har halverats: 244 år 2018, 123 år 2020",
         "Placements have halved: 244 in 2018, 123 in 2020"),
    ],
)  # fmt: skip
def test_each_printed_year_had_this_headline(
    printed: OpenData, year: int, swedish: str, english: str
) -> None:
    assert said(until(printed, year)).headline == swedish
    assert said(until(printed, year), "en").headline == english


def test_the_largest_step_is_named_with_what_happened_outside(printed: OpenData) -> None:
    opening = said(printed)
    assert opening.lead == (
        "Störst var fallet 2019, med 114 färre placerade. Samma år: Arbetsförmedlingen reformeras."
    )
    assert opening.paragraph.startswith("Placeringarna blev 114 färre 2019 (−47 %):")
    assert opening.chart_title == "114 färre placerade 2019 än 2018"


def test_no_step_is_the_largest_where_more_happened_over_a_gap(printed: OpenData) -> None:
    points = {k: [p for p in each if p.year != 2018] for k, each in printed.points.items()}
    opening = said(replace(printed, points=points))
    assert opening.headline == "Placeringarna har nästan halverats: 230 år 2017, 123 år 2020"
    assert opening.lead == ""
    assert opening.chart_title == "107 färre placerade 2020 än 2017"
    assert not opening.paragraph.startswith("Placeringarna")


def test_a_part_that_stood_still_is_not_said_to_go_from_26_to_26(printed: OpenData) -> None:
    points = {k: [p for p in each if p.year >= 2019] for k, each in printed.points.items()}
    assert "kommunernas oförändrat 26 och" in said(replace(printed, points=points)).paragraph


def test_why_is_answered_for_the_year_that_the_headline_names(printed: OpenData) -> None:
    def words(*years: int, chart: str = "placed") -> tuple[ChartComment, ...]:
        return tuple(ChartComment(year, chart, Words(str(year), ""), "", "") for year in years)

    def years(*found: ChartComment) -> list[int]:
        return [each.year for each in comments_on(said(printed), replace(printed, comments=found))]

    assert said(printed).year == 2019
    assert years(*words(2020, 2019)) == [2019]
    assert years(*words(2018, 2020)) == [2020], "the latest where the named year has none"
    assert years(*words(2019, chart="employees")) == []


def made(
    values: dict[str, dict[int, int | None]],
    coverage: tuple[YearCoverage, ...] = (),
    discrepancies: tuple[SumDiscrepancy, ...] = (),
) -> OpenData:
    """An open file with these county totals."""
    points = {
        (COUNTY, name): [Point(year, value, "n" if value is not None else "x") for year, value in
                         found.items()]
        for name, found in values.items()
    }  # fmt: skip
    return OpenData(points=points, coverage=coverage, discrepancies=discrepancies)


def test_a_gap_has_no_step_and_its_parts_are_left_out() -> None:
    # A year without an inventory in between, and provinces of the first year only.
    points = {
        (COUNTY, "enterprises"): [Point(2023, 31), Point(2025, 29)],
        ("HALSINGLAND", "enterprises"): [Point(2023, 18)],
        ("GASTRIKLAND", "enterprises"): [Point(2023, 13)],
        (COUNTY, "employees"): [Point(2023, 1040), Point(2025, 900)],
    }
    data = OpenData(points=points)
    opening = said(data)
    assert opening.headline == "Antalet anställda har minskat med 13 %: 1 040 år 2023, 900 år 2025"
    assert opening.lead == ""
    everything = " ".join(
        [*map(str, vars(opening).values()), *(c.title + c.summary for c in cards(data, "sv")),
         *(h.details for h in headlines(charts_of(data)))]
    )  # fmt: skip
    assert not re.search(r"\b(18|13|2024)\b(?! %)", everything)


def test_a_change_that_comes_from_who_answered_never_speaks() -> None:
    rows = (YearCoverage(2029, 28, 28, False), YearCoverage(2030, 28, 17, False))
    fewer = made({"placed": {2029: 200, 2030: 120}}, rows)
    opening = said(fewer)
    assert opening.headline == "17 av 28 företag svarade 2030"
    assert "jämförs inte" in opening.lead
    assert opening.chart == ""
    real = made({"placed": {2029: 200, 2030: 40}}, rows)
    assert said(real).headline.startswith("Placeringarna har mer än halverats")


def test_what_the_sums_of_the_parts_deny_is_not_said() -> None:
    row = SumDiscrepancy("placed", "2030", 150, 90)
    data = made({"placed": {2029: 100, 2030: 150}}, discrepancies=(row,))
    assert said(data).headline == "2030: 150 placerade."


NUMBERS = st.none() | st.integers(0, 400)
SERIES = st.dictionaries(st.integers(2020, 2027), NUMBERS, min_size=1, max_size=8).map(
    lambda found: dict(sorted(found.items()))
)


@given(st.dictionaries(st.sampled_from(["enterprises", "employees", "placed"]), SERIES, min_size=1))
def test_a_headline_never_contradicts_its_numbers(values: dict[str, dict[int, int | None]]) -> None:
    charts = charts_of(made(values))
    change, opening = largest_change(charts), said(made(values))
    if change is None or not opening.chart:
        assert opening.headline.startswith(
            ("Läget är i stort sett oförändrat", counts(charts, "sv").replace("\u00a0", " "))
        )
        return
    latest = max(year for found in values.values() for year in found)
    first, last = values[change.key][change.before.year], values[change.key][change.after.year]
    assert first is not None
    assert last is not None
    assert change.after.year == latest
    assert f"{first} år {change.before.year}" in opening.headline
    assert f"{last} år {latest}" in opening.headline
    is_more = re.search(r"Fler|ökat|fördubblats", opening.headline)
    assert bool(is_more) == (last > first)
    assert bool(re.search(r"minskat|halverats", opening.headline)) == (last < first)
    hidden = {y for found in values.values() for y, value in found.items() if value is None}
    # A step is of two years that stand side by side and are both seen.
    for year in map(int, re.findall(r"\b20\d\d\b", opening.lead)):
        assert values[change.key].get(year) is not None
        assert values[change.key].get(year - 1) is not None
        assert year not in hidden or values[change.key][year] is not None


def every_sentence(data: OpenData) -> str:
    """Every rule of sentence over the whole real series, as each year was the latest."""
    lines = []
    for year in range(2016, LATEST + 1):
        then = until(data, year)
        for language in ("sv", "en"):
            lines += [f"\n{year} {language}", *_sentences(then, year, language)]  # type: ignore[arg-type]
    return "\n".join(lines).strip() + "\n"


def _sentences(data: OpenData, year: int, language: Language) -> list[str]:
    charts = charts_of(data)
    opening = dict(vars(what_happened(charts, language)))
    del opening["year"]  # a number, and no sentence
    lines = [f"{name}: {opening[name]}" for name in opening if name != "chart"]
    lines += [f"counts: {counts(charts, language)}"]
    for figure in key_figures(charts, language):
        lines.append(f"key figure: {figure.value} {figure.thing}; {'; '.join(figure.changes)}")
    lines += [f"start: {h.value} {h.thing}. {h.details}" for h in headlines(charts, language)]
    # What is not over years is the same whichever year was the latest: said once.
    for card in (card for card in cards(data, language) if card.numbers or year == LATEST):
        lines += [f"{card.key}: {card.title}", f"{card.key}: {card.summary}"]
    lines.append(f"year: {paragraph(data, year, language)}")
    return [line.replace("\u00a0", " ") for line in lines]


def test_every_sentence_of_the_real_series_is_the_one_that_was_read(demonstration: Flask) -> None:
    """`python -m tests.reports.test_what_happened OPEN.DB` writes the list anew, to be read."""
    assert every_sentence(read(demonstration.config["OPEN_DB"])) == SENTENCES.read_text("utf-8")


# Of one series and year each, so that a number in a sentence says which it is: 3016 is the first
# series in 2016. Differences between them are never such a number.
FIRST_CODE = 3
GAPS = st.dictionaries(st.integers(2016, 2025), st.booleans(), max_size=10)


def coded(key: str, seen: Sequence[Mapping[int, bool]]) -> ChartNumbers:
    """A chart whose parts have gaps and hidden values, every number a code."""
    values = {
        part.column: {
            year: 1000 * (place + FIRST_CODE) + year - 2000 if is_seen else None
            for year, is_seen in by_year.items()
        }
        for place, (part, by_year) in enumerate(zip(CHARTS[key].columns, seen, strict=False))
    }
    return numbers(CHARTS[key], values)


def years_said(sentence: str) -> dict[int, set[int]]:
    """By series, the years of the numbers that a sentence has."""
    found: dict[int, set[int]] = {}
    for digits in re.findall(r"\d+(?:[\u00a0,]\d{3})*", sentence):
        number = int(re.sub(r"\D", "", digits))
        if number // 1000 >= FIRST_CODE and 16 <= number % 1000 <= 25:
            found.setdefault(number // 1000, set()).add(number % 1000)
    return found


@given(
    st.sampled_from(["enterprises", "employees", "placed"]),
    st.lists(GAPS, min_size=5, max_size=5),
    st.sampled_from(["sv", "en"]),
)
def test_no_sentence_mixes_years_whatever_is_missing_or_hidden(
    key: str, seen: list[dict[int, bool]], language: Language
) -> None:
    chart = coded(key, seen)
    told = what_happened({key: chart}, language)
    texts = [title(chart, language), summary(chart, language)]
    texts += [told.headline, told.lead, told.paragraph, told.chart_title]
    for text in texts:
        for sentence in re.split(r"(?<=\D)\. |; ", text):
            years = list(years_said(sentence).values())
            assert all(each == years[0] for each in years), sentence


BROKEN = {"placed", "placed_other"}


def is_across(sentence: str, key: str) -> bool:
    """Whether a sentence sets years before a break in the series against later ones."""
    columns = [part.column for part in CHARTS[key].columns]
    said = years_said(sentence)
    years = {y for place, found in said.items() if columns[place - FIRST_CODE] in BROKEN
             for y in found}  # fmt: skip
    # The one chart of several series names others' years too, but where it says since when.
    if key != "employed_placed" or re.match(r"(Sedan|Since) 20", sentence):
        years |= {int(year) - 2000 for year in re.findall(r"\b20(?:1[6-9]|2[0-5])\b", sentence)}
    return bool(years) and min(years) < 21 <= max(years)


@given(
    st.sampled_from(["placed", "employed_placed", "placed_per_enterprise"]),
    st.lists(GAPS, min_size=5, max_size=5),
    st.sampled_from(["sv", "en"]),
)
def test_a_sentence_over_a_break_in_the_series_names_it(
    key: str, seen: list[dict[int, bool]], language: Language
) -> None:
    chart = coded(key, seen)
    texts = [title(chart, language), summary(chart, language)]
    if key == "placed":
        told = what_happened({key: chart}, language)
        texts += [told.headline, told.lead, told.paragraph, told.chart_title]
        for figure in key_figures({key: chart}, language):
            lines = [said for said in figure.changes if said[0] in "↑↓="]
            texts += [f"{figure.year}: {said}" for said in lines]
    for text in texts:
        for sentence in re.split(r"(?<=\D)\. |; ", text):
            name = {"sv": "brott i serien 2021", "en": "break in series 2021"}[language]
            if is_across(sentence, key):
                assert name in sentence


def test_a_break_is_not_named_where_all_years_said_are_on_one_side_of_it() -> None:
    others = {2020: 5, 2022: 301, 2024: 293}
    for years in ({2022: 137, 2023: 26, 2024: 188}, {2024: 188}):
        placed = numbers(CHARTS["placed"], {"placed": years, "placed_other": others})
        assert "brott" not in title(placed, "sv") + summary(placed, "sv")
    both = numbers(
        CHARTS["employed_placed"], {"employees": {2023: 56}, "placed": {2020: 36, 2023: 137}}
    )
    assert title(both, "sv") == "56\u00a0anställda 2023"
    assert summary(both, "sv").endswith("(brott i serien 2021).")


def test_what_is_counted_otherwise_is_said_so_where_years_are_compared() -> None:
    placed = numbers(CHARTS["placed"], {"placed": {2019: 130, 2020: 123, 2021: 160, 2022: 210}})
    assert title(placed, "sv").endswith("än något tidigare år (brott i serien 2021)")
    assert title(placed, "en").endswith("than in any earlier year (break in series 2021)")
    [figure] = key_figures({"placed": placed}, "sv")
    assert figure.changes == (
        "↑ 50 fler än 2021", "↑ 80 fler än första året 2019 (brott i serien 2021)"
    )  # fmt: skip
    # The headline is of years that are counted alike, and a record over the others says so.
    told = what_happened({"placed": placed}, "sv")
    assert told.headline == "Placeringarna har ökat med 31\u00a0%: 160 år 2021, 210 år 2022"
    only = numbers(CHARTS["placed"], {"placed": {2020: 123, 2021: 210}})
    assert "123" not in what_happened({"placed": only}, "sv").headline
    after = numbers(CHARTS["placed"], {"placed": {2019: 130, 2020: 123, 2021: 160}})
    data = OpenData(points={("21", "placed"): list(after.series["placed"].points)})
    assert "ökade antalet placerade (brott i serien 2021)" in paragraph(data, 2021, "sv")
    assert "brott" not in paragraph(data, 2020, "sv")


def test_a_total_with_a_gap_leaves_its_parts_out() -> None:
    """2023 has provinces, 2024 nothing, 2025 the county alone."""
    values = {
        "enterprises": {2023: 31, 2025: 29},
        "enterprises_halsingland": {2023: 18},
        "enterprises_gastrikland": {2023: 13},
    }
    chart = numbers(CHARTS["enterprises"], values)
    assert summary(chart, "sv") == "Antalet företag minskade från 31 (2023) till 29 (2025)."
    assert title(chart, "sv") == "Två färre företag än 2023"
    hidden = numbers(CHARTS["enterprises"], values | {
        "enterprises_halsingland": {2023: 18, 2025: None},
        "enterprises_gastrikland": {2023: 13, 2025: None},
    })  # fmt: skip
    assert summary(hidden, "sv") == summary(chart, "sv")
    staff = numbers(CHARTS["employees"], {"employees": {2023: 1040, 2025: 900}})
    found = what_happened({"enterprises": chart, "employees": staff}, "sv")
    said = " ".join((found.headline, found.lead, found.paragraph))
    assert "Hälsingland" not in said
    assert "Gästrikland" not in said


if __name__ == "__main__":
    SENTENCES.write_text(every_sentence(read(sys.argv[1])), "utf-8")
