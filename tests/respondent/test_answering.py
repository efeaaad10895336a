"""Journeys of those who answer: over HTTP, without JavaScript, asserted in the database."""

import re
from collections.abc import Callable

import pytest
from sqlite_utils import Database

from survey_data import clock
from survey_data.database import run, scalar
from survey_data.responses import drafts, responses
from survey_data.rounds import rounds
from tests.support.answers import (
    COMPANY,
    LAST_YEAR,
    PLACED,
    Links,
    fill_in_everything,
    invitation_of,
    saved,
)
from tests.support.codes import at_home, mailed_code
from tests.support.reader import Reader


def test_opening_a_link_changes_nothing(visit, links: Links, db: Database) -> None:
    page = visit().open(f"/s/{links['Ett']}")
    assert "Exempelkooperativet Ett, Gävle" in page.html
    assert "måndag 15 november" in page.html
    assert scalar(db, "SELECT count(*) FROM session") == 0
    assert scalar(db, "SELECT count(*) FROM invitation WHERE opened_at IS NOT NULL") == 0


def test_beginning_claims_a_session_and_takes_the_link_out_of_the_address(one, db) -> None:
    assert one.path == "/svara/siffror"
    assert scalar(db, "SELECT count(*) FROM session WHERE invitation_id IS NOT NULL") == 1
    assert one.open("/svara/foretaget").value("enterprise_name") == "Exempelkooperativet Ett"
    assert one.value("as_of_date") == "2021-10-01"


def test_beginning_again_ends_the_session_there_was(one: Reader, links: Links, db) -> None:
    one.open(f"/s/{links['Ett']}").press("")
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 1


def test_a_whole_answer_in_swedish(one: Reader, db: Database) -> None:
    assert fill_in_everything(one).title == "Granska och lämna in"
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    response = responses.latest(db, invitation_of(db, "Ett"))
    assert response is not None
    assert response.answers["employees_total"] == 8
    assert response.answers["placed_total"] == 6
    assert response.answers["employees_gender_not_stated"] is None
    assert response.answers["placed_other_unpaid"] == 0
    assert response.language == "sv"
    assert response.reference in one.html
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'receipt'") == 3


def test_a_whole_answer_in_english(visit, links: Links, db: Database) -> None:
    visitor = visit().open(f"/s/{links['Ett']}?lang=en").press("")
    assert visitor.title == "How many work with you?"
    assert "Number of employees" in visitor.open("/svara/anstallda").html
    fill_in_everything(visitor).press("", certify="yes")
    assert visitor.path == "/svara/kvitto"
    response = responses.latest(db, invitation_of(db, "Ett"))
    assert response is not None
    assert response.language == "en"


def test_what_is_missing_is_said_by_the_summary_and_by_the_fields(one: Reader) -> None:
    one.open("/svara/foretaget").press(respondent_name="", status="")
    assert one.title == "Fel: Företaget"
    assert "Välj företagets läge på räknedagen" in one.errors
    assert "Fyll i ert namn" in one.errors
    assert 'aria-describedby="respondent_name-hint respondent_name-error"' in one.html


def test_nothing_typed_is_lost_and_the_rest_is_saved(one: Reader, db: Database) -> None:
    one.open("/svara/anstallda").press(employees_total="tolv", employees_women="7")
    assert one.errors[0] == "Anställda: Skriv ett heltal, till exempel 7"
    assert one.value("employees_total") == "tolv"
    assert saved(db)["employees_women"] == 7
    assert saved(db)["employees_total"] is None


def test_decimals_and_impossible_numbers_are_refused_and_not_saved(one: Reader, db) -> None:
    one.open("/svara/anstallda").press(employees_total="12,5", employees_women="1000000000")
    assert "Anställda: Skriv ett helt antal utan decimaler, till exempel 12" in one.errors
    assert "Varav kvinnor: Kontrollera antalet. Det kan vara högst 9999" in one.errors
    assert [saved(db)[name] for name in ("employees_total", "employees_women")] == [None, None]
    one.open("/svara/anstallda")
    assert one.value("employees_total") == "12,5"
    assert one.value("employees_women") == "1000000000"


