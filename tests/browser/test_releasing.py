"""Closing and releasing in a real browser: what is missing, an estimate, two people, a release."""

import re

import pytest
from playwright.sync_api import Page, expect

from survey_data.staff import staff
from tests.browser.conftest import Window
from tests.browser.look import Shoot, look
from tests.browser.served import Served

# Of one part of the county: the sums change by all three, one municipality by one of them alone.
ESTIMATED = [f"Exempelkooperativet {name}" for name in ("Tjugotvå", "Tjugotre", "Tjugofyra")]
RELEASES = "/samordna/publicering"
SECOND = "tva@example.org"


@pytest.fixture
def office(served: Served, window: Window) -> Page:
    """A window in which the coordinator has signed in."""
    page = window("wide")
    page.goto(served.sign_in_link())
    page.get_by_role("button", name="Logga in").click()
    return page


def test_a_release_from_what_is_missing_to_what_is_public(office: Page, shoot: Shoot) -> None:
    page = office
    look(page, shoot, "release-office")
    page.get_by_role("link", name="Se vad som saknas").click()
    look(page, shoot, "release-open")
    page.get_by_role("link", name="Stäng insamlingen").click()
    look(page, shoot, "release-ask-close")
    page.get_by_role("button", name="Stäng insamlingen").click()
    page.goto(RELEASES)
    expect(page.locator("main")).to_contain_text("11 av 28 företag har inte svarat.")
    for name in ESTIMATED:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Spara valet").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.locator(".error-summary")).to_be_focused()
    for name in ESTIMATED:
        expect(page.get_by_label(name)).to_be_checked()
    look(page, shoot, "release-no-reason")
    page.get_by_label("Varför skattar ni?").fill("Svarar inte i telefon.")
    page.get_by_role("button", name="Spara valet").click()
    expect(page.locator("main")).to_contain_text("3 val är sparade.")
    page.get_by_role("button", name="Publicera utgåva 2021-1").click()
    expect(page.locator(".error-summary")).to_contain_text("Välj preliminär eller slutlig")
    look(page, shoot, "release-no-kind")
    page.locator(".error-summary a").click()
    expect(page.locator("#kind")).to_be_focused()
    page.get_by_label("Preliminär: siffrorna kan ändras").check()
    page.get_by_role("button", name="Publicera utgåva 2021-1").click()
    expect(page.locator("main")).to_contain_text("Utgåva 2021-1 är publicerad.")
    first, *others = ESTIMATED
    page.get_by_label(first).uncheck()
    page.get_by_role("button", name="Spara valet").click()
    # One enterprise's change alone would show what it answered.
    expect(page.locator("main")).to_contain_text("1 rättelse väntar")
    look(page, shoot, "release-waits")
    for name in others:
        page.get_by_label(name).uncheck()
    page.get_by_role("button", name="Spara valet").click()
    # Three that lie so that one municipality's open figure would change by one of them.
    expect(page.locator("main")).to_contain_text("Ännu skulle de visa")
    look(page, shoot, "release-still-waits")


def test_a_second_person_approves(
    served: Served, office: Page, window: Window, shoot: Shoot
) -> None:
    page = office
    page.goto("/samordna/installningar")
    page.get_by_role("button", name="Kräv godkännande").click()
    expect(page.locator("main")).to_contain_text("Det finns bara en samordnare")
    staff.add(served.db, SECOND, "coordinator", "test")
    page.get_by_role("button", name="Kräv godkännande").click()
    look(page, shoot, "release-settings")
    page.goto(RELEASES)
    page.get_by_role("radio", name="Slutlig").check()
    page.get_by_label("Slutlig fast alla inte har svarat").check()
    page.get_by_label("Vad är nytt eller rättat?").fill("Slutliga siffror.")
    page.get_by_label("Samma på engelska").fill("Final figures.")
    page.get_by_role("button", name="Be om godkännande").click()
    expect(page.get_by_role("button", name="Godkänn och publicera")).to_have_count(0)
    look(page, shoot, "release-waiting")
    other = window("narrow")
    other.goto(served.sign_in_link(SECOND))
    other.get_by_role("button", name="Logga in").click()
    other.goto(RELEASES)
    look(other, shoot, "release-to-approve")
    other.get_by_role("button", name="Godkänn och publicera").click()
    expect(other.locator("main")).to_contain_text("är godkänd och publicerad.")
