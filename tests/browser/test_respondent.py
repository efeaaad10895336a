"""A respondent's whole journey: by mouse and finger, by keyboard, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.look import check
from tests.browser.served import Served

Shoot = Callable[[Page, str], None]
GO_ON = "Granska svaren"
TITLE = "Hur många arbetar hos er?"
MOST_REQUESTS = 4
MOST_BYTES = 40_000


def go_on(page: Page, words: str = GO_ON) -> None:
    buttons = page.locator("form#section > .actions")
    with page.expect_navigation():
        buttons.get_by_role("button", name=words, exact=True).click()


class Walk:
    """One enterprise's way through the form; every page is looked at on the way."""

    def __init__(self, served: Served, page: Page, shoot: Callable[[str], None]) -> None:
        self.page = page
        self.served = served
        self.shoot = shoot
        self.link, self.before = served.someone_unasked()
        self.now = 2 * self.before + 10

    def looked_at(self, name: str) -> None:
        self.shoot(name)
        check(self.page)

    def begin(self) -> None:
        self.page.goto(self.link)
        self.looked_at("landing")
        self.page.get_by_role("button", name="Börja").click()
        expect(self.page).to_have_url(f"{self.served.base}/svara/siffror")
        self.looked_at("numbers-empty")

    def count_wrong(self) -> None:
        page, now = self.page, self.now
        expect(page).to_have_title(f"{TITLE} – ASF-inventeringen i Gävleborg")
        said = page.locator("#employees_total-balance output")
        expect(said).to_have_attribute("aria-live", "polite")
        expect(said).to_contain_text("Fyll i alla delar")
        page.get_by_label("Antal anställda personer").fill(str(now))
        change = page.locator("[data-change-of=employees_total]")
        expect(change).to_have_text(f"{now - self.before} fler")
        page.locator("#employees_women").fill(str(now - 5))
        page.locator("#employees_men").fill("6")
        expect(said).to_contain_text(f"Det är en mer än {now} anställda")
        for name, number in (("placed_af", 4), ("placed_kommun", 2), ("placed_other_unpaid", 0)):
            page.locator(f"#{name}").fill(str(number))
        expect(page.locator("#placed_total")).to_have_text("6")
        self.looked_at("numbers")
        go_on(page)

    def correct(self) -> None:
        page = self.page
        expect(page).to_have_title(f"Fel: {TITLE} – ASF-inventeringen i Gävleborg")
        expect(page.locator(".error-summary")).to_be_focused()
        self.looked_at("numbers-error")
        page.locator(".error-summary a").first.click()
        expect(page.locator(":focus")).to_have_id(re.compile("^employees_(women|men)$"))
        page.get_by_role("button", name="Ändra till").first.click()
        expect(page.locator("#employees_men")).to_have_value("5")
        said = page.locator("#employees_total-balance output")
        expect(said).to_contain_text("Det stämmer med antalet anställda")
        self.looked_at("numbers-corrected")
        go_on(page)

    def explain(self) -> None:
        change = self.page.locator("#change")
        expect(change).to_contain_text("Vad förklarar förändringen?")
        change.get_by_role("checkbox").first.check()

    def hand_in(self) -> None:
        page = self.page
        expect(page).to_have_title("Granska och lämna in – ASF-inventeringen i Gävleborg")
        self.looked_at("review")
        page.get_by_role("button", name="Lämna in").click()
        expect(page.locator(".error-summary")).to_be_focused()
        self.looked_at("review-error")
        page.locator(".error-summary a").first.click()
        expect(page.locator("#certify")).to_be_focused()
        page.locator("#certify").check()
        page.get_by_role("button", name="Lämna in").click()
        expect(page).to_have_url(f"{self.served.base}/svara/kvitto")
        self.looked_at("receipt")

    def change(self) -> None:
        page = self.page
        page.get_by_role("link", name="Ändra ett svar").click()
        expect(page).to_have_url(f"{self.served.base}/svara/granska")
        page.get_by_role("link", name="Ändra placerade").click()
        page.locator("#placed_af").fill("5")
        go_on(page, "Spara och gå till granskningen")
        expect(page.locator("#change").get_by_role("checkbox").first).to_be_checked()
        page.locator("#certify").check()
        page.get_by_role("button", name="Lämna in").click()
        expect(page).to_have_url(f"{self.served.base}/svara/kvitto")

    def come_back(self) -> None:
        self.page.goto(self.link)
        self.page.get_by_role("button", name="Öppna formuläret").click()
        expect(self.page).to_have_url(f"{self.served.base}/svara/kvitto")


