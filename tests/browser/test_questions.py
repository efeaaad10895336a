"""The round's own questions by keyboard alone, on a telephone."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from survey_data.rounds import extra_questions
from tests.browser.conftest import Window
from tests.browser.look import check
from tests.browser.served import Served

Shoot = Callable[[Page, str], None]
MOST_TABS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, as one without a mouse does."""
    element = wanted.element_handle()
    for _ in range(MOST_TABS):
        if page.evaluate("element => element === document.activeElement", element):
            return
        page.keyboard.press("Tab")
    raise AssertionError("cannot be reached with the Tab key")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def test_a_question_is_added_moved_previewed_and_rehearsed_by_keyboard_on_a_telephone(
    served: Served, window: Window, shoot: Shoot
) -> None:
    page = window("narrow")
    page.goto(served.sign_in_link())
    page.get_by_role("button", name="Logga in").click()
    press(page, page.get_by_role("link", name="Frågor", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Frågor 2021")
    check(page)
    _add(page, shoot)
    _add_text(page)
    press(page, page.get_by_role("button", name="Flytta upp Vad är nytt?"))
    expect(page.locator(".own-questions li b").first).to_have_text("Vad är nytt?")
    shoot(page, "questions-narrow")
    check(page)
    names = [entry["name"] for entry in extra_questions.plan(served.db).questions]
    assert names == ["extra_what_is_new", "extra_have_you_an_agreement"]
    press(page, page.get_by_role("link", name="Förhandsvisa på svenska"))
    press(page, page.get_by_role("link", name="Inte påbörjad: Årets"))
    expect(page.get_by_text("Förhandsvisning.")).to_be_visible()
    expect(page.get_by_text("Har ni avtal?")).to_be_visible()
    expect(page.get_by_text("Skriv inga namn")).to_be_visible()
    shoot(page, "questions-preview-narrow")
    check(page)
    press(page, page.get_by_role("link", name="Tillbaka till frågorna"))
    press(page, page.get_by_role("link", name="Repetera omgången"))
    expect(page.get_by_text("28 av 28 saknar svar")).to_be_visible()
    shoot(page, "rehearsal-narrow")
    check(page)


def _add(page: Page, shoot: Shoot) -> None:
    """A choice, first with something missing."""
    tab_to(page, page.get_by_label("Typ av svar"))
    page.keyboard.type("Ett")
    press(page, page.get_by_role("button", name="Lägg till en fråga"))
    write(page, "Frågan på svenska", "Har ni avtal?")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    shoot(page, "question-wrong-narrow")
    check(page)
    write(page, "Frågan på engelska", "Have you an agreement?")
    for number, (sv, en) in enumerate((("Ja", "Yes"), ("Nej", "No")), 1):
        write(page, f"Svar {number} på svenska", sv)
        write(page, f"Svar {number} på engelska", en)
    press(page, page.get_by_label("Frågan måste besvaras"), "Space")
    press(page, page.get_by_role("button", name="Spara frågan").last)
    expect(page.get_by_role("status")).to_contain_text("Frågan är tillagd")


def _add_text(page: Page) -> None:
    tab_to(page, page.get_by_label("Typ av svar"))
    page.keyboard.type("Text")
    press(page, page.get_by_role("button", name="Lägg till en fråga"))
    expect(page.get_by_text("Fritext kan nämna personer")).to_be_visible()
    check(page)
    write(page, "Frågan på svenska", "Vad är nytt?")
    write(page, "Frågan på engelska", "What is new?")
    press(page, page.get_by_role("button", name="Spara frågan").last)
    expect(page.get_by_role("status")).to_contain_text("Frågan är tillagd")
