"""Closing and releasing: what is missing, estimated, hidden and changed, said before it is done."""

import json
from typing import Any

import pytest
from sqlite_utils import Database

from forms.office.publishing import release_page
from survey_data.automation import calendar_runner
from survey_data.database import rows, run, scalar
from survey_data.errors import ChangedMeanwhile
from survey_data.follow_up import progress
from survey_data.publishing import proof, publish, release_preview, release_workflow
from survey_data.publishing.approval_requests import ReleaseIncomplete
from survey_data.publishing.publish import Places
from survey_data.responses import responses
from survey_data.rounds import calendar, rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from survey_data.statistics.population import Change
from tests.conftest import BASE
from tests.publishing.test_publish import hold as hold_examples
from tests.support.closed_round import correct_enough, county, hold, numbers, read, release, silent
from tests.support.http_visitor import Page, Visitor

PATH = f"{BASE}/samordna/publicering"
NOTES = {"note_sv": "Två svar till.", "note_en": "Two more answers."}


def test_the_account_names_every_silent_enterprise_and_its_weight(
    db: Database, two_silent: Round
) -> None:
    found = progress.missing_responses(db, two_silent)
    assert {town: [s.name for s in them] for town, them in found.by_town.items()} == {
        "Gävle": ["Exempelkooperativet 10"], "Hudiksvall": ["Exempelkooperativet 1"],
    }  # fmt: skip
    assert found.employees_missing == 4 + 4 + 6 + 5
    assert found.employees_in("Gävle") == 6 + 5
    assert found.unreviewed == 10


@pytest.mark.parametrize(
    ("before", "now", "number", "expected"),
    [(100, 110, 10, 11), (100, 105, 10, 11), (100, 104, 10, 10), (3, 1, 10, 3), (7, 7, 5, 5)],
)
def test_a_number_is_carried_forward_with_the_change_of_those_who_answered_both_years(
    before: int, now: int, number: int, expected: int
) -> None:
    assert Change(before, now, 5).applied_to(number) == expected


def test_the_parts_of_an_estimate_add_up_to_its_total(db: Database, two_silent: Round) -> None:
    change = population.offers_and_changes(db, two_silent)[1]["employees_total"]
    # Ten answered both years, each with two more employees.
    assert (change.pairs, change.now - change.before) == (10, 20)
    for offer in population.offers(db, two_silent).values():
        assert offer.numbers is not None
        for total, (parts, _) in population.GROUPS.items():
            assert sum(offer.numbers[part] for part in parts) == offer.numbers[total]


def test_nobody_is_estimated_unless_someone_says_so(
    db: Database, places: Places, two_silent: Round
) -> None:
    assert all(not o.is_used for o in population.offers(db, two_silent).values())
    release(db, places)
    found = county(places.open, 2022)
    assert {status for _, status in found.values()} == {"n", "u"}
    assert found["enterprises"] == (12, "n")


def test_an_estimate_is_in_the_open_figures_with_its_mark_and_never_in_the_microdata(
    db: Database, places: Places, two_silent: Round
) -> None:
    without = {f.indicator: f.value for f in release_preview.as_it_stands(db, two_silent).figures
               if f.area_type == "county"}  # fmt: skip
    one = silent(db, two_silent)[0]
    assert (
        release_workflow.estimate(db, two_silent, {one}, "De svarar inte i telefon.", "staff 1")
        == 1
    )
    estimated = population.offers(db, two_silent)[one].numbers
    assert estimated is not None
    made = release(db, places)
    found = county(places.open, 2022)
    assert found["employees"] == ((without["employees"] or 0) + estimated["employees_total"], "u")
    assert found["enterprises"] == (12, "n")
    assert county(places.open, 2021)["employees"][1] == "n"
    # The other province has nothing estimated in it.
    provinces = read(
        places.open, "SELECT area_code, status FROM observations WHERE year = 2022"
        " AND indicator = 'employees' AND area_type = 'province' ORDER BY area_code",
    )  # fmt: skip
    assert [row["status"] for row in provinces] == ["n", "e"]
    [coverage] = read(places.open, "SELECT asked, answered FROM coverage WHERE year = 2022")
    assert coverage == {"asked": 12, "answered": 10}
    [answers] = read(places.analysts, "SELECT count(*) AS n FROM answers WHERE year = 2022")
    assert answers == {"n": 10}
    [kept] = rows(db, "SELECT * FROM release_estimate")
    assert (kept["release_id"], json.loads(kept["numbers"])) == (made.id, estimated)
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'estimate decided'")
    assert (line["reason"], json.loads(line["after"])) == (
        "De svarar inte i telefon.", {"method": "carried_forward"},
    )  # fmt: skip