def test_a_balance_is_corrected_by_a_button_that_never_moves_on(one: Reader, db) -> None:
    one.open("/svara/anstallda")
    one.press(employees_total="12", employees_women="7", employees_men="6")
    assert one.errors == [
        "Anställda: Kvinnor och män blir tillsammans 13, men ni har angett 12 anställda"
    ]
    assert one.suggestions() == ["employees_men=5", "employees_total=13"]
    one.press("fill=employees_men=5")
    assert one.path == "/svara/anstallda"
    assert one.value("employees_men") == "5"
    assert "Det stämmer med antalet anställda" in one.html
    assert saved(db)["employees_men"] == 6


def test_a_large_change_is_asked_about_once(one: Reader, db: Database) -> None:
    one.open("/svara/anstallda")
    one.press(employees_total="1 2", employees_women="7", employees_men="5")
    one.press(employees_total="12")
    assert "Ni hade 7 anställda förra året och 12 i år." in one.html
    assert not one.errors
    one.press()
    assert one.path == "/svara/placerade"
    assert saved(db).get("change_reasons") is None


def test_an_explanation_is_kept_and_read_back(one: Reader, db: Database) -> None:
    one.open("/svara/anstallda")
    one.press(employees_total="12", employees_women="7", employees_men="5")
    one.press(change_reasons=["hired"], comment_changes="Vi öppnade ett kafé i mars.")
    assert saved(db)["change_reasons"] == ["hired"]
    one.press(placed_af="0", placed_kommun="0", placed_other_unpaid="0")
    one.press(change_reasons=["fewer_assigned"])
    assert saved(db)["change_reasons"] == ["hired", "fewer_assigned"]
    assert saved(db)["comment_changes"] == "Vi öppnade ett kafé i mars."
    assert "Vi öppnade ett kafé i mars." in one.open("/svara/granska").html


def test_a_personal_number_is_refused_and_never_stored(one: Reader, db: Database) -> None:
    one.open("/svara/foretaget").press(org_number="900101-1239", **COMPANY)
    assert one.errors == ["Ta bort personnumret i ”Org.nummer”. Vi har inte sparat det"]
    assert "org_number" not in saved(db)
    assert scalar(db, "SELECT count(*) FROM draft WHERE value LIKE '%1239%'") == 0


def test_leaving_for_later_saves_what_is_there(one: Reader, links: Links, db) -> None:
    one.open("/svara/anstallda").press("go=later", employees_total="12")
    assert one.path == "/svara/senare"
    assert "måndag 15 november" in one.html
    assert saved(db)["employees_total"] == 12
    one.open(f"/s/{links['Ett']}").press("")
    assert one.open("/svara/anstallda").value("employees_total") == "12"


def test_leaving_for_later_keeps_what_is_no_answer_yet(one: Reader, db, links: Links) -> None:
    one.open("/svara/anstallda").press("go=later", employees_total="tolv")
    assert one.path == "/svara/senare"
    assert saved(db)["employees_total"] is None
    one.open(f"/s/{links['Ett']}").press("").open("/svara/anstallda")
    assert one.value("employees_total") == "tolv"
    assert "Skriv ett heltal, till exempel 7" in one.html


def test_leaving_for_later_is_told_what_is_never_saved(one: Reader, db) -> None:
    one.open("/svara/foretaget").press("go=later", org_number="900101-1239")
    assert one.errors == ["Ta bort personnumret i ”Org.nummer”. Vi har inte sparat det"]
    assert scalar(db, "SELECT count(*) FROM draft WHERE value || typed LIKE '%1239%'") == 0


def test_a_text_that_is_no_answer_is_never_handed_in_unseen(one: Reader, db) -> None:
    fill_in_everything(one)
    one.open("/svara/fler-fragor").press("go=later", start_year="nittionio")
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/granska"
    assert one.errors == ["Startår: Skriv ett heltal, till exempel 7"]
    mine = "SELECT count(*) FROM response WHERE invitation_id = ?"
    assert scalar(db, mine, [invitation_of(db, "Ett")]) == 0


def test_a_date_left_open_is_missed_on_its_own_page_only(one: Reader) -> None:
    one.open("/svara/foretaget").press(**COMPANY | {"as_of_date": ""})
    assert one.errors == ["Fyll i vilken dag uppgifterna avser"]
    assert "Läget den 1 oktober 2021." in one.open("/svara/anstallda").html


