"""Protection in a release: what is kept of it, what the next one may say, and when none leaves."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import clock
from survey_data.association.release_rows import own
from survey_data.database import first, rows, run, scalar
from survey_data.disclosure.certificate import Certificate, check_certificate
from survey_data.disclosure.intruder_view import Shown
from survey_data.disclosure.rules import from_lists
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate, earlier_editions, prior_knowledge, protect_year
from survey_data.publishing import proof, publish, release_draft, release_preview
from survey_data.publishing.publish import Places
from survey_data.releases.open_db import HiddenValue, write_open_db
from survey_data.responses import responses
from survey_data.review import decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from survey_data.statistics.published_tables import fresh
from survey_data.statistics.tabulation import Answered, amounts_of
from survey_data.statistics.tabulation import records as records_of
from tests.conftest import BASE
from tests.publishing.test_publish import hold, read
from tests.support.attacks import interval
from tests.support.county import frame_of, see
from tests.support.http_visitor import Visitor

YEAR = 2021


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


@pytest.fixture
def survey_round(db: Database, examples: list[int]) -> Round:
    return hold(db, YEAR)


def values(path: Path) -> dict[tuple[str, str, str], int | None]:
    sql = f"SELECT * FROM observations WHERE year = {YEAR}"
    return {(r["area_type"], r["area_code"], r["indicator"]): r["value"] for r in read(path, sql)}


def correct(db: Database, question: str, *, more: int, count: int) -> None:
    """Correct one number of so many enterprises, and the total it is part of."""
    for enterprise_id, response in responses.of_year(db, YEAR)[:count]:
        assert enterprise_id
        standing = decisions.as_reviewed(db, response).answers
        values = {n: int(standing[n] or 0) + more for n in {question, "employees_total"}}  # type: ignore[call-overload]
        newest = decisions.newest_decision(db, response.id)
        ruling = Ruling("test", seen=newest.id if newest else 0)
        review.correct(db, response.id, values, "felskrivet", ruling)


def keep_as_shown(db: Database, year: int, shown: dict[Any, int | None], plan: Any) -> None:
    """An earlier release that showed these figures, as another rule might have."""
    release = f"{year}-0"
    run(
        db, "INSERT INTO release (id, published_at, kind, includes_examples, actor)"
        " VALUES (?, '2000-12-01T00:00:00+00:00', 'final', 1, 'x')",
        (release,),
    )  # fmt: skip
    figures = tuple(replace(f, value=shown[f.spot]) for f in plan.figures)
    nothing = Certificate((), (), ())
    prior_knowledge.keep_figures(db, release, [replace(plan, figures=figures)], {year: nothing})


def test_every_hidden_figure_of_the_open_file_is_proven_to_be_safe(
    db: Database, survey_round: Round, places: Places
) -> None:
    publish.publish(db, places, "test")
    shown = values(places.open)
    assert len(shown) == 57
    hidden = {spot for spot, value in shown.items() if value is None}
    assert hidden
    assert not {spot for spot in hidden if spot[0] == "county"}
    # By an attack of the test's own, on the file, for every figure that must be hidden.
    basis = population.basis_of(db, survey_round)
    amounts = amounts_of(basis.records, population.county(db))
    view = see([Shown(shown, basis.records)], population.county(db))
    with closing(sqlite3.connect(places.open)) as opened:
        frame = disclosure_gate.frame_of(Database(opened, execute_plugins=False))
    assert view.frame.part_of_area == frame.part_of_area
    assert view.frame.part_of_indicator.items() <= frame.part_of_indicator.items()
    from tests.disclosure.test_protection_gate import sums_over

    for spot, adding in amounts.items():
        some = [n for n in adding.values() if n]
        if spot[2] == "enterprises":
            assert spot not in hidden
            continue
        if not some or (len(some) >= 3 and (spot[0] == "county" or sum(some) >= 5)):
            continue
        assert spot in hidden
        low, high = interval(sums_over(view), view.truth, view.hidden, {(*spot, 0): 1})
        assert high >= 5
        assert high - low >= 5


def test_the_certificate_is_kept_with_the_office_and_nowhere_else(
    db: Database, survey_round: Round, places: Places
) -> None:
    release = publish.publish(db, places, "test")
    line = first(db, "SELECT * FROM protection WHERE release_id = ?", (release.id,))
    assert line
    figures = {(t, a, i): value for t, a, i, value in json.loads(line["figures"])}
    assert figures == values(places.open)
    view = see([Shown(figures, from_lists(json.loads(line["records"])))], population.county(db))
    certificate = Certificate.from_dict(json.loads(line["certificate"]))
    check_certificate(certificate, view)
    assert certificate.proofs
    for path in (places.open, places.analysts):
        names = {r["name"] for r in read(path, "SELECT name FROM sqlite_master")}
        assert not {n for n in names if "protection" in n}
        assert line["certificate"][:40].encode() not in path.read_bytes()
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'proven'") == 1


def test_no_trace_of_a_hidden_or_an_earlier_value_is_left_in_the_file(
    db: Database, survey_round: Round, places: Places
) -> None:
    # Three bytes that stand nowhere else, in an area that few enterprises make up.
    lonely = 0x5AC3E7
    [(where, _)] = Counter(
        r.municipality for r in population.basis_of(db, survey_round).records
    ).most_common()[-1:]
    who = next(
        r.enterprise
        for r in population.basis_of(db, survey_round).records
        if r.municipality == where
    )
    response = dict(responses.of_year(db, YEAR))[who]
    values_ = {"placed_other_paid": lonely}
    review.correct(db, response.id, values_, "ett tal som syns", Ruling("test"))
    publish.publish(db, places, "test")
    county = values(places.open)["county", "21", "placed"]
    assert county
    assert county > lonely
    content = places.open.read_bytes()
    assert lonely.to_bytes(3, "big") not in content
    assert county.to_bytes(3, "big") in content
    publish.publish(db, places, "test")
    assert lonely.to_bytes(3, "big") not in places.open.read_bytes()
    with closing(sqlite3.connect(places.open)) as opened:
        assert opened.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_the_same_figures_again_need_no_solver_and_show_the_same(
    db: Database, survey_round: Round, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.publish(db, places, "test")
    before = values(places.open)
    # Whoever comes to load the solver now fails.
    monkeypatch.setitem(__import__("sys").modules, "survey_data.disclosure.pattern", None)
    monkeypatch.setitem(__import__("sys").modules, "survey_data.disclosure.audit", None)
    publish.publish(db, places, "test")
    assert values(places.open) == before
    assert scalar(db, "SELECT count(*) FROM protection") == 2
    assert len(earlier_editions.kept(db, YEAR)) == 1


def test_a_change_that_too_few_make_up_waits_for_company(
    db: Database, survey_round: Round, places: Places
) -> None:
    publish.publish(db, places, "test")
    before, wordings = values(places.open), read(places.open, "SELECT * FROM variables")
    correct(db, "employees_women", more=7, count=1)
    [found] = release_preview.previews(db)
    assert found.protected.is_waiting
    publish.publish(db, places, "test")
    assert values(places.open) == before
    # How it was asked is no secret, and is told of a year that waits too.
    assert read(places.open, "SELECT * FROM variables") == wordings
    assert scalar(db, "SELECT max(is_waiting) FROM protection") == 1
    correct(db, "employees_women", more=4, count=3)
    publish.publish(db, places, "test")
    after = values(places.open)
    spot = ("county", "21", "employees")
    assert after[spot] == (before[spot] or 0) + 7 + 3 * 4
    assert len(earlier_editions.kept(db, YEAR)) == 2


def test_an_enterprise_that_moves_is_not_moved_in_years_gone_by(
    db: Database, survey_round: Round, places: Places
) -> None:
    publish.publish(db, places, "test")
    before = values(places.open)
    run(db, "UPDATE enterprise SET municipality_code = '2104' WHERE id = 1")
    publish.publish(db, places, "test")
    assert values(places.open) == before


def test_what_earlier_releases_gave_away_stops_the_next_and_changes_nothing(
    db: Database, survey_round: Round, places: Places, coordinator: Visitor
) -> None:
    # The page as it was opened before.
    form = coordinator.open(f"{BASE}/samordna/publicering").form_with("note_sv")
    assert form
    publish.publish(db, places, "test", history=None)
    [found] = release_preview.previews(db)
    plan = found.protected
    amounts = amounts_of(plan.basis.records, population.county(db))
    truth = {spot: sum(by.values()) for spot, by in amounts.items()}
    shown: dict[Any, int | None] = dict(truth)
    secret = next(f.spot for f in plan.figures if f.value is None and f.area_type != "county")
    shown[secret] = None
    keep_as_shown(db, YEAR, shown, plan)
    before = places.analysts.read_bytes(), places.open.read_bytes()
    releases = rows(db, "SELECT * FROM release")
    page = coordinator.open(f"{BASE}/samordna/publicering")
    assert "kan inte skyddas, och därför går det inte att publicera" in page.text
    with pytest.raises(NotProtected) as refused:
        publish.publish(db, places, "test")
    assert refused.value.cell[:3] == secret
    assert refused.value.low == refused.value.high == truth[secret]
    assert page.form_with("note_sv") is None
    typed = form.fields | {"kind": "final", "note_sv": "-", "note_en": "-"}
    # What was seen is not what stands, and what stands cannot be protected.
    reply = coordinator.client.post(page.url, data=typed)
    assert "Något har ändrats sedan sidan visades" in reply.text
    assert "kan inte skyddas" in reply.text
    assert rows(db, "SELECT * FROM release") == releases
    reply = coordinator.client.post(page.url, data=typed | {"seen": proof.basis(db)})
    assert "Inget har publicerats" in reply.text
    assert str(refused.value.because("sv")) in reply.text
    assert (places.analysts.read_bytes(), places.open.read_bytes()) == before
    assert rows(db, "SELECT * FROM release") == releases


def test_a_wish_keeps_a_figure_open_and_leaves_a_line(db: Database, survey_round: Round) -> None:
    county = population.county(db)
    basis = population.basis_of(db, survey_round)
    before = protect_year.protect_year(db, YEAR, basis, county)
    unsafe = {s.figure[:3] for s in see([before.shown], county).secrets}
    companions = [f.spot for f in before.figures if f.value is None and f.spot not in unsafe]
    assert companions
    protect_year.set_cost_factor(db, companions[0], protect_year.ALMOST_ALWAYS, "test")
    after = protect_year.protect_year(db, YEAR, basis, county)
    assert after.shown.values[companions[0]] is not None
    assert after.is_lightest
    line = first(db, "SELECT * FROM audit WHERE action = 'cost of hiding changed'")
    assert line
    assert (line["before"], line["after"]) == ("1.0", "1000.0")
    protect_year.set_cost_factor(db, companions[0], protect_year.USUAL, "test")
    assert protect_year.cost_factors(db) == {}


def test_without_work_the_release_says_that_it_may_hide_more_than_it_needs(
    db: Database, survey_round: Round, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = replace(protect_year.RULES, most_rounds=0)
    monkeypatch.setattr(protect_year.protect_year, "__defaults__", (hasty,))
    release = publish.publish(db, places, "test", note_sv="Första utgåvan.")
    assert release.note_sv.startswith("Första utgåvan. Skyddet är säkert men")
    assert release.note_en.startswith("The protection is safe but")
    assert scalar(db, "SELECT is_lightest FROM protection") == 0
    monkeypatch.undo()
    assert publish.publish(db, places, "test").note_sv == ""


# The gate refuses what it does not know


def open_file(survey_round: Round, plan: protect_year.Protected, db: Database) -> Database:
    """A finished open.db in memory, as publishing makes it."""
    opened = fresh()
    release = release_draft.Release("2021-1", clock.now(), "final", True)
    write_open_db(
        opened, release,
        release_draft.values([survey_round], {YEAR: plan}, population.county(db)), (),
        [release_draft.coverage_of(survey_round, plan)],
        own(db),
    )  # fmt: skip
    return opened


@pytest.fixture
def finished(db: Database, survey_round: Round) -> tuple[Database, protect_year.Protected]:
    basis = population.basis_of(db, survey_round)
    plan = protect_year.protect_year(db, YEAR, basis, population.county(db))
    return open_file(survey_round, plan, db), plan


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("CREATE TABLE means (area TEXT, mean REAL)", "not audited"),
        ("UPDATE observations SET year = 2022 WHERE year = 2021", "not audited"),
        ("UPDATE coverage SET asked = asked + 1", "asked"),
        ("UPDATE coverage SET answered = asked + 1", "asked"),
        ("UPDATE observations SET value = value + 1 WHERE indicator = 'placed'", "other value"),
        ("DELETE FROM observations WHERE area_code = '2180'", "part missing"),
        ("UPDATE areas SET part_of = 'GASTRIKLAND' WHERE area_code = '2184'", "other value"),
    ],
)
def test_the_gate_refuses_what_it_has_not_looked_at(
    finished: tuple[Database, protect_year.Protected], statement: str, cause: str
) -> None:
    opened, plan = finished
    assert disclosure_gate.check(opened, [plan])[YEAR].proofs
    opened.conn.execute(statement)
    with pytest.raises(NotProtected) as refused:
        disclosure_gate.check(opened, [plan])
    assert refused.value.cause == cause
    assert refused.value.because("sv") != refused.value.because("en")


def test_a_hidden_value_has_nowhere_to_be_in_what_is_published(
    finished: tuple[Database, protect_year.Protected],
) -> None:
    _, plan = finished
    assert not {f.value for f in plan.figures if f.status == "x"} - {None}
    assert HiddenValue(YEAR, "county", "21", "placed").value is None


def test_a_population_is_its_records(db: Database, survey_round: Round) -> None:
    everyone = population.answered(db, survey_round)
    assert {type(e) for e in everyone} == {Answered}
    assert population.basis_of(db, survey_round).records == records_of(everyone)
    assert frame_of(population.county(db)).part_of_area["municipality", "2180"]
