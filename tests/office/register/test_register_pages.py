"""The register at the office: closing, contacts, merging, imports looked at first, proposals."""

import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlite_utils import Database

from survey_data.database import rows, run, scalar
from survey_data.errors import ChangedMeanwhile, PreviewGone
from survey_data.register import contacts, enterprises, merging, register_file
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.register.merging import BothAnswered
from survey_data.responses import responses
from survey_data.review import proposals
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE, sign_in
from tests.office.register.test_register import PERSON, as_file, kept_anywhere, line, number, upload
from tests.support.http_visitor import Form, Page, Visitor


def form_to(page: Page, ending: str) -> Form:
    return next(f for f in page.forms() if f.action.split("?")[0].endswith(ending))


def actions(db: Database, enterprise_id: int) -> list[str]:
    found = rows(
        db,
        "SELECT action FROM audit WHERE subject = ? ORDER BY id",
        [f"enterprise {enterprise_id}"],
    )
    return [row["action"] for row in found]


# Closing


def close(visitor: Visitor, enterprise_id: int, **typed: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/foretag/{enterprise_id}/avsluta")
    filled = {"reason": "moved", "last_day": "2021-06-30", "note": "Flyttade till Dalarna."}
    return visitor.submit(page, form_to(page, "/avsluta"), {**filled, **typed})


def test_a_closed_enterprise_says_why_is_not_asked_again_and_can_be_opened(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    page = close(coordinator, examples[0])
    assert page.path == f"/samordna/foretag/{examples[0]}"
    assert "Flyttade till Dalarna." in page.text
    assert examples[0] not in {
        e.id for e in enterprises.enterprises(db, active_on=date(2021, 10, 1))
    }
    [stored] = rows(db, "SELECT * FROM enterprise WHERE id = ?", [examples[0]])
    assert (stored["closed_reason"], stored["active_to"]) == ("moved", "2021-06-30")
    coordinator.submit(page, form_to(page, "/oppna-igen"))
    assert enterprises.enterprise(db, examples[0]).active_to is None  # type: ignore[union-attr]
    assert actions(db, examples[0])[-2:] == ["enterprise closed", "enterprise reopened"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "Välj skäl."),
        ({"last_day": "1990-01-01"}, "Sista dagen kan inte ligga före första dagen."),
        ({"last_day": "snart"}, "Skriv datumet som"),
        ({"note": ""}, "Skriv en mening om varför"),
        ({"note": f"{PERSON} slutade."}, "personnummer"),
    ],
)
def test_a_closing_that_says_too_little_or_too_much_is_refused(
    app: Flask,
    db: Database,
    coordinator: Visitor,
    examples: list[int],
    typed: dict[str, str],
    words: str,
) -> None:
    page = close(coordinator, examples[0], **typed)
    assert words in page.text
    assert PERSON not in page.text
    assert enterprises.enterprise(db, examples[0]).active_to is None  # type: ignore[union-attr]
    assert not kept_anywhere(app, PERSON)


