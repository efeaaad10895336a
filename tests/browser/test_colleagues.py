"""A manager and a colleague in two browsers, and a link that comes to a third."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.look import Shoot, look
from tests.browser.mails import mailed
from tests.browser.served import Served
from tests.support.codes import code_in
from tests.support.mail_server import tokens_in


def let_in_by_code(served: Served, other: Page, link: str, look_at: Shoot) -> None:
    """Open the enterprise's own link, forwarded, in a browser that is new to it."""
    other.goto(link)
    other.locator("main form button").first.click()
    other.wait_for_url("**/svara/kod**")
    look_at(other, "devices-code")
    other.get_by_label("Kod, sex siffror").fill("12")
    other.get_by_role("button", name="Öppna formuläret").click()
    expect(other.get_by_label("Kod, sex siffror")).to_be_focused()
    look_at(other, "devices-code-fault")
    other.get_by_label("Kod, sex siffror").fill(code_in(mailed(served, "device_code")))
    other.keyboard.press("Enter")
    other.wait_for_url("**/svara/siffror")


def test_a_manager_and_a_colleague_share_a_form(
    served: Served, window: Window, shoot: Shoot
) -> None:
    link, _ = served.someone_unasked()
    manager = window("narrow")
    manager.goto(link)
    look(manager, shoot, "devices-landing")
    manager.get_by_role("button", name="Börja").press("Enter")
    manager.get_by_role("link", name="Be en kollega fylla i en del").click()
    manager.wait_for_url("**/svara/kollegor")
    manager.get_by_role("button", name="Skicka länken").click()
    expect(manager.locator(".error-summary")).to_be_focused()
    look(manager, shoot, "devices-faults")
    manager.get_by_label("Kollegans namn").fill("Anna Berg")
    manager.get_by_label("Kollegans e-postadress").fill("anna@example.org")
    # With the keyboard alone, from field to field.
    manager.get_by_label("Anställda").focus()
    manager.keyboard.press("Space")
    manager.get_by_role("button", name="Skicka länken").press("Enter")
    expect(manager.get_by_role("status").first).to_contain_text("Mejlet till Anna Berg är på väg")

    [token] = tokens_in(mailed(served, "delegation"))
    anna = window("narrow")
    anna.goto(f"/s/{token}")
    look(anna, shoot, "devices-part")
    anna.get_by_role("button", name="Börja").click()
    anna.wait_for_url("**/svara/anstallda")
    anna.locator("#employees_total").fill("12")
    anna.locator("#employees_women").fill("7")
    expect(anna.locator("#saving, .saved").filter(has_text="Sparat").first).to_be_visible()
    look(anna, shoot, "devices-colleague")
    anna.goto("/svara/granska")
    expect(anna.locator("h1")).to_have_text("Den här sidan är inte din")
    look(anna, shoot, "devices-not-theirs")

    manager.goto("/svara/kollegor")
    expect(manager.locator("dl.answers")).to_contain_text("Anställda: sparat")
    look(manager, shoot, "devices-colleagues")
    manager.goto("/svara/anstallda")
    expect(manager.locator("main")).to_contain_text("Anna Berg svarar på Anställda, sparat")
    look(manager, shoot, "devices-manager")

    let_in_by_code(served, window("narrow"), link, lambda p, name: look(p, shoot, name))

    manager.goto("/svara/kollegor")
    manager.get_by_role("button", name="Ta tillbaka").press("Enter")
    expect(manager.get_by_role("status").first).to_contain_text("kan inte längre svara")
    look(manager, shoot, "devices-revoked")
    anna.goto("/svara/anstallda")
    expect(anna.locator("h1")).to_have_text("Du svarar inte längre")
    look(anna, shoot, "devices-taken-back")