def known_browser(visit: Callable[[], Reader], links: Links, db: Database) -> Reader:
    """A second browser that needs no code, for it was confirmed the year before."""
    other = visit()
    at_home(other.visitor, db, invitation_of(db, "Ett", 2020))
    return other.open(f"/s/{links['Ett']}").press("")


def test_another_tab_is_shown_and_never_overwritten(one: Reader, visit, links, db) -> None:
    other = known_browser(visit, links, db).open("/svara/placerade")
    one.open("/svara/placerade").press(**PLACED)
    other.press(placed_af="9", placed_kommun="2", placed_other_unpaid="0")
    assert other.status == 409
    assert "Någon annan sparade 4 klockan" in other.html
    assert "Ni skrev 9." in other.html
    assert saved(db)["placed_af"] == 4
    assert other.value("placed_af") == "9"
    other.press()
    assert saved(db)["placed_af"] == 9


def test_what_the_other_tab_saved_can_be_taken(one: Reader, visit, links, db) -> None:
    other = known_browser(visit, links, db).open("/svara/placerade")
    one.open("/svara/placerade").press(**PLACED)
    other.press(**PLACED | {"placed_af": "9"}).press(f"fill={other.suggestions()[0]}")
    assert other.value("placed_af") == "4"
    other.press()
    assert saved(db)["placed_af"] == 4


def test_of_two_conflicts_one_can_be_taken_and_one_kept(one: Reader, visit, links, db) -> None:
    other = known_browser(visit, links, db).open("/svara/placerade")
    one.open("/svara/placerade").press(**PLACED)
    other.press(placed_af="9", placed_kommun="8", placed_other_unpaid="0")
    assert other.suggestions() == [
        "placed_af=4",
        "placed_kommun=2",
        "placed_af=4&amp;placed_kommun=2",
    ]
    other.press("fill=placed_af=4")
    assert other.suggestions() == ["placed_kommun=2"]
    assert other.value("placed_kommun") == "8"
    other.press()
    assert [saved(db)[n] for n in ("placed_af", "placed_kommun")] == [4, 8]


def test_the_page_of_one_enterprise_never_saves_to_another(one: Reader, links, db) -> None:
    page = one.open("/svara/anstallda").page
    one.open(f"/s/{links['Två']}").press("").open("/svara/anstallda")
    reply = one.visitor.submit(page, page.forms()[-1], {"employees_total": "77"})
    assert reply.status == 403
    assert "Ett annat företags formulär" in reply.text
    assert "77" in reply.text
    assert saved(db, "Två") == saved(db) == {}
    assert one.open("/svara/anstallda").status == 200


def test_the_same_values_from_two_tabs_are_accepted_quietly(one, visit, links, db) -> None:
    other = known_browser(visit, links, db).open("/svara/placerade")
    one.open("/svara/placerade").press(**PLACED)
    assert other.press(**PLACED).path == "/svara/fler-fragor"


def test_a_module_left_blank_is_skipped_and_one_begun_wants_the_rest(one, db) -> None:
    one.open("/svara/fler-fragor").press()
    assert one.path == "/svara/granska"
    one.open("/svara/fler-fragor").press(start_year="2012")
    assert len(one.errors) == 5


def test_handing_in_checks_everything_again(one: Reader, db: Database) -> None:
    one.open("/svara/granska").press("", certify="yes")
    assert "Fyll i antalet anställda. Skriv 0 om ni inte har någon anställd" in one.errors
    assert 'href="/svara/siffror?till=granska#employees_total"' in one.html
    assert responses.latest(db, invitation_of(db, "Ett")) is None


def test_only_the_person_can_certify(one: Reader, db: Database) -> None:
    fill_in_everything(one)
    assert one.value("certify") == ""
    one.press("")
    assert one.errors == ["Kryssa i att uppgifterna är kontrollerade"]
    assert responses.latest(db, invitation_of(db, "Ett")) is None


def test_changing_from_the_review_comes_back_to_it(one: Reader) -> None:
    fill_in_everything(one)
    one.open("/svara/placerade?till=granska").press(placed_af="3")
    assert one.path == "/svara/granska"


