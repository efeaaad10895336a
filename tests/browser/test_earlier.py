"""Earlier years in a real browser: totals that were printed, and a file of answers."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.look import Shoot, look

HEADER = "År;Orgnr;Företag;Kommun;Anställda totalt;Varav kvinnor;Varav män;Placerade av AF"
LINES = (
    "2015;;Exempelkooperativet Förr;Gävle;9;5;4;3",
    "2015;;Exempelkooperativet Borta;Ovanåker;4;2;3;1",
)


def test_totals_are_written_as_they_were_printed(office: Callable[..., Page], shoot: Shoot) -> None:
    page = office("narrow")
    page.goto("/samordna/tidigare")
    look(page, shoot, "earlier")
    page.goto("/samordna/tidigare/totaler")
    page.get_by_label("År", exact=True).fill("tjugo")
    page.get_by_role("button", name="Spara totalerna").click()
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(page.locator(".error-summary")).to_be_focused()
    # One sentence each, in the order of the page.
    expect(page.locator(".error-summary li").first).to_have_text(re.compile("^Skriv ett år mellan"))
    look(page, shoot, "earlier-totals-error")
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("År", exact=True)).to_be_focused()
    expect(page.get_by_label("År", exact=True)).to_have_value("tjugo")
    page.goto("/samordna/tidigare/totaler/fil")
    look(page, shoot, "earlier-totals-file")


def test_a_file_of_answers_is_mapped_and_looked_at_before_anything_is_stored(
    office: Callable[..., Page], shoot: Shoot
) -> None:
    page = office("narrow")
    page.goto("/samordna/tidigare/mikrodata")
    look(page, shoot, "earlier-file")
    page.get_by_label("År", exact=True).fill("2015")
    page.locator("#reference_date").fill("2015-10-01")
    content = "\r\n".join([HEADER, *LINES]).encode("cp1252")
    file = FilePayload(name="gammal.csv", mimeType="text/csv", buffer=content)
    page.locator("input[type=file]").set_input_files(file)
    page.locator("input[type=radio]").first.check()
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"/tidigare/mikrodata/\d+$"))
    look(page, shoot, "earlier-map")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"/tidigare/mikrodata/\d+/granska$"))
    expect(page.locator("main")).to_contain_text("Exempelkooperativet Förr")
    look(page, shoot, "earlier-preview")
