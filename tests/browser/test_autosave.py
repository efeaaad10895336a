"""Nothing typed is ever lost: dead batteries, lost networks, two windows, two colleagues."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from survey_data.database import first, rows, run, scalar
from survey_data.responses.drafts import load_draft
from tests.bench.answers import TYPED
from tests.browser.conftest import Window
from tests.browser.look import PATIENCE_SECONDS, Shoot, check, look, wait_until
from tests.browser.mails import mailed
from tests.browser.served import Served
from tests.support.codes import code_in

Meet = Callable[[], "One"]
# Milliseconds that a form waits for more to be written.
SENT_AFTER = 2000
OFFLINE = "Ingen kontakt just nu. Det ni skriver finns kvar här"


class One:
    """One enterprise with its form, and what the server has of it."""

    def __init__(self, served: Served, window: Window) -> None:
        self.served, self.window = served, window
        self.link, self.before = served.someone_unasked()
        self.id = newest(served)
        self.devices: list[Page] = []
        self.page = self.open()

    def open(self, section: str = "anstallda") -> Page:
        """A device of its own with a section of the form open."""
        page = self.window("narrow")
        page.clock.install()
        self.devices.append(page)
        self.claim(page)
        page.goto(f"/svara/{section}")
        return page

    def claim(self, page: Page) -> None:
        page.goto(self.link)
        page.locator("main form button").first.click()
        page.wait_for_url("**/svara/**")
        if "/svara/kod" in page.url:
            # A second device, and something is saved.
            page.locator("#code").fill(code_in(mailed(self.served, "device_code")))
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/svara/kod" not in url)

    def saved(self) -> dict[str, Any]:
        return dict(load_draft(self.served.db, self.id).answers)

    def leave(self) -> None:
        """Be as if never there, for the demonstration has few who have not begun."""
        for device in self.devices:
            device.context.close()
        db = self.served.db
        if not scalar(db, "SELECT count(*) FROM response WHERE invitation_id = ?", [self.id]):
            run(db, "DELETE FROM draft WHERE invitation_id = ?", [self.id])
            run(db, "UPDATE invitation SET opened_at = NULL WHERE id = ?", [self.id])
            self.served.taken.discard(self.id)


def newest(served: Served) -> int:
    """The invitation of the link that was made last."""
    return int(scalar(served.db, "SELECT invitation_id FROM link ORDER BY rowid DESC LIMIT 1"))


@pytest.fixture
def meet(served: Served, window: Window) -> Iterator[Callable[[str], One]]:
    """Makes enterprises with the form open."""
    met: list[One] = []

    def make() -> One:
        met.append(One(served, window))
        return met[-1]

    yield make
    for each in met:
        each.leave()


@pytest.fixture
def one(meet: Meet) -> One:
    return meet()


def status(page: Page) -> Locator:
    return page.locator("#saving")


def write(page: Page, name: str, text: str) -> None:
    """Type letter by letter, as a person does, and stay in the field until it is to be sent."""
    type_in(page, name, text)
    page.clock.fast_forward(SENT_AFTER)


def type_in(page: Page, name: str, text: str) -> None:
    field = page.locator(f"#{name}")
    field.click()
    field.press("ControlOrMeta+a")
    field.press_sequentially(text)


def becomes(read: Callable[[], Any], wanted: Any) -> None:
    """What no open page could tell us of: the server has it, or soon will."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while read() != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert read() == wanted


def is_saved(page: Page, left_by_others: int = 0) -> None:
    """The page says so, quietly, where one is and where one leaves."""
    expect(status(page)).to_contain_text("Sparat ")
    expect(page.locator("main .saved")).to_have_count(2)
    becomes(lambda: len(in_browser(page)), left_by_others)


def in_browser(page: Page) -> list[dict[str, Any]]:
    """What the browser keeps by itself."""
    found: list[str] = page.evaluate("Object.values(localStorage)")
    return [json.loads(each) for each in found]


