"""The gate: what a reader sees of a year in all its editions, and the proof that it is safe."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_data.disclosure.audit import intervals
from survey_data.disclosure.cells import Relation, total
from survey_data.disclosure.certificate import Certificate, check_certificate
from survey_data.disclosure.editions import Edition, Year
from survey_data.disclosure.intruder_view import IntruderView, Shown
from survey_data.errors import NotProtected
from survey_data.statistics.tabulation import OUT_OF_SCOPE, Answered, amounts_of, records, spots
from tests.support.attacks import interval
from tests.support.county import GAVLEBORG, enterprise, everything, many, next_edition, prove, see

Spot = tuple[str, str, str]


def gavle(count: int, first: int = 1, **numbers: int) -> list[Answered]:
    """Enterprises in one municipality of Gästrikland."""
    return [enterprise(n, "2180", **numbers) for n in range(first, first + count)]


def bollnas(count: int, first: int = 100, **numbers: int) -> list[Answered]:
    """Enterprises in one municipality of Hälsingland."""
    return [enterprise(n, "2183", **numbers) for n in range(first, first + count)]


ENOUGH = [*gavle(8), *bollnas(9)]


def sums_over(view: IntruderView) -> list[Relation]:
    return [total(of, parts) for of, parts in view.sums]  # type: ignore[arg-type]


def attacked(view: IntruderView, who: str, wanted: dict[Any, int]) -> tuple[float, float]:
    """What one intruder can work out, by the tests' own programme."""
    knowledge = view.intruders()[who]
    return interval(
        sums_over(view), view.truth, view.hidden, wanted, knowledge.lower,
        frozenset(knowledge.exact),
    )  # fmt: skip


def test_figures_of_enough_enterprises_are_their_sums() -> None:
    shown = next_edition([], [*[enterprise(n) for n in range(6)], *gavle(5, 10, women=5, men=2)])
    county = {s[2]: v for s, v in shown.values.items() if s[0] == "county"}
    assert county == {
        "enterprises": 11,
        "employees": 77,
        "employees_women": 49,
        "employees_men": 28,
        "employees_gender_not_stated": 0,
        "placed": 99,
        "placed_af": 55,
        "placed_kommun": 22,
        "placed_other": 22,
    }
    assert shown.values["municipality", "2184", "employees"] == 42
    assert shown.values["municipality", "2121", "employees"] == 0
    assert None not in shown.values.values()


def test_small_areas_have_totals_only() -> None:
    at = {s[2] for s in spots(GAVLEBORG) if s[0] == "municipality"}
    assert at == {"enterprises", "employees", "placed"}
    assert len(list(spots(GAVLEBORG))) == 9 * 3 + 3 * 10


def test_of_a_printed_year_no_more_is_shown_than_was_printed() -> None:
    printed = replace(GAVLEBORG, only_as_printed=True)
    shown = next_edition([], [*ENOUGH, enterprise(300, "2181")], printed)
    below = [s for s in shown.values if s[0] != "county"]
    assert below == [("province", p, "enterprises") for p in ("HALSINGLAND", "GASTRIKLAND")]
    assert None not in shown.values.values()
    prove([shown], printed)


def test_two_enterprises_alone_in_a_province_are_hidden_and_the_county_is_not() -> None:
    shown = next_edition([], [*bollnas(8), *gavle(2)])
    assert shown.values["county", "21", "employees"] == 70
    for name in ("employees", "placed"):
        assert shown.values["province", "GASTRIKLAND", name] is None
        assert shown.values["province", "HALSINGLAND", name] is None
        assert shown.values["municipality", "2180", name] is None