def test_the_easy_page_is_one_press_away_and_leads_back(one: Reader) -> None:
    one.open("/svara/anstallda")
    assert 'href="/lattlast?till=anstallda"' in one.html
    one.open("/lattlast?till=anstallda")
    assert 'href="/svara/anstallda">Tillbaka till formuläret' in one.html
    assert "Tillbaka till formuläret" not in one.open("/lattlast?till=//evil.example").html


@pytest.mark.parametrize("group", ["placerade", "I", "fler-fragor"])
def test_changing_from_the_review_comes_back_to_where_one_was(one: Reader, group: str) -> None:
    fill_in_everything(one)
    if group == "I":
        one.open("/svara/fler-fragor").press(turnover="120")
    one.open("/svara/granska")
    [link] = re.findall(rf'href="([^"]*till=granska-{group}(?:#[\w-]+)?)"', one.html)
    one.open(link).press()
    assert re.search(rf"/svara/granska\?sparat=[0-9a-f]+#granska-{group}$", one.page.url)
    assert f'id="granska-{group}"' in one.html
    one.open("/svara/placerade?till=//evil.example").press()
    assert one.page.path == "/svara/fler-fragor"


def test_a_second_hand_in_replaces_the_first_and_keeps_both(one: Reader, links, db) -> None:
    fill_in_everything(one).press("", certify="yes")
    assert one.open(f"/s/{links['Ett']}").press("").path == "/svara/kvitto"
    one.open("/svara/placerade?till=granska").press(placed_af="3")
    one.press("", certify="yes")
    kept = responses.versions(db, invitation_of(db, "Ett"))
    assert [response.answers["placed_total"] for response in kept] == [6, 5]
    assert kept[0].reference == kept[1].reference


def test_an_answer_taken_by_telephone_can_be_changed(app, visit, links: Links, db) -> None:
    told = LAST_YEAR | COMPANY | {"employees_total": 8, "employees_women": 5, "certify": True}
    responses.hand_in(db, invitation_of(db, "Ett"), told, "sv", mode="phone")
    visitor = visit().open(f"/s/{links['Ett']}").press("")
    form = visitor.page.form_with("code")
    assert form is not None
    visitor.page = visitor.visitor.submit(visitor.page, form, {"code": mailed_code(app, db)})
    assert visitor.path == "/svara/kvitto"
    visitor.open("/svara/placerade?till=granska").press(placed_af="3")
    visitor.press("", certify="yes")
    response = responses.latest(db, invitation_of(db, "Ett"))
    assert response is not None
    assert (response.version, response.answers["employees_total"]) == (2, 8)
    assert response.answers["placed_total"] == 4


def test_a_double_click_hands_in_once(one: Reader, db: Database) -> None:
    fill_in_everything(one)
    form, page = one.form, one.page
    for _ in range(2):
        assert one.visitor.submit(page, form, {"certify": "yes"}).path == "/svara/kvitto"
    assert len(responses.versions(db, invitation_of(db, "Ett"))) == 1


def test_a_page_whose_reply_was_lost_can_be_sent_again_and_changed(one: Reader, db) -> None:
    one.open("/svara/placerade")
    form, page, saves = one.form, one.page, []
    for number in ("4", "4", "14"):
        reply = one.visitor.submit(page, form, PLACED | {"placed_af": number, "go": "next"})
        assert (reply.status, "Någon annan sparade" in reply.text) == (200, False)
        draft = drafts.load_draft(db, invitation_of(db, "Ett"))
        saves.append((draft.revision, draft.answers["placed_af"]))
    assert saves == [(1, 4), (1, 4), (2, 14)]


def test_the_receipt_shows_the_own_trend_with_its_table(one: Reader) -> None:
    fill_in_everything(one).press("", certify="yes")
    assert "En fler anställd än i fjol" in one.html
    assert 'aria-label="Anställda: 2020 7, 2021 8. Placerade: 2020 6, 2021 6."' in one.html
    assert one.html.count('<svg class="mini-chart') == 2


