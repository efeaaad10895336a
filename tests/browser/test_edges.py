"""The pages nobody hopes for, which must be as good as the others; at both widths."""

import sqlite3

from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.look import Shoot, look
from tests.browser.served import Served

PLACED = ("placed_af", "placed_kommun", "placed_other_unpaid")


def begin(served: Served, page: Page) -> str:
    link, _ = served.someone_unasked()
    page.goto(link)
    page.get_by_role("button", name="Börja").click()
    return link


def fill_in(page: Page, number: int) -> None:
    for name in PLACED:
        page.locator(f"#{name}").fill(str(number))


def test_pages_without_a_session(window: Window, shoot: Shoot) -> None:
    page = window("narrow")
    for name, path, status in (
        ("unknown-link", "/s/avklippt", 404),
        ("session-gone", "/svara/anstallda", 403),
        ("new-link", "/ny-lank", 200),
        ("missing", "/finns-inte", 404),
        ("accessibility", "/tillganglighet", 200),
        ("privacy", "/personuppgifter", 200),
        ("contact", "/kontakt", 200),
    ):
        reply = page.goto(path)
        assert reply
        assert reply.status == status
        look(page, shoot, f"edge-{name}")


def test_asking_for_a_new_link(window: Window, shoot: Shoot) -> None:
    page = window("narrow")
    page.goto("/ny-lank")
    page.get_by_label("E-post").fill("fel")
    page.locator("main form button").click()
    look(page, shoot, "edge-new-link-error")
    page.get_by_label("E-post").fill("ingen@example.org")
    page.locator("main form button").click()
    look(page, shoot, "edge-link-sent")


def test_two_tabs_and_then_leaving(served: Served, window: Window, shoot: Shoot) -> None:
    one = window("narrow")
    begin(served, one)
    two = one.context.new_page()
    # Faster than what saves by itself.
    one.context.route("**/spara", lambda _: None)
    for tab in (one, two):
        tab.goto("/svara/placerade")
    fill_in(one, 1)
    one.locator("form#section > .actions button").first.click()
    fill_in(two, 2)
    two.locator("form#section > .actions button").first.click()
    expect(two.locator(".error-summary")).to_contain_text("Någon annan hann spara före er")
    expect(two.locator(".error-summary")).to_be_focused()
    look(two, shoot, "edge-conflict")
    two.get_by_role("button", name="Ta allt som är sparat").click()
    expect(two.locator("#placed_af")).to_have_value("1")
    two.get_by_role("button", name="Spara och fortsätt senare").click()
    look(two, shoot, "edge-later")
    two.locator("main form button").click()
    look(two, shoot, "edge-left")


def test_a_database_that_is_locked(served: Served, window: Window, shoot: Shoot) -> None:
    page = window("narrow")
    begin(served, page)
    page.goto("/svara/placerade")
    fill_in(page, 3)
    # Longer than the server waits, as a program gone astray would.
    other = sqlite3.connect(served.db.conn.execute("PRAGMA database_list").fetchone()[2])
    other.execute("BEGIN EXCLUSIVE")
    page.locator("form#section > .actions button").first.click()
    expect(page.locator(".error-summary")).to_contain_text("Inte sparat. Försök igen.")
    other.close()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#placed_af")).to_have_value("3")
    look(page, shoot, "edge-not-saved")
    page.get_by_role("button", name="Försök igen").click()
    expect(page).not_to_have_title("Fel: Placerade – ASF-inventeringen i Gävleborg")


def test_a_round_that_closes_while_someone_types(
    served: Served, window: Window, shoot: Shoot
) -> None:
    page = window("narrow")
    row = served.db.conn.execute("SELECT id FROM round ORDER BY year DESC").fetchone()
    link = begin(served, page)
    page.goto("/svara/placerade")
    fill_in(page, 5)
    close = "UPDATE round SET closed_at = ? WHERE id = ?"
    served.db.conn.execute(close, ("2021-11-20T12:00:00+00:00", row[0]))
    try:
        page.locator("form#section > .actions button").first.click()
        expect(page.locator("h1")).to_have_text("Insamlingen 2021 är stängd")
        expect(page.locator("main")).to_contain_text("varav av kommunen")
        look(page, shoot, "edge-closed-typed")
        page.goto(link)
        look(page, shoot, "edge-closed")
    finally:
        served.db.conn.execute(close, (None, row[0]))