def test_no_open_table_tells_the_sum_without_a_single_estimate(
    db: Database, places: Places, two_silent: Round
) -> None:
    one, _ = silent(db, two_silent)
    release_workflow.estimate(db, two_silent, {one}, "De svarar inte i telefon.", "staff 1")
    release(db, places)
    for indicator in ("employees", "placed"):
        assert county(places.open, 2022)[indicator][1] == "u"
    for table in ("changes", "same_enterprises"):
        assert read(places.open, f"SELECT * FROM {table} WHERE year = 2022") == []
    shares = "SELECT * FROM quality WHERE measure = 'imputed_share' AND value IS NOT NULL"
    assert read(places.open, shares) == []
    assert read(places.open, "SELECT * FROM estimates") == []


def test_an_estimate_needs_a_reason_and_can_be_taken_back(db: Database, two_silent: Round) -> None:
    everyone = set(silent(db, two_silent))
    with pytest.raises(ReleaseIncomplete):
        release_workflow.estimate(db, two_silent, everyone, "", "staff 1")
    assert not population.estimated(db, two_silent)
    assert release_workflow.estimate(db, two_silent, everyone, "Svarar inte.", "staff 1") == 2
    assert set(population.estimated(db, two_silent)) == everyone
    assert release_workflow.estimate(db, two_silent, everyone, "", "staff 1") == 0
    assert release_workflow.estimate(db, two_silent, set(), "", "staff 1") == 2
    assert not population.estimated(db, two_silent)
    assert scalar(db, "SELECT count(*) FROM estimate") == 4


def test_a_published_estimate_stands_until_it_is_decided_anew(
    db: Database, places: Places, two_silent: Round
) -> None:
    everyone = set(silent(db, two_silent))
    release_workflow.estimate(db, two_silent, everyone, "Svarar inte.", "staff 1")
    release(db, places)
    published = {at: offer.numbers for at, offer in population.estimated(db, two_silent).items()}
    correct_enough(db, rounds.find(db, 2021))
    assert {at: o.numbers for at, o in population.estimated(db, two_silent).items()} == published
    before = county(places.open, 2022)
    release(db, places, note_sv="Rättat.", note_en="Corrected.")
    assert county(places.open, 2022) == before
    release_workflow.estimate(db, two_silent, set(), "", "staff 1")
    release_workflow.estimate(db, two_silent, everyone, "Svarar inte.", "staff 1")
    anew = {at: offer.numbers for at, offer in population.estimated(db, two_silent).items()}
    assert anew.keys() == published.keys()
    assert anew != published


def test_an_answer_that_comes_in_goes_before_the_estimate(
    db: Database, enterprises: list[int]
) -> None:
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    survey_round = hold(db, 2022, silent=2)
    one, other = silent(db, survey_round)
    release_workflow.estimate(db, survey_round, {one, other}, "Svarar inte.", "staff 1")
    responses.hand_in(db, one, numbers((1, 1, 1, 1)), "sv", mode="example")
    assert set(population.estimated(db, survey_round)) == {other}
    assert release_preview.as_it_stands(db, survey_round).answered == 11


def test_nothing_is_offered_where_too_few_answered_both_years(
    db: Database, enterprises: list[int]
) -> None:
    hold(db, 2021, silent=10)
    rounds.close_round(db, 2021, "test")
    survey_round = hold(db, 2022, silent=5)
    assert {o.numbers for o in population.offers(db, survey_round).values()} == {None}
    assert (
        release_workflow.estimate(
            db, survey_round, set(silent(db, survey_round)), "Svarar inte.", "staff 1"
        )
        == 0
    )


def test_who_has_ceased_is_never_estimated(db: Database, two_silent: Round) -> None:
    one, other = silent(db, two_silent)
    release_workflow.estimate(db, two_silent, {one, other}, "Svarar inte.", "staff 1")
    run(
        db,
        "INSERT INTO call (invitation_id, called_at, actor, outcome) VALUES (?, '2022', 'x',"
        " 'ceased')",
        (one,),
    )
    found = release_preview.as_it_stands(db, two_silent)
    assert sum(e.is_estimated for e in found.enterprises) == 1
    assert (found.asked, found.answered) == (11, 10)


