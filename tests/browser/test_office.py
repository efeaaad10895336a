"""The coordinator's pages in a real browser, from signing in to a published autumn."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from survey_data.automation import fictitious_enterprises
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.rounds import round_changes
from tests.browser.conftest import Window
from tests.browser.look import Shoot, check, look
from tests.browser.served import Served


def test_signing_in_and_out(served: Served, window: Window, shoot: Shoot) -> None:
    page = window("narrow")
    page.goto("/samordna/utskick")
    expect(page).to_have_url(f"{served.base}/logga-in?next=/samordna/utskick")
    look(page, shoot, "sign-in-ask")
    page.get_by_label("Din e-postadress").fill("fel")
    page.get_by_role("button", name="Skicka länken").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.get_by_label("Din e-postadress")).to_be_focused()
    look(page, shoot, "sign-in-error")
    page.get_by_label("Din e-postadress").fill("ingen@example.org")
    page.get_by_role("button", name="Skicka länken").click()
    look(page, shoot, "sign-in-sent")
    link = served.sign_in_link()
    page.goto(link)
    look(page, shoot, "sign-in-confirm")
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{served.base}/samordna/utskick")
    page.get_by_role("button", name="Logga ut").click()
    page.goto(link)
    page.get_by_role("button", name="Logga in").click()
    expect(page.locator("h1")).to_have_text("Länken gäller inte längre")
    look(page, shoot, "sign-in-spent")


def test_an_enterprise_with_errors(office: Callable[..., Page], shoot: Shoot) -> None:
    page = office("narrow")
    page.goto("/samordna/foretag/nytt")
    page.get_by_label("Organisationsnummer").fill("556000-4616")
    page.get_by_role("button", name="Spara").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.locator(".error-summary")).to_be_focused()
    look(page, shoot, "office-enterprise-error")
    page.locator(".error-summary a").first.click()
    expect(page.locator("#name")).to_be_focused()
    page.locator("#name").fill("Exempelverkstaden")
    page.locator("#municipality_code").select_option("2180")
    page.locator("#active_from").fill("2020-01-01")
    page.locator("#contact_email").fill("verkstaden@example.org")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator(".error-summary li")).to_have_count(1)
    expect(page.locator(".error-summary")).to_contain_text("organisationsnumret")
    check(page)


def test_a_file_with_a_bad_line(office: Callable[..., Page], shoot: Shoot, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        "name,org_number,municipality_code,active_from,contact_email\n"
        "Exempelverkstaden,556000-4616,2180,2020-01-01,verkstaden@example.org\n",
        "utf-8",
    )
    page = office("narrow")
    page.goto("/samordna/foretag")
    page.get_by_label("Fil", exact=True).set_input_files(path)
    page.get_by_role("button", name="Visa vad som skulle ändras").click()
    expect(page.locator("h1")).to_have_text("0 av 1 företag kan tas in")
    expect(page.get_by_label("org_number").last).to_be_visible()
    look(page, shoot, "office-import-error")
    page.locator("input[name^=cell-2]").fill("556000-4615")
    page.get_by_role("button", name="Läs igen").last.click()
    expect(page.locator("h1")).to_have_text("1 av 1 företag kan tas in")
    check(page)
    page.get_by_role("button", name="Ta in 1 nu").click()
    expect(page.locator("main")).to_contain_text("Exempelverkstaden")


def test_a_file_with_an_open_quotation_mark(office: Callable[..., Page], tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('name;org_number\n"Exempelverkstaden;556000-4615\nTvå;2\n', "utf-8")
    page = office()
    page.goto("/samordna/foretag")
    page.get_by_label("Fil", exact=True).set_input_files(path)
    page.get_by_role("button", name="Visa vad som skulle ändras").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.locator(".error-summary")).to_contain_text("Rad 2")
    expect(page.locator(".error-summary")).to_be_focused()
    check(page)


def test_the_overview_is_one_glance_on_a_telephone(
    served: Served, office: Callable[..., Page]
) -> None:
    # As many as the county has, two of whom came late and have had no mail.
    for number in (60, 61):
        late = Enterprise(
            fictitious_enterprises._org_number(number), f"Exempelkooperativet Sent {number}",
            "2180", "2010-01-01", is_example=True,
        )  # fmt: skip
        contact = Contact(f"sent{number}@example.org")
        enterprise_id = enterprises.save_enterprise(served.db, late, contact, "test")
        round_changes.add(served.db, 2021, enterprise_id, "test")
    page = office("narrow")
    page.goto("/samordna/")
    [asked] = served.db.query("SELECT count(*) AS n FROM invitation i JOIN round r"
                              " ON r.id = i.round_id WHERE r.closed_at IS NULL")  # fmt: skip
    assert asked["n"] >= 30
    assert page.evaluate("document.documentElement.scrollHeight") < 3000
    # Each act stands once: a button of the same words leads to one place only.
    acts: list[str] = page.evaluate(
        "[...document.querySelectorAll('main .button')].map(e => e.textContent.trim())"
    )
    assert len(acts) == len(set(acts)), acts


def test_the_desk_by_keyboard(office: Callable[..., Page]) -> None:
    page = office()
    page.goto("/samordna/?lista=1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.tagName, e.id, getComputedStyle(e).outlineStyle]; })()"
        )
        seen.add(stop[0])
        assert stop[0] == "BODY" or stop[2] == "solid", stop
        if stop[1] == "f-sok":
            break
    assert stop[1] == "f-sok"
    page.keyboard.type("Tre")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "sok=Tre" in page.url
    assert page.locator("#oversikt").count() == 1


def test_the_round_is_closed_published_and_marked_as_example(
    office: Callable[..., Page], shoot: Shoot
) -> None:
    page = office("narrow")
    page.goto("/rapport/")
    expect(page.locator("main")).not_to_contain_text("2021 (exempel)")
    page.goto("/samordna/")
    page.get_by_role("link", name="Stäng insamlingen").first.click()
    page.get_by_role("button", name="Stäng insamlingen").click()
    shoot(page, "office-closed-narrow")
    check(page)
    page.get_by_role("link", name="Publicera").first.click()
    shoot(page, "office-releases-ready-narrow")
    check(page)
    page.get_by_label("Vad är nytt eller rättat?").fill("Inventeringen 2021 är med.")
    page.get_by_role("radio", name="Slutlig").check()
    page.get_by_role("button", name="Publicera utgåva 2021-1").click()
    # Not all have answered, and so it is asked about; what was typed stays.
    expect(page).to_have_title(re.compile("^Fel: "))
    check(page)
    expect(page.get_by_label("Vad är nytt eller rättat?")).to_have_value(
        "Inventeringen 2021 är med."
    )
    page.get_by_label("Slutlig fast alla inte har svarat").check()
    page.get_by_role("button", name="Publicera utgåva 2021-1").click()
    expect(page.get_by_role("status")).to_contain_text("är publicerad")
    check(page)
    page.goto("/rapport/")
    shoot(page, "board-report-2021-narrow")
    page.get_by_text("Visa som tabell").first.click()
    expect(page.locator("tr[data-year='2021'] th").first).to_contain_text("2021 (exempel)")
    check(page)
    page.goto("/samordna/")
    check(page)
    page.goto("/samordna/omgang/oppna")
    shoot(page, "office-open-round-narrow")
    check(page)
    page.get_by_label("Sista svarsdag").fill("2020-01-01")
    page.get_by_role("button", name="Öppna omgången").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    shoot(page, "office-open-round-error-narrow")
    check(page)