def power_cut(page: Page) -> None:
    """End a page with no time to send anything: one that is closed still may, once it is gone."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


def test_a_dead_battery_loses_nothing_not_even_what_is_no_answer(meet: Meet, shoot: Shoot) -> None:
    one = meet()
    write(one.page, "employees_women", "7")
    write(one.page, "employees_total", "tolv")
    is_saved(one.page)
    expect(one.page.locator("#employees_total-typed")).to_have_count(0)
    look(one.page, shoot, "autosave-saved")
    one.page.context.close()
    assert one.saved() == {"employees_women": 7, "employees_total": None}
    elsewhere = one.open()
    expect(elsewhere.locator("#employees_total")).to_have_value("tolv")
    expect(elsewhere.locator("#employees_women")).to_have_value("7")
    expect(elsewhere.locator("#employees_total-error")).to_have_text(
        "Skriv ett heltal, till exempel 7"
    )
    assert in_browser(elsewhere) == []


def test_a_page_of_figures_is_a_save_or_two_and_not_one_for_each_field(one: One) -> None:
    """Time stands still here but for what is said, so that a busy machine counts the same."""
    page, sent = one.page, list[str]()
    page.on("request", lambda asked: sent.append(asked.url) if "/spara" in asked.url else None)
    page.clock.install(time=0)
    page.goto("/svara/siffror")
    page.clock.pause_at(1000 * 3600)

    for name, text in TYPED.items():
        page.locator(f"[name={name}]").press_sequentially(text)
        page.keyboard.press("Tab")
        page.clock.run_for(900)
    page.clock.run_for(5000)

    becomes(lambda: {name: str(one.saved().get(name)) for name in TYPED}, TYPED)
    assert 1 <= len(sent) <= 4, sent


def test_a_hint_waits_until_the_field_is_left_and_is_never_red(one: One) -> None:
    write(one.page, "employees_total", "tolv")
    is_saved(one.page)
    expect(one.page.locator("#employees_total-typed")).to_have_count(0)
    one.page.keyboard.press("Tab")
    hint = one.page.locator("#employees_total-typed")
    expect(hint).to_have_text("Skriv ett heltal, till exempel 7")
    assert hint.get_attribute("class") == "hint"
    described = one.page.locator("#employees_total").get_attribute("aria-describedby") or ""
    assert described.split()[-1] == "employees_total-typed"
    assert one.page.locator("[aria-invalid], .error").count() == 0
    check(one.page)
    write(one.page, "employees_total", "1")
    expect(hint).to_have_count(0)


def test_a_tab_closed_in_the_middle_of_a_word_has_sent_it(one: One) -> None:
    type_in(one.page, "employees_total", "12")
    one.page.close(run_before_unload=True)
    becomes(one.saved, {"employees_total": 12})


def test_without_a_network_it_waits_here_and_is_sent_when_it_is_back(
    meet: Meet, shoot: Shoot
) -> None:
    one = meet()
    write(one.page, "employees_women", "6")
    is_saved(one.page)
    with offline(one.page):
        expect(status(one.page)).to_contain_text(OFFLINE)
        write(one.page, "employees_women", "7")
        expect(one.page.locator("main .saved")).to_have_count(0)
        one.page.get_by_role("button", name="Spara och fortsätt", exact=True).last.click()
        expect(one.page.locator("#employees_women")).to_have_value("7")
        expect(status(one.page)).to_be_in_viewport()
        assert in_browser(one.page)[0]["fields"] == {"employees_women": ["7"]}
        assert one.saved() == {"employees_women": 6}
        look(one.page, shoot, "autosave-offline")
    expect(status(one.page)).to_contain_text("Sparat ")
    assert one.saved() == {"employees_women": 7}
    assert in_browser(one.page) == []


def test_what_a_lost_network_kept_comes_back_with_the_next_page(one: One) -> None:
    page = one.page
    with offline(page):
        write(page, "employees_women", "7")
        write(page, "employees_total", "tolv")
        expect(status(page)).to_contain_text(OFFLINE)
        page.close()
    again = page.context.new_page()
    again.goto("/svara/placerade")
    expect(again.locator("#saving")).not_to_contain_text("Ingen")
    again.goto("/svara/anstallda")
    expect(again.locator("#employees_total")).to_have_value("tolv")
    assert one.saved() == {"employees_women": 7, "employees_total": None}
    assert in_browser(again) == []


def test_it_comes_back_into_its_own_page_even_before_it_is_sent(one: One) -> None:
    context = one.page.context
    context.route("**/spara", lambda route: route.abort())
    write(one.page, "employees_women", "7")
    expect(status(one.page)).to_contain_text(OFFLINE)
    one.page.close()
    again = context.new_page()
    again.goto("/svara/anstallda")
    expect(again.locator("#employees_women")).to_have_value("7")
    expect(status(again)).to_contain_text(OFFLINE)
    context.unroute("**/spara")
    write(again, "employees_men", "2")
    expect(status(again)).to_contain_text("Sparat ")
    assert one.saved() == {"employees_women": 7, "employees_men": 2}
    assert in_browser(again) == []


def test_a_page_read_before_the_last_save_shows_it_all_the_same(one: One) -> None:
    page, on_their_way = one.page, list[Route]()

    def keep_back(save: Route) -> None:
        on_their_way.append(save)

    def save_only_after_this_was_read(route: Route) -> None:
        read = route.fetch()
        save = on_their_way.pop()
        with page.expect_response("**/spara"):
            save.fulfill(response=save.fetch())
        # Long enough for a page that is left to forget what it hears is saved.
        page.wait_for_timeout(200)
        route.fulfill(response=read)

    page.route("**/spara", keep_back, times=1)
    with page.expect_request("**/spara"):
        write(page, "employees_women", "7")
    page.route("**/svara/anstallda", save_only_after_this_was_read)
    page.goto("/svara/anstallda")
    expect(page.locator("#employees_women")).to_have_value("7")
    is_saved(page)
    assert one.saved() == {"employees_women": 7}


def test_the_review_shows_what_was_still_on_its_way(one: One) -> None:
    with offline(one.page):
        write(one.page, "employees_total", "4711")
        expect(status(one.page)).to_contain_text(OFFLINE)
        one.page.close()
    review = one.page.context.new_page()
    review.goto("/svara/granska")
    expect(review.locator("dd.value", has_text="4711")).to_be_visible()


def test_two_tabs_of_one_person_follow_each_other(one: One) -> None:
    tab = one.page.context.new_page()
    tab.goto("/svara/anstallda")
    write(one.page, "employees_women", "7")
    is_saved(one.page)
    write(tab, "employees_men", "5")
    expect(tab.locator("#employees_women")).to_have_value("7")
    expect(status(tab)).to_contain_text("I ett annat fönster sparade ni 7 klockan")
    expect(tab.locator("[id$='-choice']")).to_have_count(0)
    assert one.saved() == {"employees_women": 7, "employees_men": 5}


def test_two_colleagues_choose_field_by_field(meet: Meet, shoot: Shoot) -> None:
    one = meet()
    colleague = one.open()
    type_in(colleague, "employees_women", "7")
    write(colleague, "employees_men", "5")
    is_saved(colleague)
    type_in(one.page, "employees_women", "8")
    write(one.page, "employees_men", "4")
    for name in ("employees_women", "employees_men"):
        box = one.page.locator(f"#{name}-choice")
        expect(box).to_contain_text("Någon annan sparade")
    women = one.page.locator("#employees_women-choice")
    expect(women).to_contain_text("Ni skrev 8.")
    look(one.page, shoot, "autosave-conflict")
    one.page.get_by_role("button", name="Spara och fortsätt", exact=True).last.click()
    assert one.page.evaluate("document.activeElement.closest('[id]').id") == (
        "employees_women-choice"
    )
    expect(status(one.page)).to_have_text("Välj först vilket svar som ska gälla.")
    expect(one.page.locator("main .saved")).to_have_count(0)
    assert one.saved() == {"employees_women": 7, "employees_men": 5}
    women.get_by_role("button", name="Behåll 8").click()
    one.page.get_by_role("button", name="Ta 5").click()
    expect(one.page.locator("[id$='-choice']")).to_have_count(0)
    expect(one.page.locator("#employees_men")).to_have_value("5")
    is_saved(one.page)
    assert one.saved() == {"employees_women": 8, "employees_men": 5}


def test_a_conflict_not_settled_is_asked_about_again(one: One) -> None:
    colleague = one.open()
    write(colleague, "employees_women", "7")
    is_saved(colleague)
    write(one.page, "employees_women", "8")
    expect(one.page.locator("#employees_women-choice")).to_be_visible()
    one.page.reload()
    expect(one.page.locator("#employees_women-choice")).to_contain_text("Ni skrev 8.")
    assert one.saved() == {"employees_women": 7}


def test_the_back_button_shows_what_is_saved_now(one: One) -> None:
    page = one.page
    write(page, "employees_women", "7")
    is_saved(page)
    page.goto("/svara/placerade")
    colleague = one.open()
    write(colleague, "employees_women", "9")
    expect(status(colleague)).to_contain_text("Sparat ")
    page.go_back()
    expect(page.locator("#employees_women")).to_have_value("9")
    write(page, "employees_women", "10")
    expect(page.locator("main .saved")).to_have_count(2)
    expect(page.locator("[id$='-choice']")).to_have_count(0)
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    assert one.saved() == {"employees_women": 10}


def test_a_session_that_ends_in_the_middle_costs_nothing(one: One, shoot: Shoot) -> None:
    run(
        one.served.db,
        "UPDATE session SET ended_at = started_at WHERE invitation_id = ?",
        [one.id],
    )
    write(one.page, "employees_women", "7")
    expect(status(one.page)).to_contain_text("kommer tillbaka när ni öppnar länken i mejlet igen")
    shoot(one.page, "autosave-session-gone")
    one.page.get_by_role("button", name="Spara och fortsätt", exact=True).last.click()
    expect(one.page.locator("h1")).to_have_text("Öppna länken i mejlet igen")
    expect(one.page.locator("[data-kept]")).to_be_visible()
    check(one.page)
    one.claim(one.page)
    # The first page that is open again sends what was kept, and only then forgets it here.
    is_sent = "!Object.keys(localStorage).some((key) => key.startsWith('asf:'))"
    wait_until(one.page, is_sent)
    one.page.goto("/svara/anstallda")
    expect(one.page.locator("#employees_women")).to_have_value("7")
    becomes(one.saved, {"employees_women": 7})


def test_another_enterprise_s_link_in_the_same_browser_takes_nothing_over(
    one: One, meet: Meet
) -> None:
    other = meet()
    other.claim(one.page.context.new_page())
    write(one.page, "employees_women", "7")
    expect(status(one.page)).to_contain_text("ett annat företags formulär har öppnats")
    assert other.saved() == {}
    one.claim(one.page)
    one.page.goto("/svara/anstallda")
    expect(one.page.locator("#employees_women")).to_have_value("7")
    becomes(one.saved, {"employees_women": 7})


def test_what_another_enterprise_left_in_a_shared_browser_is_neither_shown_nor_sent(
    one: One, meet: Meet
) -> None:
    with offline(one.page):
        write(one.page, "employees_women", "47")
        expect(status(one.page)).to_contain_text(OFFLINE)
        power_cut(one.page)
    other = meet()
    page = one.page.context.new_page()
    other.claim(page)
    page.goto("/svara/anstallda")
    expect(page.locator("#employees_women")).to_have_value("")
    write(page, "employees_men", "2")
    is_saved(page, left_by_others=1)
    assert (one.saved(), other.saved()) == ({}, {"employees_men": 2})
    one.claim(page)
    page.goto("/svara/anstallda")
    expect(page.locator("#employees_women")).to_have_value("47")
    becomes(one.saved, {"employees_women": 47})
    becomes(lambda: in_browser(page), [])


def test_leaving_forgets_everything_in_this_browser(one: One) -> None:
    page = one.page
    page.evaluate("localStorage.setItem('asf:1:anstallda:0', '{\"at\": 1e15, \"fields\": {}}')")
    page.goto("/svara/senare")
    page.get_by_role("button", name="Stäng formuläret").click()
    expect(page.locator("h1")).to_have_text("Formuläret är stängt här")
    assert page.evaluate("localStorage.length") == 0


def test_what_is_older_than_two_weeks_is_forgotten(one: One) -> None:
    page = one.page
    for days, window in ((15, "aaaaaaaa"), (13, "bbbbbbbb")):
        page.evaluate(
            "([days, key, fields]) => localStorage.setItem(key, JSON.stringify("
            "{at: Date.now() - days * 864e5, revision: 0, offered: [], fields}))",
            [
                days,
                f"asf:{one.id}:anstallda:{window}",
                {f"employees_{'wo' * (days < 14)}men": ["3"]},
            ],
        )
    page.reload()
    expect(status(page)).to_contain_text("Sparat ")
    assert one.saved() == {"employees_women": 3}
    assert in_browser(page) == []


def test_a_personal_number_is_kept_nowhere(one: One) -> None:
    page = one.open("foretaget")
    with offline(page):
        write(page, "unit_name", "850709-9805")
        expect(status(page)).to_contain_text(OFFLINE)
        assert in_browser(page) == []
    expect(status(page)).to_contain_text("Sparat ")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert "9805" not in json.dumps(rows(one.served.db, "SELECT * FROM draft"))


def fill_in_all(page: Page, before: int) -> None:
    page.goto("/svara/foretaget")
    page.get_by_role("radio", name="Verksamt", exact=True).check()
    page.get_by_label("Ert namn").fill("Exempel Exempelsson")
    page.get_by_label("E-post eller telefon").fill("exempel@example.org")
    page.locator("form#section > .actions button").first.click()
    page.wait_for_url("**/anstallda")
    for name, number in (("total", before), ("women", before), ("men", 0)):
        page.locator(f"#employees_{name}").fill(str(number))
    page.locator("form#section > .actions button").first.click()
    page.wait_for_url("**/placerade")
    for name in ("placed_af", "placed_kommun", "placed_other_unpaid"):
        page.locator(f"#{name}").fill("1")
    page.locator("form#section > .actions button").first.click()
    page.goto("/svara/granska")


def test_a_double_click_hands_in_once(one: One) -> None:
    page = one.page
    fill_in_all(page, one.before)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Lämna in").dblclick()
    # The second press may cut off the first one's navigation: look at where it ends.
    expect(page).to_have_url(re.compile(r"/kvitto$"))
    db = one.served.db
    assert scalar(db, "SELECT count(*) FROM response WHERE invitation_id = ?", [one.id]) == 1
    receipts = "SELECT count(*) FROM outbox WHERE kind = 'receipt' AND invitation_id = ?"
    assert scalar(db, receipts, [one.id]) == 1
    assert in_browser(page) == []


def test_a_round_that_closes_says_so_and_the_text_stays(one: One) -> None:
    db = one.served.db
    survey_round = first(db, "SELECT id FROM round WHERE closed_at IS NULL")
    assert survey_round
    run(
        db,
        "UPDATE round SET closed_at = '2021-11-20T12:00:00+00:00' WHERE id = ?",
        [survey_round["id"]],
    )
    try:
        write(one.page, "employees_women", "7")
        expect(status(one.page)).to_contain_text("insamlingen är stängd")
        expect(one.page.locator("#employees_women")).to_have_value("7")
        assert in_browser(one.page)[0]["fields"] == {"employees_women": ["7"]}
    finally:
        run(db, "UPDATE round SET closed_at = NULL WHERE id = ?", [survey_round["id"]])


def test_without_javascript_each_section_saves(one: One, window: Window) -> None:
    page = window("narrow", java_script_enabled=False)
    one.claim(page)
    page.goto("/svara/anstallda")
    page.locator("#employees_total").fill("tolv")
    page.get_by_role("button", name="Spara och fortsätt senare").click()
    page.goto("/svara/anstallda")
    expect(page.locator("#employees_total")).to_have_value("tolv")
    expect(page.locator("#saving")).to_be_empty()
