"""The data pages in a real browser, at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from forms.start import demo
from tests.browser.conftest import Window
from tests.browser.look import check, look
from tests.browser.served import Served


def test_a_row_has_a_page_of_its_own(window: Window) -> None:
    page = window("narrow")
    page.goto("/data/open/trend")
    check(page)
    page.goto("/data/open/release")
    page.locator("tbody a").first.click()
    check(page)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_rows_can_be_filtered_by_the_form(window: Window, width: str) -> None:
    page = window(width)
    page.goto("/data/open/observations")
    page.get_by_label("Kolumn").select_option("year")
    page.get_by_label("Värde", exact=True).fill("2019")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator(".filter-now")).to_contain_text("2019")
    assert "2019" in page.url
    check(page)
    page.locator(".filter-now a").click()
    expect(page.locator(".filter-now")).to_have_count(0)


def test_a_ready_question_takes_its_parameters_from_lists(window: Window) -> None:
    page = window()
    page.goto("/data/")
    page.get_by_role("link", name="Utvecklingen för ett mått", exact=True).click()
    page.get_by_label("Mått", exact=True).select_option("placed")
    page.get_by_role("button", name="Visa").click()
    expect(page.locator("table.rows tbody tr")).to_have_count(5)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.path().stat().st_size > 100
    check(page)


def test_sql_can_be_written_and_run(window: Window) -> None:
    page = window()
    page.goto("/data/open#sql")
    page.get_by_label("SQL", exact=True).fill("SELECT year, enterprises FROM trend ORDER BY year")
    page.get_by_role("button", name="Kör frågan").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    check(page)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_chart_of_an_answer_is_drawn_and_can_be_linked_to(window: Window, width: str) -> None:
    page = window(width)
    page.goto("/data/open/landskap")
    page.get_by_text("Rita ett diagram").click()
    page.get_by_label("Lodrätt").select_option("Värde")
    page.get_by_label("En färg för varje").select_option("Landskap")
    expect(page.locator(".query-chart .legendtext")).to_have_count(2)
    check(page)
    address = page.url
    page.goto("/data/")
    page.goto(address)
    expect(page.locator(".query-chart .legendtext")).to_have_count(2)
    expect(page.get_by_label("En färg för varje")).to_have_value("Landskap")


def test_a_columns_menu_is_reached_by_keyboard(window: Window) -> None:
    page = window()
    page.goto("/data/open/milestones")
    button = page.get_by_role("button", name="Meny för Källa")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator("#column-menu")
    expect(menu.get_by_role("link", name="Sortera stigande")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    check(page)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="Visa som snabbval")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[id='facet-source']")).to_be_visible()
    page.get_by_role("button", name="Meny för Slag").click()
    menu.get_by_role("link", name="Dölj kolumnen").click()
    expect(page.get_by_role("button", name="Meny för Slag")).to_have_count(0)
    assert "_facet=source" in page.url


def test_names_are_completed_in_sql(window: Window) -> None:
    page = window()
    page.goto("/data/open#sql")
    editor = page.get_by_label("SQL", exact=True)
    editor.fill("")
    editor.press_sequentially("SELECT year, employees_w")
    expect(page.get_by_role("option")).to_have_text(["employees_women"])
    editor.press("Tab")
    expect(editor).to_have_value("SELECT year, employees_women")
    editor.press_sequentially(" FROM tren")
    editor.press("Enter")
    expect(editor).to_have_value("SELECT year, employees_women FROM trend")
    editor.press("Control+Enter")
    expect(page.locator("tbody tr")).to_have_count(5)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_wide_table_is_not_cut_and_keeps_its_first_columns(window: Window, width: str) -> None:
    page = window(width)
    page.goto("/data/open/trend")
    table = page.locator(".scroll")
    if width == "wide":
        assert table.evaluate("box => box.scrollWidth - box.clientWidth") <= 1
    table.evaluate("box => box.scrollLeft = 400")
    assert page.locator("tbody td").first.bounding_box()["x"] >= table.bounding_box()["x"] - 1


def test_the_analyst_signs_in_once_for_forms_and_data(
    served: Served, window: Window, shoot: Callable[[Page, str], None]
) -> None:
    page = window("narrow")
    page.goto("/data/analysts")
    look(page, shoot, "data-closed")
    page.goto(served.sign_in_link(demo.ANALYST))
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{served.base}/data/analysts")
    for name, path in {
        "analysts": "/data/analysts",
        "answers": "/data/analysts/answers?year__exact=2020",
        "change": "/data/analysts/storst_forandring?ar=2020",
        "silent": "/data/analysts/utan_svar",
    }.items():
        page.goto(path)
        look(page, shoot, f"data-{name}")
