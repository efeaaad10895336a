"""A coordinator's whole autumn in the browser, from an empty inventory to a released year.

Nothing is done behind the pages' back: the coordinator never leaves the office, the enterprises
only follow the links in their mails. One mail folder stands in for their mailboxes.
"""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from survey_data import clock
from survey_data.database import scalar
from survey_data.staff.sign_in import new_setup_link
from tests.browser.conftest import Window
from tests.browser.look import NARROW, PATIENCE_SECONDS, WIDE, check, violations
from tests.browser.served import Served, serve
from tests.support.beginnings import a_week_after_inviting

YEAR = clock.today().year
REGISTER = """name,org_number,municipality_code,active_from,contact_email
Exempelkooperativet Ett,556000-4615,2180,2015-01-01,ett@example.org
Exempelkooperativet Två,402000-0016,2183,2015-01-01,tva@example.org
Exempelkooperativet Tre,212000-0142,2184,2015-01-01,tre@example.org
Exempelkooperativet Fyra,232100-0016,2180,2015-01-01,fyra@example.org
"""
ANSWERS = {"employees_total": 8, "employees_women": 5, "employees_men": 3}
PLACED = {"placed_af": 4, "placed_kommun": 2, "placed_other_unpaid": 0}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on an empty inventory."""
    with serve(tmp_path_factory.mktemp("empty"), ASF_DEMO="0") as running:
        yield running


@pytest.fixture(scope="module")
def mails(served: Served) -> Path:
    """Where mails are written when there is no mail server."""
    folder = scalar(served.db, "SELECT file FROM pragma_database_list WHERE name = 'main'")
    return Path(folder).parent / "outbox"


def link_to(mails: Path, recipient: str, subject: str) -> str:
    """The personal link of the newest such mail to someone."""
    for path in sorted(mails.glob("*.eml"), reverse=True):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if message["To"] == recipient and subject in message["Subject"]:
            body = message.get_body(("plain",))
            assert body is not None
            found = re.search(r"http://\S+/s/\S+", body.get_content())
            assert found is not None
            return found[0]
    raise LookupError(f"no mail to {recipient} about {subject}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def fill_in(page: Page, numbers: dict[str, int]) -> None:
    for name, number in numbers.items():
        page.locator(f"#{name}").fill(str(number))
    press(page, "Granska svaren")


def answer(page: Page, name: str, numbers: dict[str, int]) -> None:
    """The form from its first page to the review."""
    fill_in(page, numbers | PLACED)
    expect(page).to_have_url(re.compile("/svara/granska$"))
    if not page.locator("#respondent_name").is_visible():
        page.locator("details.known:has(#respondent_name) summary").click()
    page.locator("#respondent_name").fill(name)


def hand_in(page: Page, ends_at: str = "/svara/kvitto") -> None:
    page.locator("#certify").check()
    press(page, "Lämna in")
    expect(page).to_have_url(re.compile(f"{ends_at}$"))


def test_a_whole_round_from_the_desk(
    served: Served,
    window: Window,
    mails: Path,
    tmp_path: Path,
    shoot: Callable[[Page, str], None],
) -> None:
    office = window("wide")
    codes = set_up(office, served, tmp_path, shoot)
    open_the_round(office)
    invite(office)
    respond(window, mails)
    phone(office)
    remind(office, served)
    review(office)
    shoot(office, "whole-round-overview")
    show_it_is_me(office, codes[0], shoot)
    close_and_release(office)
    expect_published(office)


def set_up(
    office: Page, served: Served, tmp_path: Path, shoot: Callable[[Page, str], None]
) -> list[str]:
    office.goto(f"/kom-igang/lank/{new_setup_link(served.db)}")
    check(office)
    office.locator("main form button").click()
    for name, text in {"name": "Exempelförbundet", "email": "forbundet@example.org"}.items():
        office.locator(f"#{name}").fill(text)
    check(office)
    office.locator("main form button").first.click()
    office.locator("#email").fill("samordnare@example.org")
    office.locator("main form button").click()
    codes = connect_an_app(office, shoot)
    expect(office).to_have_url(re.compile("/kom-igang/registret$"))
    check(office)
    file = tmp_path / "register.csv"
    file.write_text(REGISTER, "utf-8")
    office.locator("input[type=file]").set_input_files(file)
    office.locator("main form:has(input[type=file]) button").click()
    check(office)
    press(office, "Ta in 4 nu")
    office.goto("/samordna/foretag")
    expect(office.locator("tbody tr")).to_have_count(4)
    return codes


def connect_an_app(office: Page, shoot: Callable[[Page, str], None]) -> list[str]:
    """Scan the key, type its code, save the recovery codes; gives them."""
    expect(office).to_have_url(re.compile("/tva-steg$"))
    expect(office.locator(".qr svg")).to_be_visible()
    look_at_it(office, shoot, "connect-app")
    key = (office.locator("main li code").text_content() or "").replace(" ", "")
    office.locator("#code").fill(pyotp.TOTP(key).now())
    office.keyboard.press("Enter")
    expect(office.locator(".recovery-codes code")).to_have_count(10)
    codes = office.locator(".recovery-codes code").all_text_contents()
    look_at_it(office, shoot, "recovery-codes")
    office.get_by_label("Jag har sparat koderna").check()
    office.locator("main form button").click()
    return codes


def look_at_it(page: Page, shoot: Callable[[Page, str], None], name: str) -> None:
    """A page that cannot be opened anew, at both widths and in the dark."""
    for width, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(size)
        shoot(page, f"{name}-{width}-light")
        check(page)
        page.emulate_media(color_scheme="dark")
        shoot(page, f"{name}-{width}-dark")
        assert violations(page, "color-contrast") == []
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


def show_it_is_me(office: Page, code: str, shoot: Callable[[Page, str], None]) -> None:
    """With a recovery code, as the app shows the same code for half a minute."""
    office.goto("/tva-steg/igen?next=/samordna/")
    look_at_it(office, shoot, "code-again")
    office.locator("#code").fill(code)
    office.locator("main form button").click()
    expect(office).to_have_url(re.compile("/samordna/$"))


def open_the_round(office: Page) -> None:
    office.goto("/samordna/")
    office.get_by_role("link", name=re.compile("[Öö]ppna")).first.click()
    check(office)
    press(office, "Öppna omgången")
    # Late in the year the usual dates have passed, and are asked about.
    though = office.get_by_label("Ja, öppna ändå")
    if though.count():
        check(office)
        though.check()
        press(office, "Öppna omgången")
    expect(office.locator("main")).to_contain_text(str(YEAR))
    check(office)


def invite(office: Page) -> None:
    office.goto("/samordna/")
    office.get_by_role("link", name=re.compile("[Ss]kicka")).first.click()
    expect(office.locator("main")).to_contain_text("4")
    press(office, "Skicka")
    office.goto("/samordna/utskick")
    expect(office.get_by_role("rowheader", name="Inbjudan", exact=True)).to_have_count(4)


def respond(window: Window, mails: Path) -> None:
    """Two managers answer on their phones, by the links in their mails."""
    for number, recipient in enumerate(("ett@example.org", "tva@example.org"), 1):
        phone = window("narrow")
        phone.goto(wait_for_link(phone, mails, recipient))
        phone.locator("main form button").first.click()
        answer(phone, f"Exempel {number}", ANSWERS)
        hand_in(phone)


def wait_for_link(page: Page, mails: Path, recipient: str) -> str:
    for _ in range(5 * PATIENCE_SECONDS):
        try:
            return link_to(mails, recipient, str(YEAR))
        except LookupError:
            page.wait_for_timeout(200)
    return link_to(mails, recipient, str(YEAR))


def phone(office: Page) -> None:
    """The third is telephoned, and the coordinator fills in while they speak."""
    office.goto("/samordna/")
    expect(office.locator("#oversikt, main").first).to_contain_text("Exempelkooperativet Tre")
    office.get_by_role("link", name="Notera samtal med Exempelkooperativet Tre").first.click()
    check(office)
    press(office, "Fyll i på telefon")
    expect(office.get_by_text("Du fyller i åt")).to_be_visible()
    answer(office, "Exempel Tre", ANSWERS)
    hand_in(office, "/samordna/")
    expect(office.locator("main")).to_contain_text("är inlämnat. Referens:")


def remind(office: Page, served: Served) -> None:
    """Only the one that has not answered is reminded, and the count shown is the count sent."""
    a_week_after_inviting(served.db)
    office.goto("/samordna/")
    office.get_by_role("link", name=re.compile("^Påminn")).first.click()
    expect(office.locator("main")).to_contain_text("Exempelkooperativet Fyra")
    expect(office.locator("main")).not_to_contain_text("Exempelkooperativet Ett")
    office.locator("main form button").last.click()
    office.goto("/samordna/utskick")
    expect(office.get_by_role("rowheader", name="Påminnelse", exact=True)).to_have_count(1)


def review(office: Page) -> None:
    """Answers that no check asks about are accepted together."""
    office.goto("/samordna/granska")
    check(office)
    office.get_by_role("link", name=re.compile("Godkänn alla utan frågor")).click()
    press(office, "Godkänn 3 svar")
    expect(office.locator("main")).to_contain_text("3")
    check(office)


def close_and_release(office: Page) -> None:
    office.goto("/samordna/")
    office.get_by_role("link", name="Stäng insamlingen").first.click()
    press(office, "Stäng insamlingen")
    office.goto("/samordna/publicering")
    expect(office.locator("main")).to_contain_text("1 av 4 företag har inte svarat.")
    office.get_by_role("radio", name="Slutlig").check()
    office.get_by_label("Slutlig fast alla inte har svarat").check()
    press(office, f"Publicera utgåva {YEAR}-1")
    expect(office.locator("main")).to_contain_text(f"Utgåva {YEAR}-1 är publicerad.")
    check(office)


def expect_published(office: Page) -> None:
    """Four enterprises are too few to show: the open year says so; analysts see each answer."""
    office.goto("/rapport/")
    office.get_by_text("Visa som tabell").first.click()
    expect(office.locator(f"tr[data-year='{YEAR}']").first).to_be_visible()
    public = office.request.get("/data/open/trend.json?_shape=array").json()
    [row] = [each for each in public if each["year"] == YEAR]
    assert row["employees"] is None
    rows = office.request.get("/data/analysts/answers.json?_shape=array").json()
    assert sorted(row["employees_total"] for row in rows) == [8, 8, 8]
    assert {row["mode"] for row in rows} == {"web", "phone"}
