"""Every page in a real browser: accessible, within its width, in light and dark."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.look import Shoot, check, look, violations

SQL = quote("SELECT year, value FROM observations WHERE indicator = :matt LIMIT 5")
OPEN = {
    "board-start": "/",
    "board-report": "/rapport/",
    "board-deeper": "/rapport/fordjupning",
    "board-municipalities": "/kommun/",
    "board-municipality": "/kommun/hudiksvall",
    "board-about": "/om",
    "board-explore": "/rapport/utforska",
    "board-chart": "/rapport/steps",
    "board-rows": "/rapport/change_employees",
    "board-embedded": "/rapport/places/badda-in",
    "data-start": "/data/",
    "data-tables": "/data/open",
    "data-table": "/data/open/observations",
    "data-filtered": "/data/open/observations?year__exact=2018&indicator__exact=employees",
    "data-question": "/data/open/utveckling?matt=placed&omrade=21",
    "data-sql": f"/data/open?sql={SQL}&matt=employees",
    "data-codebook": "/data/open/codebook",
    "data-wrong-sql": "/data/open?sql=SELECT+fel",
    "data-missing": "/data/open/finns-inte",
    "site-privacy": "/personuppgifter",
}
DESK = {
    "overview": "/samordna/",
    "overview-filtered": "/samordna/?status=handed_in&sortera=employees",
    "overview-nobody": "/samordna/?sok=finns+inte",
    "register": "/samordna/foretag",
    "register-nobody": "/samordna/foretag?sok=finns+inte",
    "duplicates": "/samordna/foretag/dubbletter",
    "proposals": "/samordna/forslag",
    "enterprise-new": "/samordna/foretag/nytt",
    "enterprise": "/samordna/foretag/1",
    "mails": "/samordna/utskick",
    "calls": "/samordna/samtal",
    "queue": "/samordna/granska",
    "staff": "/samordna/personal",
    "settings": "/samordna/installningar",
    "security-events": "/samordna/installningar/sakerhet",
    "account": "/mitt-konto",
    "retention": "/samordna/installningar/gallring",
    "releases": "/samordna/publicering",
    "comments": "/samordna/kommentarer",
    "series": "/samordna/serier",
    "series-milestones": "/samordna/serier/handelser",
    "series-milestone-new": "/samordna/serier/handelser/ny",
    "series-reached": "/samordna/serier/information",
    "series-places-new": "/samordna/serier/platser/ny",
    "questions": "/samordna/fragor",
    "rehearsal": "/samordna/repetition",
    "board-mail": "/samordna/utskick/styrelsen",
    "protection": "/samordna/publicering/skydd",
    "open-round": "/samordna/omgang/oppna",
    "ask-remind": "/samordna/omgang/2021/paminn",
    "ask-close": "/samordna/omgang/2021/stang",
}


def look_at(page: Page, shoot: Shoot, name: str) -> None:
    """A page as it stands, on a desk and on a telephone; there in the dark too.

    In the dark only colours can be at fault.
    """
    look(page, shoot, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    shoot(page, f"{name}-narrow-dark")
    assert violations(page, "color-contrast") == []
    page.emulate_media(color_scheme="light")


def test_every_open_page_is_accessible(window: Window, shoot: Shoot) -> None:
    page = window()
    for name, path in OPEN.items():
        page.goto(path)
        look_at(page, shoot, name)


def test_every_page_of_the_desk_is_accessible(office: Callable[..., Page], shoot: Shoot) -> None:
    page = office()
    for name, path in DESK.items():
        page.goto(path)
        look_at(page, shoot, name)
    for name, path, words in (
        ("answers", "/samordna/?lista=1", "Öppna"),
        ("mail", "/samordna/utskick", "Inbjudan"),
    ):
        page.goto(path)
        links = page.locator("main table").last.locator("td a, th a")
        links.filter(has_text=words).first.click()
        look_at(page, shoot, name)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_head_of_the_desk_is_one_row(office: Callable[..., Page], language: str) -> None:
    page = office()
    page.goto(f"/samordna/?lang={language}")
    middles: list[Any] = page.evaluate(
        "[...document.querySelectorAll('.site-header :is(.brand, .nav > li, form, a.small)')]"
        ".map(e => e.getBoundingClientRect()).map(r => r.top + r.height / 2)"
    )
    assert len(middles) == 9
    assert max(middles) - min(middles) < 8, middles


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_menu_in_the_head_opens_and_closes_by_keyboard(
    office: Callable[..., Page], shoot: Shoot, width: str
) -> None:
    page = office(width)
    menu = page.locator(".more summary")
    first = page.locator(".more").get_by_role("link").first
    inside = page.locator(".more").get_by_role("link", name="Personal")
    menu.focus()
    expect(inside).to_be_hidden()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    shoot(page, f"menu-{width}")
    check(page)
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("h1").click()
    expect(inside).to_be_hidden()
    menu.click()
    inside.click()
    expect(page.locator("h1")).to_have_text("Personal")
    expect(page.locator(".more [aria-current]")).to_have_text("Personal")


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_table_is_sorted_filtered_and_left_as_it_was(
    office: Callable[..., Page], width: str
) -> None:
    page = office(width)
    page.goto("/samordna/foretag")
    page.get_by_label("Sortera").select_option("Organisationsnummer, fallande")
    page.get_by_label("Kommun").select_option("Gävle")
    page.get_by_role("button", name="Filtrera").click()
    expect(page.get_by_label("Sortera")).to_have_value("-number")
    numbers = page.locator("tbody td[data-label=Organisationsnummer]").all_inner_texts()
    assert len(numbers) > 1
    assert numbers == sorted(numbers, reverse=True)
    if width == "wide":
        page.get_by_role("columnheader", name="Företag").get_by_role("link").click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("Företag")
    expect(page.get_by_label("Kommun")).to_have_value("2180")