@pytest.mark.parametrize(
    ("width", "scheme"), [("wide", "light"), ("narrow", "light"), ("narrow", "dark")]
)
def test_the_whole_journey(
    served: Served, window: Window, shoot: Shoot, width: str, scheme: str
) -> None:
    page = window(width, color_scheme=scheme)
    walk = Walk(served, page, lambda name: shoot(page, f"answer-{name}-{width}-{scheme}"))
    walk.begin()
    walk.count_wrong()
    walk.correct()
    walk.explain()
    walk.hand_in()
    reference = page.locator(".reference").inner_text()
    walk.change()
    assert page.locator(".reference").inner_text() == reference
    assert versions(served, reference) == 2
    walk.come_back()


def versions(served: Served, reference: str) -> int:
    found = served.db.execute("SELECT count(*) FROM response WHERE reference = ?", [reference])
    return int(found.fetchone()[0])


def test_the_journey_without_javascript(served: Served, window: Window, shoot: Shoot) -> None:
    page = window("narrow", java_script_enabled=False)
    link, before = served.someone_unasked()
    page.goto(link)
    page.get_by_role("button", name="Börja").click()
    page.get_by_label("Antal anställda personer").fill(str(before + 1))
    page.locator("#employees_women").fill(str(before))
    page.locator("#employees_men").fill("0")
    for name in ("placed_af", "placed_kommun", "placed_other_unpaid"):
        page.locator(f"#{name}").fill("1")
    go_on(page)
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.locator(".error-summary")).to_contain_text("En sak att rätta")
    expect(page.locator(".balance-bad")).to_contain_text("Det är en färre än")
    shoot(page, "answer-nojs-error")
    page.get_by_role("button", name="Ändra till").last.click()
    expect(page.locator("#employees_total")).to_have_value(str(before))
    go_on(page)
    # What is known can be changed where it stands.
    page.get_by_text("Ändra roll").click()
    page.get_by_label("Er roll").fill("föreståndare")
    page.locator("#certify").check()
    page.get_by_role("button", name="Lämna in").click()
    expect(page).to_have_url(f"{served.base}/svara/kvitto")


class Keyboard:
    """Hands that have no mouse: only Tab, the arrows, the space bar and Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Tab until something is reached; each stop on the way must be seen."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                assert self._is_seen(), f"focus on {selector} cannot be seen"
                return
        raise AssertionError(f"Tab never reaches {selector} on {self.page.url}")

    def _is_seen(self) -> bool:
        return bool(
            self.page.evaluate(
                "getComputedStyle(document.activeElement.closest(':focus-visible'))"
                ".outlineStyle === 'solid'"
            )
        )

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach something and press a key on it; waits for the page that may follow."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, selector: str, text: str) -> None:
        """Reach a field and write over what stands in it."""
        self.to(selector)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)


def test_the_journey_by_keyboard(served: Served, window: Window) -> None:
    page = window("wide")
    link, before = served.someone_unasked()
    hands = Keyboard(page)
    page.goto(link)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    hands.press("main form button")
    expect(page).to_have_url(f"{served.base}/svara/siffror")
    hands.type("#employees_total", str(before))
    hands.type("#employees_women", str(before))
    hands.type("#employees_men", "1")
    for name in ("placed_af", "placed_kommun", "placed_other_unpaid"):
        hands.type(f"#{name}", "1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    hands.to(".error-summary a")
    page.keyboard.press("Enter")
    expect(page.locator("#employees_women")).to_be_focused()
    hands.press("button[name=fill]")
    hands.press("form .actions button.button:not(.button-outline)")
    expect(page).to_have_url(f"{served.base}/svara/granska")
    hands.to(".known summary")
    page.keyboard.press("Enter")
    hands.type("#enterprise_name", "Exempelkooperativet Tangent")
    hands.to("#certify")
    page.keyboard.press("Space")
    hands.press("form .actions button")
    expect(page).to_have_url(f"{served.base}/svara/kvitto")
    assert page.evaluate("getSelection().type") != "Range"


def test_the_form_page_is_light(served: Served, window: Window) -> None:
    page = window("narrow")
    link, _ = served.someone_unasked()
    page.goto(link)
    page.get_by_role("button", name="Börja").click()
    form = page.url
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page.goto(form, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES, sizes
