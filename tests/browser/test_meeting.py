"""Meeting mode in a real browser: keys and touch step, the address follows, nothing moves."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Window
from tests.browser.look import check, violations, wait_until


def shown(page: Page) -> str:
    """The title of the one screen that is shown."""
    visible = page.locator("[data-screen]:visible")
    expect(visible).to_have_count(1)
    return visible.locator("h2").inner_text()


def test_keys_step_through_every_chart(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote")
    count = page.locator("[data-screen]").count()
    first = shown(page)
    seen = [first]
    keys = ["ArrowRight", " ", "PageDown", "ArrowDown"]
    for number in range(2, count + 1):
        page.keyboard.press(keys[number % len(keys)])
        expect(page).to_have_url(re.compile(rf"bild={number}$"))
        seen.append(shown(page))
    assert len(set(seen)) == count
    page.keyboard.press("ArrowRight")
    assert shown(page) == seen[-1], "the last stays"
    page.keyboard.press("ArrowLeft")
    assert shown(page) == seen[-2]
    page.keyboard.press("Home")
    assert shown(page) == first
    page.locator("[data-screen]").first.focus()
    page.keyboard.press(" ")
    assert shown(page) == seen[1], "a screen with nothing more to read is stepped on from"
    page.keyboard.press("End")
    assert shown(page) == seen[-1]
    check(page)


def test_a_screen_with_more_to_read_is_scrolled_by_the_space_bar(window: Window) -> None:
    page = window("narrow")
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto("/rapport/mote")
    screen = page.locator("[data-screen]").first
    screen.focus()
    page.keyboard.press(" ")
    wait_until(page, "document.querySelector('[data-screen]').scrollTop > 0")
    expect(screen).to_be_visible()
    check(page)


def test_each_step_is_announced_and_named_in_the_title(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote")
    said = page.locator(".stage > [data-said]")
    expect(said).to_have_attribute("aria-live", "polite")
    expect(said).to_be_empty()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text(re.compile(r"^Bild 2 av \d+\. "))
    expect(said).to_contain_text(shown(page))
    assert page.title().startswith("2/")
    assert shown(page) in page.title()


def test_a_copied_address_opens_the_same_screen(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote")
    page.keyboard.press("End")
    last = shown(page)
    page.reload()
    assert shown(page) == last


def test_escape_leaves_for_the_chart_that_was_shown(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote")
    page.keyboard.press("ArrowRight")
    title = shown(page)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/rapport/fordjupning#"))
    expect(page.locator("figure:target h2")).to_have_text(title)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_fingers_step_and_every_screen_is_accessible(window: Window, width: str) -> None:
    page = window(width, has_touch=True)
    page.goto("/rapport/mote")
    check(page)
    for number in range(page.locator("[data-screen]").count()):
        # What stands around the screens is the same beside each of them.
        screen = "[data-screen]:not([hidden])"
        assert violations(page, within=screen) == []
        if width == "narrow":
            # In the dark only colours can be at fault.
            page.emulate_media(color_scheme="dark")
            assert violations(page, "color-contrast", within=screen if number else "html") == []
            page.emulate_media(color_scheme="light")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = page.locator(".stage-bar").bounding_box()
        assert box
        assert box["y"] + box["height"] <= page.viewport_size["height"] + 1  # type: ignore[index]
        page.get_by_role("button", name="Nästa").tap()
    page.get_by_role("button", name="Föregående").tap()
    expect(page).to_have_url(re.compile(r"bild=\d+$"))


def test_full_screen_is_a_button_and_escape_first_leaves_that(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote?bild=2")
    page.get_by_role("button", name="Helskärm").click()
    wait_until(page, "document.fullscreenElement !== null")
    page.get_by_role("button", name="Helskärm").click()
    expect(page.locator("[data-screen]:visible")).to_have_count(1)
    wait_until(page, "document.fullscreenElement === null")


def test_without_javascript_the_buttons_are_links(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/rapport/mote")
    first = shown(page)
    page.get_by_role("link", name="Nästa").click()
    assert shown(page) != first
    page.get_by_role("link", name="Föregående").click()
    assert shown(page) == first
    expect(page.locator("[data-full]")).to_be_hidden()


def test_the_report_prints_whole_charts_and_no_controls(window: Window) -> None:
    page = window()
    page.goto("/rapport/fordjupning")
    page.emulate_media(media="print")
    for control in (".nav", ".chart-downloads", ".hand-round"):
        expect(page.locator(control).first).to_be_hidden()
    for drawing in page.locator("figure .plot").all():
        expect(drawing.locator("svg:visible")).to_have_count(1)
    assert _printed(page) <= page.locator("figure").count() // 2 + 2, "two charts a page, and words"
    uncut = "getComputedStyle(document.querySelector('figure')).breakInside"
    assert page.evaluate(uncut) == "avoid"


def _printed(page: Page) -> int:
    return len(PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages)


def test_a_meeting_prints_two_screens_a_page_and_a_municipality_on_one(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote")
    assert _printed(page) <= (page.locator("[data-screen]").count() + 1) // 2
    page.goto("/kommun/hudiksvall")
    assert _printed(page) == 1


def test_a_chart_comes_alive_and_reads_its_years_while_a_clicker_still_steps(
    window: Window,
) -> None:
    page = window()
    page.goto("/rapport/mote")
    first = shown(page)
    chart = page.locator("[data-screen]:visible")
    drawn = chart.locator(".drawing-wide svg").bounding_box()
    chart.locator(".plot").focus()
    expect(chart.locator(".live .main-svg").first).to_be_visible()
    live = chart.locator(".live").bounding_box()
    assert drawn
    assert live
    sides = [abs(live[side] - drawn[side]) for side in ("width", "height")]
    assert min(sides) < 2, "as large as the drawing, which fills its room one way"
    page.keyboard.press("ArrowRight")
    expect(chart.locator("[data-announce]")).to_contain_text("2016, ")
    assert shown(page) == first, "the chart has the arrows"
    page.keyboard.press("Escape")
    assert shown(page) == first
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile(r"bild=2$"))
    assert shown(page) != first
    check(page)


def test_the_focus_goes_along_to_the_next_screen(window: Window) -> None:
    page = window("narrow")
    page.goto("/rapport/mote")
    page.locator("[data-screen]:visible .plot").focus()
    page.keyboard.press("PageDown")
    expect(page.locator("[data-screen]:visible")).to_be_focused()
    page.locator("[data-support]:visible summary").focus()
    page.keyboard.press("PageDown")
    expect(page.locator("[data-support]:visible summary")).to_be_focused()
    page.get_by_role("button", name="Nästa").press("Enter")
    expect(page.get_by_role("button", name="Nästa")).to_be_focused()


def test_each_screen_has_something_for_the_chair_to_ask(window: Window) -> None:
    page = window()
    page.goto("/rapport/mote?bild=3")
    support = page.locator("[data-support]:visible")
    expect(support).to_have_count(1)
    support.locator("summary").click()
    expect(support).to_contain_text("Fråga mötet:")
    before = support.inner_text()
    page.keyboard.press("PageDown")
    expect(page.locator("[data-support]:visible")).to_have_count(1)
    assert page.locator("[data-support]:visible summary").inner_text() in before
    check(page)


def test_a_finger_drawn_sideways_turns_the_leaf_and_one_drawn_down_does_not(
    window: Window,
) -> None:
    page = window(has_touch=True)
    page.goto("/rapport/mote")
    first = shown(page)
    finger = page.context.new_cdp_session(page)

    def draw(start: tuple[int, int], end: tuple[int, int]) -> None:
        for kind, points in (
            ("touchStart", [start]), ("touchMove", [end]), ("touchEnd", []),
        ):  # fmt: skip
            finger.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
            )

    draw((600, 300), (300, 320))
    expect(page).to_have_url(re.compile(r"bild=2$"))
    draw((600, 200), (560, 420))
    draw((400, 300), (430, 300))
    expect(page).to_have_url(re.compile(r"bild=2$"))
    draw((300, 300), (600, 280))
    expect(page).to_have_url(re.compile(r"bild=1$"))
    assert shown(page) == first
    check(page)