def test_the_dry_run_says_which_figures_are_hidden_and_by_which_rule(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    hold_examples(db, 2021)
    [found] = release_preview.previews(db)
    hidden = [f.spot for f in found.figures if f.value is None]
    assert found.hidden == len(hidden) > found.hidden_for_itself > 0
    unsafe = 0
    for spot in hidden:
        amounts = [a for a in found.protected.whole.newest.adding(spot).values() if a]
        unsafe += 1 <= sum(amounts) < 5 or 0 < len(amounts) < 3
    assert found.hidden_for_itself == unsafe
    page = coordinator.open(PATH)
    assert f"{found.hidden_for_itself} för att få företag ligger bakom" in page.text


def test_what_changes_against_the_open_release_is_listed_before_it_is_made(
    db: Database, places: Places, two_silent: Round
) -> None:
    assert release_preview.changed(places.open, release_preview.previews(db)) == []
    release(db, places, "preliminary")
    assert release_preview.changed(places.open, release_preview.previews(db)) == []
    # Too few to be told of: the change waits.
    release_workflow.estimate(
        db, two_silent, set(silent(db, two_silent)), "Svarar inte.", "staff 1"
    )
    assert release_preview.previews(db)[-1].protected.is_waiting
    assert release_preview.changed(places.open, release_preview.previews(db)) == []
    release_workflow.estimate(db, two_silent, set(), "", "staff 1")
    correct_enough(db, two_silent)
    found = release_preview.changed(places.open, release_preview.previews(db))
    shown = {(c.area_code, c.indicator): c for c in found}
    total = shown["21", "employees"]
    assert total.now is not None
    assert total.before is not None
    assert total.now > total.before
    assert (total.year, total.status_before, total.status_now) == (2022, "u", "u")
    assert {c.year for c in found} == {2022}


def test_a_release_that_replaces_another_needs_a_note_in_both_languages(
    db: Database, places: Places, two_silent: Round
) -> None:
    with pytest.raises(ReleaseIncomplete) as fault:
        release(db, places, "")
    assert fault.value.lacks == ("kind",)
    assert release(db, places, "preliminary").id == "2022-1"
    with pytest.raises(ReleaseIncomplete) as fault:
        release(db, places, note_sv="Rättat.")
    assert fault.value.lacks == ("note_en",)
    made = release(db, places, **NOTES)
    assert (made.id, made.kind, made.note_en) == ("2022-2", "final", NOTES["note_en"])


def test_what_was_not_seen_is_not_published(
    db: Database, places: Places, two_silent: Round
) -> None:
    seen = proof.basis(db)
    release_workflow.estimate(
        db, two_silent, set(silent(db, two_silent)), "Svarar inte.", "staff 1"
    )
    with pytest.raises(ChangedMeanwhile):
        release_workflow.release(
            db, places, "test", kind="final", note_sv="", note_en="", seen=seen,
            incomplete_is_meant="yes",
        )  # fmt: skip
    assert publish.releases(db) == []


def test_the_calendar_writes_a_note_of_its_own_when_it_replaces_a_release(
    db: Database, places: Places, two_silent: Round
) -> None:
    assert release_workflow.estimate(
        db, two_silent, set(silent(db, two_silent)), "Svarar inte.", "staff 1"
    )
    for kind in ("preliminary_release", "final_release"):
        act = next(a for a in calendar.of_round(db, two_silent.id) if a.kind == kind)
        run(db, "UPDATE act SET state = 'planned' WHERE id = ?", (act.id,))
        calendar_runner.run_due(db, places, now=act.due_at)
    first, second = reversed(publish.releases(db))
    assert (first["kind"], first["note_sv"]) == ("preliminary", "")
    assert (second["kind"], second["note_sv"], second["note_en"]) == (
        "final",
        "Slutlig utgåva enligt kalendern. Ersätter 2022-1.",
        "Final release by the calendar. Replaces 2022-1.",
    )


def test_a_final_release_of_a_year_that_lacks_answers_is_asked_about(
    db: Database, places: Places, two_silent: Round, coordinator: Visitor
) -> None:
    with pytest.raises(ReleaseIncomplete) as fault:
        release(db, places, incomplete_is_meant="")
    assert fault.value.lacks == ("incomplete_is_meant",)
    page = coordinator.open(PATH)
    assert "2022: 10 av 12 företag har svarat." in page.text
    page = _fill_in(coordinator, page, "note_sv", kind="final")
    assert "Kryssa för att utgåvan ska vara slutlig ändå" in page.text
    assert 'href="#incomplete_is_meant"' in page.text
    assert publish.releases(db) == []
    page = _fill_in(coordinator, page, "note_sv", kind="final", incomplete_is_meant="1")
    assert "Utgåva 2022-1 är publicerad." in page.text
    assert county(places.open, 2022)["employees"][1] == "u"
    # What has been answered is not asked again.
    assert release_workflow.incomplete(db) == []


def test_the_calendar_leaves_a_final_release_that_lacks_answers_to_a_person(
    db: Database, places: Places, two_silent: Round, coordinator: Visitor
) -> None:
    act = next(a for a in calendar.of_round(db, two_silent.id) if a.kind == "final_release")
    run(db, "UPDATE act SET state = 'planned' WHERE id = ?", (act.id,))
    calendar_runner.run_due(db, places, now=act.due_at)
    assert calendar.find(db, act.id).state == "paused"
    assert publish.releases(db) == []
    assert "Alla har inte svarat." in coordinator.open(f"{BASE}/samordna/").text


def test_the_page_says_all_of_it_and_publishes_what_was_chosen(
    db: Database, places: Places, two_silent: Round, coordinator: Visitor
) -> None:
    page = coordinator.open(PATH)
    assert "2 av 12 företag har inte svarat." in page.text
    assert "19 av" in page.text
    form = page.form_with("estimate_reason")
    assert form is not None
    ticked = [str(n) for n in silent(db, two_silent)]
    page = coordinator.submit(page, form, {"estimate": ticked})
    assert "Skriv varför ni skattar." in page.text
    assert page.text.count("checked") == 2
    page = _fill_in(coordinator, page, "estimate_reason", estimate=ticked, estimate_reason="Tyst.")
    assert "2 val är sparade." in page.text
    page = _fill_in(coordinator, page, "note_sv")
    assert "Välj preliminär eller slutlig utgåva." in page.text
    page = _fill_in(coordinator, page, "note_sv", kind="preliminary")
    assert "Utgåva 2022-1 är publicerad." in page.text
    page = _fill_in(coordinator, page, "note_sv", kind="final", note_sv="Rättat i Gävle.")
    assert "Skriv samma sak på engelska." in page.text
    assert 'value="Rättat i Gävle."' in page.text
    page = _fill_in(coordinator, page, "note_sv", kind="final", **NOTES)
    assert "Utgåva 2022-2 är publicerad." in page.text
    assert county(places.open, 2022)["employees"][1] == "e"


def test_the_page_lists_what_would_change(
    db: Database, places: Places, two_silent: Round, coordinator: Visitor
) -> None:
    release(db, places)
    assert "Inga siffror ändras mot 2022-1, så det finns inget" in coordinator.open(PATH).text
    correct_enough(db, two_silent)
    count = len(release_preview.changed(places.open, release_preview.previews(db)))
    page = coordinator.open(PATH)
    assert f"{count} siffror ändras mot 2022-1, som 2022-2 ersätter." in page.text


def _fill_in(visitor: Visitor, page: Page, field: str, **filled: Any) -> Page:
    form = page.form_with(field)
    assert form is not None
    return visitor.submit(page, form, filled)


def test_of_very_many_enterprises_a_release_is_worked_out_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, coordinator: Visitor, two_silent: Round
) -> None:
    monkeypatch.setattr(release_page, "WORKED_OUT_AT_ONCE", 1)
    worked_out: list[int] = []
    asked = release_preview.as_it_stands
    monkeypatch.setattr(
        release_preview, "as_it_stands", lambda *of: (worked_out.append(of[1].year), asked(*of))[1]
    )
    page = coordinator.open(PATH)
    assert "Vad som saknas" in page.text
    assert "Vad som döljs" not in page.text
    assert not [form for form in page.forms() if form.action.endswith("/publicering")]
    assert not worked_out
    page = coordinator.open(f"{PATH}?visa=utgavan")
    assert "Vad som döljs" in page.text
    assert two_silent.year in worked_out
    assert len(worked_out) == len(set(worked_out)), "once, for what is hidden and what changes"
    [form] = [form for form in page.forms() if form.action.endswith("/publicering")]
    assert "Publicera" in page.text
    # What is typed is never lost: a form that lacks something comes back with the release in it.
    page = coordinator.submit(page, form, {"note_sv": "Ny."})
    assert "Välj preliminär eller slutlig" in page.text
    assert "Ny." in page.text