def test_the_history_says_who_did_what_in_words(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    page = coordinator.open(f"{BASE}/samordna/foretag/{examples[0]}")
    form = page.form_with("org_number")
    assert form
    coordinator.submit(page, form, {"municipality_code": "2184"})
    page = coordinator.open(f"{BASE}/samordna/foretag/{examples[0]}")
    assert "av coordinator@example.org" in page.text
    assert "→ Hudiksvall" in page.text


# Contacts


def test_contacts_are_added_changed_made_main_and_removed_without_a_trace_of_the_person(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    home = f"{BASE}/samordna/foretag/{examples[0]}"
    page = coordinator.open(f"{home}/kontakt/ny")
    new = {"email": "ny@example.org", "name": "Nya Kontakten", "role": "chef"}
    page = coordinator.submit(page, form_to(page, "/kontakt/ny"), new)
    [old, added] = contacts.of(db, examples[0])
    assert (old.is_main, added.is_main) == (True, False)
    coordinator.submit(page, form_to(page, f"/kontakt/{added.id}/huvudkontakt"))
    assert contacts.of(db, examples[0])[0].id == added.id
    page = coordinator.open(f"{home}/kontakt/{added.id}")
    coordinator.submit(page, form_to(page, f"/kontakt/{added.id}"), {"phone": "026-11 22 33"})
    assert contacts.of(db, examples[0])[0].phone == "026-11 22 33"
    coordinator.submit(page, form_to(page, "/ta-bort"))
    [left] = contacts.of(db, examples[0])
    assert left.id == old.id
    assert left.is_main
    trail = json.dumps(rows(db, "SELECT * FROM audit"))
    assert "ny@example.org" not in trail
    assert "Nya Kontakten" not in trail
    assert actions(db, examples[0])[-4:] == [
        "contact added", "main contact chosen", "contact changed", "contact removed"
    ]  # fmt: skip


def test_one_address_is_one_contact_and_personal_numbers_are_refused(
    app: Flask, db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    [known] = contacts.of(db, examples[0])
    page = coordinator.open(f"{BASE}/samordna/foretag/{examples[0]}/kontakt/ny")
    form = form_to(page, "/kontakt/ny")
    again = coordinator.submit(page, form, {"email": known.email.upper()})
    assert "redan en kontakt" in again.text
    refused = coordinator.submit(page, form, {"email": "b@example.org", "phone": PERSON})
    assert "personnummer" in refused.text
    assert len(contacts.of(db, examples[0])) == 1
    assert not kept_anywhere(app, PERSON)


# Merging


def answer(db: Database, round_: Round, enterprise_id: int, employees: int = 5) -> None:
    invitation = scalar(
        db,
        "SELECT id FROM invitation WHERE round_id = ? AND enterprise_id = ?",
        [round_.id, enterprise_id],
    )
    responses.hand_in(db, invitation, {"employees_total": employees}, "sv", mode="example")


def merge_page(visitor: Visitor, kept: int, gone: int) -> Page:
    return visitor.open(f"{BASE}/samordna/foretag/{kept}/sla-ihop?med={gone}")


def invited(db: Database, round_: Round) -> list[int]:
    found = rows(
        db, "SELECT enterprise_id FROM invitation WHERE round_id = ? ORDER BY id", [round_.id]
    )
    return [row["enterprise_id"] for row in found]


def test_a_merge_moves_what_only_one_of_them_has_and_loses_no_answer(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    kept, gone, *_ = invited(db, open_round)
    answer(db, open_round, gone, 17)
    [link] = [scalar(db, "SELECT id FROM invitation WHERE enterprise_id = ?", [kept])]
    run(
        db,
        "INSERT INTO link (token_hash, invitation_id, created_at) VALUES ('hash', ?, 'now')",
        [link],
    )
    page = merge_page(coordinator, kept, gone)
    assert "Båda bjöds in 2021" in page.text
    assert enterprises.enterprise(db, gone), "asking does nothing"
    page = coordinator.submit(page, form_to(page, "/sla-ihop"))
    assert page.path == f"/samordna/foretag/{kept}"
    assert "Ett annat företag slogs ihop med det här" in page.text
    assert enterprises.enterprise(db, gone) is None
    [moved] = responses.history(db, kept)
    assert moved.answers["employees_total"] == 17
    assert scalar(db, "SELECT invitation_id FROM link WHERE token_hash = 'hash'") == (
        moved.invitation_id
    )
    assert len(invited(db, open_round)) == len(set(invited(db, open_round)))
    mains = scalar(db, "SELECT count(*) FROM contact WHERE enterprise_id = ? AND is_main", [kept])
    assert (mains, len(contacts.of(db, kept))) == (1, 2)
    assert rows(db, "PRAGMA foreign_key_check") == []


def test_a_merge_is_refused_and_names_the_year_when_both_answered(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    kept, gone, *_ = invited(db, open_round)
    page = merge_page(coordinator, kept, gone)
    ask = form_to(page, "/sla-ihop")
    for each in (kept, gone):
        answer(db, open_round, each)
    before = rows(db, "SELECT * FROM invitation")
    page = coordinator.submit(page, ask)
    assert "båda svarade 2021" in page.text
    assert not [f for f in page.forms() if "mark" in f.names], "there is nothing to press"
    with pytest.raises(BothAnswered):
        merging.merge(db, kept, gone, "", "test")
    assert rows(db, "SELECT * FROM invitation") == before


def test_a_merge_is_asked_again_when_something_came_in_between(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    kept, gone, *_ = invited(db, open_round)
    page = merge_page(coordinator, kept, gone)
    ask = form_to(page, "/sla-ihop")
    answer(db, open_round, gone)
    page = coordinator.submit(page, ask)
    assert "Titta igen" in page.text
    assert enterprises.enterprise(db, gone)
    plan = merging.plan(db, kept, gone)
    assert plan
    merging.merge(db, kept, gone, plan.mark, "test")
    with pytest.raises(ChangedMeanwhile):
        merging.merge(db, kept, gone, plan.mark, "test")


def test_years_of_one_move_to_the_other(db: Database, open_round: Round) -> None:
    kept, gone, *_ = invited(db, open_round)
    run(db, "DELETE FROM invitation WHERE enterprise_id = ?", [kept])
    answer(db, open_round, gone)
    plan = merging.plan(db, kept, gone)
    assert plan
    assert (plan.years_moved, plan.years_joined) == ((2021,), ())
    merging.merge(db, kept, gone, plan.mark, "test")
    assert [r.year for r in responses.history(db, kept)] == [2021]


def enterprise(place: int, name: str, town: str = "2180", unit: str = "") -> Enterprise:
    return Enterprise(number(place), name, town, "2020-01-01", unit, id=place)


def test_duplicates_are_found_by_number_and_by_name_and_the_town_weighs() -> None:
    everyone = [
        enterprise(1, "Skogsgläntan ekonomisk förening"),
        enterprise(2, "Skogsgläntans ek. för.", "2180"),
        enterprise(3, "Verkstaden Norr", "2104"),
        enterprise(4, "Verkstan Norr", "2104"),
        enterprise(5, "Kafé Solen", "2184"),
        enterprise(6, "Bageriet", "2161", "Öst"),
        Enterprise(number(6), "Något helt annat", "2161", "2020-01-01", "Väst", id=7),
    ]
    found = {(p.one.id, p.other.id): p.same_number for p in merging.find(everyone)}
    assert found == {(1, 2): False, (3, 4): False, (6, 7): True}


def test_examples_that_share_only_their_first_word_are_no_duplicates(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    assert merging.find(enterprises.enterprises(db)) == []
    page = coordinator.open(f"{BASE}/samordna/foretag/dubbletter")
    assert "Inga företag i registret liknar varandra." in page.text


# Import


def as_workbook(lines: list[dict[str, str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(lines[0]))
    for each in lines:
        typed = {**each, "active_from": date.fromisoformat(each["active_from"])}
        typed["municipality_code"] = int(each["municipality_code"])  # type: ignore[assignment]
        sheet.append(list(typed.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def confirm(coordinator: Visitor, page: Page, **changed: str) -> Page:
    return coordinator.submit(page, form_to(page, "/bekrafta"), {"act": "import", **changed})


@pytest.mark.parametrize("write", [as_file, as_workbook])
def test_an_import_is_shown_first_and_then_does_exactly_that(
    db: Database, coordinator: Visitor, write: Callable[[list[dict[str, str]]], bytes]
) -> None:
    confirm(coordinator, upload(coordinator, write([line(1), line(2)])))
    changed = line(1) | {"name": "Exempelkooperativet Nytt", "contact_phone": "026-1"}
    page = upload(coordinator, write([changed, line(2), line(3)]))
    assert "1 företag läggs till" in page.text
    assert "→ <b>Exempelkooperativet Nytt</b>" in page.text
    assert "1 företag i filen är som i registret" in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 2
    before = scalar(db, "SELECT max(id) FROM audit")
    page = confirm(coordinator, page)
    assert "2 företag importerades." in page.text
    assert {e.name for e in enterprises.enterprises(db)} == {
        "Exempelkooperativet Nytt", "Exempelkooperativet Å 2", "Exempelkooperativet Å 3"
    }  # fmt: skip
    done = rows(db, "SELECT action FROM audit WHERE id > ? ORDER BY id", [before])
    assert sorted(row["action"] for row in done) == [
        "enterprise added", "enterprise changed", "register imported"
    ]  # fmt: skip
    assert scalar(db, "SELECT count(*) FROM import_preview") == 0


def test_any_line_can_be_left_out_and_what_is_pressed_is_what_is_shown(
    db: Database, coordinator: Visitor
) -> None:
    page = upload(coordinator, as_file([line(1), line(2), line(3)]))
    # Ticked and pressed at once: shown first.
    page = confirm(coordinator, page, leave="3")
    assert "Titta igen innan ni tar in" in page.text
    assert "2 av 2 företag kan tas in" in page.text
    assert not enterprises.enterprises(db)
    confirm(coordinator, page)
    stored = [each.name for each in enterprises.enterprises(db)]
    assert stored == [line(1)["name"], line(3)["name"]]


def test_a_header_far_down_stays_the_header(db: Database, coordinator: Visitor) -> None:
    above = "".join(f"Anteckning {n}\n" for n in range(15)).encode()
    page = upload(coordinator, above + as_file([line(1), line(2)]))
    page = coordinator.submit(page, form_to(page, "/bekrafta"), {"act": "again"})
    assert "2 av 2 företag kan tas in" in page.text
    confirm(coordinator, page)
    assert len(enterprises.enterprises(db)) == 2


def test_a_refusal_names_the_sheet_and_what_else_there_is(coordinator: Visitor) -> None:
    book = Workbook()
    book.worksheets[0].title = "Läs mig"
    book.worksheets[0].append(["Fyll i nästa blad"])
    book.create_sheet("Data").append(["Orgnr", "Namn"])
    out = io.BytesIO()
    book.save(out)
    page = upload(coordinator, out.getvalue())
    assert page.status == 422
    for said in ("bladet ”Läs mig”", "Filen har också: ”Data”"):
        assert said in page.text, said
    assert "Rad 0" not in page.text


def test_a_confirmed_import_cannot_be_confirmed_twice(db: Database, coordinator: Visitor) -> None:
    shown = upload(coordinator, as_file([line(1)]))
    confirm(coordinator, shown)
    page = confirm(coordinator, shown)
    assert "Filen är redan importerad" in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 1


def test_a_register_that_changed_in_between_is_shown_anew(
    db: Database, coordinator: Visitor
) -> None:
    page = upload(coordinator, as_file([line(1), line(2)]))
    wanted = Enterprise(number(1), "Någon annan lade till det", "2180", "2020-01-01")
    enterprises.save_enterprise(db, wanted, Contact("a@example.org"), "test")
    page = confirm(coordinator, page)
    assert page.status == 409
    assert "Registret har ändrats sedan du tittade." in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 1
    confirm(coordinator, page)
    assert scalar(db, "SELECT count(*) FROM enterprise") == 2


def test_another_coordinator_or_too_late_cannot_confirm(db: Database) -> None:
    key = register_file.keep(db, {}, "staff 1")
    assert register_file.find(db, key, "staff 1") == {}
    with pytest.raises(PreviewGone):
        register_file.find(db, key, "staff 2")
    run(db, "UPDATE import_preview SET expires_at = '2000-01-01'")
    with pytest.raises(PreviewGone):
        register_file.find(db, key, "staff 1")
    register_file.keep(db, {}, "staff 1")
    assert scalar(db, "SELECT count(*) FROM import_preview") == 1


def test_a_person_in_a_file_is_named_by_line_and_kept_nowhere(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    # The second is no number that anyone has, but stands where it can only be a person's.
    for column, text in (("contact_phone", PERSON), ("org_number", "811218-9870")):
        page = upload(coordinator, as_file([line(1), line(2) | {column: text}]))
        assert "Rad 3: " in page.text
        assert "ser ut som ett personnummer" in page.text
        assert text not in page.text
        assert not kept_anywhere(app, text)


def test_the_good_rows_are_taken_now_and_the_bad_ones_corrected_in_the_page(
    db: Database, coordinator: Visitor
) -> None:
    bad = line(2) | {"municipality_code": "Gävleborg", "contact_email": "anna"}
    page = upload(coordinator, as_file([line(1), bad]))
    assert "1 av 2 företag kan tas in" in page.text
    assert "Det är ett län. Vilken kommun?" in page.text
    page = confirm(coordinator, page)
    assert [e.name for e in enterprises.enterprises(db)] == ["Exempelkooperativet Å 1"]
    link = page.url + "/fel.xlsx"
    sheet = load_workbook(io.BytesIO(coordinator.client.get(link).content)).active
    assert sheet
    [head, left] = sheet.iter_rows(values_only=True)
    assert head[-2:] == ("Rad", "Att rätta")
    assert left[-2] == 3
    assert "Vilken kommun?" in str(left[-1])
    typed = {"cell-3:3": "GÄVLE kommun", "cell-3:9": "Anna <anna@example.org>", "act": "again"}
    page = coordinator.submit(page, form_to(page, "/bekrafta"), typed)
    assert "1 av 1 företag kan tas in" in page.text
    assert "1 företag importerades." in confirm(coordinator, page).text
    stored = enterprises.enterprises(db)[1]
    assert stored.municipality_code == "2180"
    assert contacts.of(db, stored.id)[0].email == "anna@example.org"
    assert scalar(db, "SELECT count(*) FROM import_preview") == 0


def test_what_was_downloaded_to_correct_is_read_in_again(
    db: Database, coordinator: Visitor
) -> None:
    page = upload(coordinator, as_file([line(1) | {"municipality_code": "Uppsala"}]))
    content = coordinator.client.get(page.url + "/fel.xlsx").content
    book = load_workbook(io.BytesIO(content))
    assert book.active
    book.active["D2"] = "Hofors"
    out = io.BytesIO()
    book.save(out)
    page = upload(coordinator, out.getvalue())
    assert "1 av 1 företag kan tas in" in page.text
    confirm(coordinator, page)
    assert enterprises.enterprises(db)[0].municipality_code == "2104"


def test_columns_are_chosen_and_another_row_taken_for_the_header(
    db: Database, coordinator: Visitor
) -> None:
    text = f"Lista över ASF\n\nA;B;C\nOrgnr;Namn;Kommun\n{number(1)};Exempel Ett;Gävle\n"
    page = upload(coordinator, text.encode())
    assert "2 rader ovanför kolumnernas namn läses inte: ”Lista över ASF · A B C”." in page.text
    form = form_to(page, "/bekrafta")
    page = coordinator.submit(page, form, {"column-1": "", "act": "again"})
    assert "Företagets namn saknas." in page.text
    form = form_to(page, "/bekrafta")
    page = coordinator.submit(page, form, {"header-line": "3", "act": "again"})
    assert "0 av 2 företag kan tas in" in page.text


def test_a_template_is_filled_in_and_read(db: Database, coordinator: Visitor) -> None:
    content = coordinator.client.get(f"{BASE}/samordna/foretag/mall.xlsx").content
    book = load_workbook(io.BytesIO(content))
    assert book.active
    book.active.append([number(1), "Exempel Ett", "", "Gävle", "ek. för.", date(2020, 1, 1)])
    out = io.BytesIO()
    book.save(out)
    confirm(coordinator, upload(coordinator, out.getvalue()))
    [stored] = enterprises.enterprises(db)
    assert (stored.legal_form, stored.active_from) == ("economic_association", "2020-01-01")
    page = coordinator.open(f"{BASE}/samordna/foretag")
    assert "Saknar e-post" in page.text


# Proposals


def propose(db: Database, round_: Round, enterprise_id: int, **said: str) -> int:
    known = enterprises.enterprise(db, enterprise_id)
    assert known
    invitation = scalar(db, "SELECT id FROM invitation WHERE enterprise_id = ?", [enterprise_id])
    answers = {
        "enterprise_name": known.name,
        "org_number": known.org_number,
        "municipality_code": known.municipality_code,
        "status": "active",
        "as_of_date": "2021-10-01",
    }
    responses.hand_in(db, invitation, {**answers, **said}, "sv", mode="example")
    return int(invitation)


def decide(visitor: Visitor, field: str, **typed: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/forslag")
    form = next(
        f for f in page.forms()
        if f.action.endswith(field) and ("reason" in f.names) == ("reason" in typed)
    )  # fmt: skip
    decision = "decline" if "reason" in typed else "accept"
    return visitor.submit(page, form, {"decision": decision, **typed})


def test_an_accepted_proposal_changes_the_register_with_its_trail(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    first, second, *_ = invited(db, open_round)
    propose(db, open_round, first, enterprise_name="Exempelkooperativet Nytt Namn")
    propose(db, open_round, second, status="closed")
    assert "2 förslag om registret" in coordinator.open(f"{BASE}/samordna/foretag").text
    page = decide(coordinator, "enterprise_name")
    assert "Registret är ändrat." in page.text
    assert enterprises.enterprise(db, first).name == "Exempelkooperativet Nytt Namn"  # type: ignore[union-attr]
    decide(coordinator, "status")
    [closed] = rows(db, "SELECT * FROM enterprise WHERE id = ?", [second])
    assert (closed["active_to"], closed["closed_reason"]) == ("2021-10-01", "ceased")
    assert proposals.waiting(db) == []
    assert actions(db, first)[-1] == "enterprise changed"
    assert actions(db, second)[-1] == "enterprise closed"


def test_a_declined_proposal_needs_a_reason_and_leaves_the_register(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    first, *_ = invited(db, open_round)
    propose(db, open_round, first, municipality_code="2184")
    before = enterprises.enterprise(db, first)
    assert "Skriv varför" in decide(coordinator, "municipality_code", reason=" ").text
    assert len(proposals.waiting(db)) == 1
    decide(coordinator, "municipality_code", reason="Huvudkontoret, inte verksamheten.")
    assert proposals.waiting(db) == []
    assert enterprises.enterprise(db, first) == before
    assert actions(db, first)[-1] == "proposal declined"


def test_a_proposal_that_changed_while_it_was_read_is_not_carried_out(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    first, *_ = invited(db, open_round)
    propose(db, open_round, first, enterprise_name="Första namnet")
    page = coordinator.open(f"{BASE}/samordna/forslag")
    form = form_to(page, "enterprise_name")
    propose(db, open_round, first, enterprise_name="Andra namnet")
    page = coordinator.submit(page, form, {"decision": "accept"})
    assert "Förslaget har ändrats" in page.text
    assert enterprises.enterprise(db, first).name.startswith("Exempelkooperativet")  # type: ignore[union-attr]


def test_a_number_that_another_has_is_not_accepted(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    first, second, *_ = invited(db, open_round)
    taken = enterprises.enterprise(db, second)
    assert taken
    propose(db, open_round, first, org_number=taken.org_number)
    assert "ett annat företag har redan" in decide(coordinator, "org_number").text
    assert len(proposals.waiting(db)) == 1


def test_the_demonstration_proposes_nothing(demonstration: Flask, db: Database) -> None:
    assert rounds.latest(db)
    assert proposals.waiting(db) == []


def test_the_board_sees_none_of_it(new_visitor: Callable[[], Visitor], db: Database) -> None:
    board = sign_in(new_visitor(), db, "board")
    assert board.open(f"{BASE}/samordna/forslag").status == 403