def test_one_enterprise_never_meets_anothers_answers(one: Reader, visit, links, db) -> None:
    one.open("/svara/foretaget").press(**COMPANY | {"respondent_name": "Bara Ett Vet"})
    two = visit().open(f"/s/{links['Två']}").press("")
    for path in ("/svara/foretaget", "/svara/anstallda", "/svara/granska", "/svara/kvitto"):
        assert "Bara Ett Vet" not in two.open(path).html
    two.open("/svara/foretaget").press(**COMPANY | {"respondent_name": "Bara Två Vet"})
    assert saved(db, "Ett")["respondent_name"] == "Bara Ett Vet"
    assert saved(db, "Två")["respondent_name"] == "Bara Två Vet"


def test_a_closed_enterprise_needs_no_numbers(one: Reader, db: Database) -> None:
    one.open("/svara/foretaget").press(**COMPANY | {"status": "closed"})
    assert "Då behövs inga antal här" in one.html
    one.press(employees_total="3", employees_women="3", employees_men="0")
    assert one.errors[0].startswith("Ta bort antalen eller ändra företagets läge")
    one.press(employees_total="", employees_women="", employees_men="")
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/kvitto"


def test_a_closed_round_says_so_and_shows_what_was_typed(one: Reader, links, db) -> None:
    one.open("/svara/anstallda")
    rounds.close_round(db, 2021, "test")
    one.press(employees_total="4711")
    assert one.status == 410
    assert "4711" in one.html
    assert "000-00 00 00" in one.html
    assert one.open(f"/s/{links['Ett']}").status == 410
    assert saved(db) == {}


def test_a_session_that_is_over_asks_for_the_link_and_shows_what_was_typed(one, db) -> None:
    one.open("/svara/anstallda").press(employees_total="7")
    run(db, "UPDATE session SET ended_at = ?", (clock.now(),))
    one.press(employees_total="4711")
    assert one.title == "Öppna länken igen"
    assert one.status == 403
    assert "4711" in one.html
    assert saved(db)["employees_total"] == 7


def test_nobody_comes_in_without_a_link(visit, links: Links) -> None:
    for path in ("/svara/foretaget", "/svara/granska", "/svara/kvitto", "/svara/senare"):
        assert visit().open(path).status == 403


def test_an_unknown_link_offers_a_new_one(visit, links: Links, db: Database) -> None:
    page = visit().open("/s/avklippt")
    assert page.status == 404
    assert "/ny-lank" in page.html
    known = visit().open("/ny-lank").press("", email="4615@example.org").html
    unknown = visit().open("/ny-lank").press("", email="ingen@example.org").html
    assert known == unknown
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_link'") == 1


def test_leaving_ends_the_session(one: Reader, db: Database) -> None:
    one.open("/svara/senare").press("")
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 0
    assert one.open("/svara/foretaget").status == 403


def test_answer_pages_are_never_stored(one: Reader, links: Links) -> None:
    for path in (f"/s/{links['Ett']}", "/svara/foretaget", "/svara/granska", "/s/x", "/ny-lank"):
        assert one.client.get(path).headers["Cache-Control"] == "no-store"


def test_saved_is_said_only_when_it_is(one: Reader, db: Database) -> None:
    assert "Sparat " not in one.html
    one.open("/svara/anstallda").press("go=later", employees_total="7")
    at = drafts.load_draft(db, invitation_of(db, "Ett")).saved_at
    assert at is not None
    assert f"Sparat {clock.local(at):%H:%M}" in one.open("/svara/anstallda").html


def test_every_form_names_its_address(one: Reader, links: Links) -> None:
    # Otherwise "#main" of the skip link follows the form and takes the focus from the errors.
    for path in (f"/s/{links['Ett']}", "/svara/anstallda", "/svara/granska", "/ny-lank"):
        main = one.open(path).html.partition("<main")[2]
        assert main.count("<form") == main.count('action="/')


def test_no_form_goes_out_without_its_token(one: Reader) -> None:
    assert one.client.post("/svara/anstallda", data={"employees_total": "7"}).status_code == 400


@pytest.mark.parametrize("path", ["/tillganglighet", "/personuppgifter", "/kontakt"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_of_the_footer_open(visit, path: str, language: str) -> None:
    page = visit().open(f"{path}?lang={language}")
    assert page.status == 200
    assert "inventering@example.org" in page.html