@given(st.integers(1, 20), st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_how_many_enterprises_there_are_is_open_everywhere(count: int, seed: int) -> None:
    shown = next_edition([], many(GAVLEBORG, count, seed))
    counts = {spot: value for spot, value in shown.values.items() if spot[2] == "enterprises"}
    assert len(counts) == 13
    assert counts == {s: v for s, v in everything(shown.records).items() if s in counts}


def test_a_county_with_few_enterprises_follows_the_rules_below_it() -> None:
    small = [enterprise(n, "2180", af=0) for n in range(11)]
    some = [enterprise(n, "2180", af=1) for n in (20, 21, 22)]
    spot = ("county", "21", "placed_af")
    assert next_edition([], [*small, *some]).values[spot] is None
    for everyone, unsafe in (
        ([*small, *some], True),
        ([*small, *some, *gavle(1, 30, af=0)], False),
    ):
        amounts = amounts_of(records(everyone), GAVLEBORG)
        assert Year((Edition(amounts),), ()).is_primary(0, spot) == unsafe
    with pytest.raises(NotProtected) as refused:
        see([Shown(everything(records([*small, *some])), records([*small, *some]))])
    assert refused.value.cause == "shown"


@pytest.mark.parametrize("status", sorted(OUT_OF_SCOPE))
def test_one_that_has_ceased_is_not_counted_in_any_way(status: str) -> None:
    gone = Answered(999, "2184", {"employees_total": 50, "placed_af": 9}, status)
    assert records([*ENOUGH, gone]) == records(ENOUGH)


def test_one_that_has_not_answered_counts_as_an_enterprise_only() -> None:
    missing = Answered(999, "2180", None)
    before, after = (everything(records(e)) for e in (ENOUGH, [*ENOUGH, missing]))
    changed = {spot for spot in after if after[spot] != before[spot]}
    assert {spot[2] for spot in changed} == {"enterprises"}


def test_employees_without_a_stated_gender_make_the_parts_agree_with_the_total() -> None:
    numbers = {"employees_total": 12, "employees_women": 4, "employees_men": 3}
    [record] = records([Answered(1, "2180", numbers, "active")])
    assert record.amounts["employees"] == 12
    assert record.amounts["employees_gender_not_stated"] == 5
    [record] = records([Answered(1, "2180", numbers | {"employees_total": 5}, "active")])
    assert record.amounts["employees"] == 7


def test_noughts_do_not_make_few_contributors_look_like_many() -> None:
    everyone = [*gavle(8, af=0), *bollnas(8, af=0), enterprise(500, af=200)]
    assert next_edition([], everyone).values["county", "21", "placed_af"] is None


def test_nobody_at_all_is_no_fault() -> None:
    shown = next_edition([], [])
    assert set(shown.values.values()) == {0}
    assert prove([shown])[1].proofs == ()


@given(st.integers(3, 20), st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_no_attacker_narrows_down_any_secret_of_any_county(count: int, seed: int) -> None:
    shown = next_edition([], many(GAVLEBORG, count, seed))
    view, certificate = prove([shown])
    check_certificate(certificate, view)
    truth = everything(shown.records)
    assert all(value in {None, truth[spot]} for spot, value in shown.values.items())
    names = ["", *sorted({proof[1] for proof in certificate.proofs})[:3]]
    for who in names:
        for secret in view.secrets:
            if not view.knows(view.intruders()[who], secret):
                low, high = attacked(view, who, {secret.figure: 1})
                assert high >= 5
                assert high - low >= 5


def test_what_a_reader_can_work_out_is_told_exactly() -> None:
    view = see([next_edition([], many(GAVLEBORG, 14, 2))])
    found = intervals(view)
    assert found.keys() == set(view.hidden)
    for variable, ((low, high), (inside_low, inside_high)) in found.items():
        own = attacked(view, "", {variable: 1})
        assert low == own[0]
        assert high == (None if own[1] == float("inf") else own[1])
        assert inside_low >= low
        assert inside_high is None or high is None or inside_high <= high
    knowledge = view.intruders()
    variable = view.secrets[0].figure
    widths = [
        high - low
        for who in knowledge
        if who and variable not in knowledge[who].exact
        for low, high in [attacked(view, who, {variable: 1})]
    ]
    low, high_ = found[variable][1]
    assert min(widths) == (float("inf") if high_ is None else high_ - low)


# Editions


def changed(everyone: list[Answered], *numbers: int, **to: int) -> list[Answered]:
    """The same enterprises, some with other numbers."""
    return [
        enterprise(e.enterprise, e.municipality, **to) if e.enterprise in numbers else e
        for e in everyone
    ]


def test_the_same_edition_again_shows_the_same() -> None:
    first = next_edition([], many(GAVLEBORG, 20, 1))
    again = next_edition([first], many(GAVLEBORG, 20, 1))
    assert again.values == first.values
    prove([first, again])


def test_what_was_open_before_is_what_a_later_edition_must_reckon_with() -> None:
    everyone = [*ENOUGH, enterprise(300, "2181"), enterprise(301, "2181")]
    first = next_edition([], everyone)
    assert first.values["municipality", "2181", "employees"] is None
    hidden = [s for s, v in first.values.items() if v is None and s[2] == "employees"]
    # Another pattern for the same numbers would give the hidden ones away by subtraction.
    swapped = {
        s: v if s not in hidden else everything(first.records)[s] for s, v in first.values.items()
    }
    swapped["municipality", "2181", "employees"] = None
    swapped["county", "21", "employees"] = swapped["province", "GASTRIKLAND", "employees"] = None
    with pytest.raises(NotProtected):
        prove([first, replace(first, values=swapped)])


def test_a_late_answer_is_not_told_by_the_difference() -> None:
    late = enterprise(300, "2180", women=9, men=8)
    before = next_edition([], [*ENOUGH, replace(late, numbers=None)])
    honest = Shown(everything(records([*ENOUGH, late])), records([*ENOUGH, late]))
    assert honest.values["county", "21", "employees"] == 136
    assert before.values["county", "21", "employees"] == 119
    with pytest.raises(NotProtected) as refused:
        see([before, honest])
    assert refused.value.cause == "few changed"
    after = next_edition([before], [*ENOUGH, late])
    assert after.values["county", "21", "employees"] is None
    view, _ = prove([before, after])
    one, two = (
        next(v for v in view.variables if v[:3] == ("county", "21", "employees") and v[3] == at)
        for at in (0, 1)
    )
    low, high = attacked(view, "", {two: 1, one: -1})
    assert high - low >= 5


def test_a_change_that_enough_enterprises_make_up_is_told() -> None:
    before = next_edition([], ENOUGH)
    after = next_edition([before], changed(ENOUGH, 1, 2, 3, women=6))
    assert after.values["county", "21", "employees"] == 125
    assert after.values["municipality", "2180", "employees"] == 62
    prove([before, after])


def test_a_figure_that_is_small_in_one_edition_only_is_safe_in_both() -> None:
    everyone = [*ENOUGH, *[enterprise(n, "2181", women=3, men=0) for n in (300, 301, 302)]]
    before = next_edition([], everyone)
    assert before.values["municipality", "2181", "employees"] == 9
    gone = changed(everyone, 300, 301, 302, women=1, men=0)
    after = next_edition([before], gone)
    assert after.values["municipality", "2181", "employees"] is None
    prove([before, after])


@given(st.integers(0, 1000), st.data())
@settings(max_examples=2, deadline=None)
def test_no_secret_of_any_edition_yields_to_a_reader_of_them_all(
    seed: int, data: st.DataObject
) -> None:
    everyone = many(GAVLEBORG, 8, seed)
    editions = [next_edition([], everyone)]
    for most in (4, 2):
        some = data.draw(st.sets(st.integers(1, 8), max_size=most))
        everyone = changed(everyone, *some, women=data.draw(st.integers(0, 9)))
        # What cannot be published beside the editions before waits for more changes.
        with suppress(NotProtected):
            editions.append(next_edition(editions, everyone))
    view, certificate = prove(editions)
    for secret in view.secrets:
        wanted = {secret.figure: 1} | ({secret.before: -1} if secret.before else {})
        low, high = attacked(view, "", wanted)
        assert high - low >= 5
        assert secret.before or high >= 5
    check_certificate(Certificate.from_dict(json.loads(json.dumps(certificate.as_dict()))), view)


# Certificates


@pytest.fixture(scope="module")
def proven() -> tuple[IntruderView, Certificate]:
    return prove([next_edition([], many(GAVLEBORG, 16, 5))])


def _first_table(certificate: Certificate, *values: Any) -> Certificate:
    """The certificate with another first table, which then stands in every proof."""
    proofs = tuple((*p[:2], 0, p[3]) for p in certificate.proofs)
    return replace(certificate, tables=(values, *certificate.tables[1:]), proofs=proofs)


def _last_proof(certificate: Certificate, high: int, low: int) -> Certificate:
    last = (*certificate.proofs[-1][:2], high, low)
    return replace(certificate, proofs=(*certificate.proofs[:-1], last))


TAMPERED: dict[str, Callable[[Certificate], Certificate]] = {
    "a figure more": lambda c: _first_table(c, c.tables[0][0] + 1, *c.tables[0][1:]),
    "a table cut short": lambda c: _first_table(c, *c.tables[0][1:]),
    "a fraction": lambda c: _first_table(c, c.tables[0][0] + 0.5, *c.tables[0][1:]),
    "a float": lambda c: _first_table(c, *map(float, c.tables[0])),
    "less than nothing": lambda c: _first_table(c, -1, *c.tables[0][1:]),
    "one table twice": lambda c: _last_proof(c, c.proofs[-1][2], c.proofs[-1][2]),
    "a table that is not there": lambda c: _last_proof(c, 10_000, 0),
    "a table counted from behind": lambda c: _last_proof(c, -1, -2),
    "an intruder left out": lambda c: replace(
        c, proofs=tuple(p for p in c.proofs if p[1] != c.proofs[-1][1])
    ),
    "a secret left out": lambda c: replace(
        c, proofs=tuple(p for p in c.proofs if p[0] != c.proofs[-1][0])
    ),
    "a hidden figure left out": lambda c: replace(
        c, hidden=c.hidden[1:], tables=tuple(t[1:] for t in c.tables)
    ),
    "no proof at all": lambda c: replace(c, proofs=()),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_certificate_that_was_tampered_with_is_refused(
    proven: tuple[IntruderView, Certificate], how: str
) -> None:
    view, certificate = proven
    check_certificate(certificate, view)
    with pytest.raises(NotProtected):
        check_certificate(TAMPERED[how](certificate), view)


def test_a_certificate_is_about_the_rows_that_were_shown(
    proven: tuple[IntruderView, Certificate],
) -> None:
    view, certificate = proven
    [shown] = view.editions
    secrets = {secret.figure[:3] for secret in view.secrets}
    spot = next(s for s, v in shown.values.items() if v is None and s not in secrets)
    more_open = replace(shown, values={**shown.values, spot: everything(shown.records)[spot]})
    with pytest.raises(NotProtected):
        check_certificate(certificate, see([more_open]))


def test_a_false_row_and_a_missing_row_are_refused() -> None:
    shown = next_edition([], ENOUGH)
    spot = ("province", "GASTRIKLAND", "employees")
    false = {**shown.values, spot: (shown.values[spot] or 0) + 1}
    with pytest.raises(NotProtected) as refused:
        see([replace(shown, values=false)])
    assert (refused.value.cell, refused.value.cause) == (spot, "other value")
    missing = {s: v for s, v in shown.values.items() if s != spot}
    with pytest.raises(NotProtected) as refused:
        see([replace(shown, values=missing)])
    assert refused.value.cause == "part missing"


def test_an_unsafe_figure_that_is_shown_is_refused() -> None:
    shown = next_edition([], [*ENOUGH, enterprise(300, "2181")])
    open_to_all = everything(shown.records)
    with pytest.raises(NotProtected) as refused:
        see([replace(shown, values=open_to_all)])
    assert refused.value.cause == "shown"


def test_a_certificate_is_checked_without_a_solver() -> None:
    code = (
        "import sys; import survey_data.disclosure.certificate,"
        " survey_data.protection.disclosure_gate,"
        " survey_data.publishing.publish; sys.exit('highspy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_insider_is_everyone_who_was_ever_counted() -> None:
    before = next_edition([], [*ENOUGH, enterprise(300, "2181")])
    after = next_edition([before], ENOUGH)
    assert "300" in see([before, after]).intruders()
    amounts = amounts_of(after.records, GAVLEBORG)
    assert 300 not in amounts["county", "21", "employees"]
