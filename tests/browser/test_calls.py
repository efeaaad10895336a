"""Calls and the live office in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey_data.database import scalar
from survey_data.responses import responses
from tests.browser.look import check
from tests.browser.served import Served

Shoot = Callable[[Page, str], None]
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.mark.parametrize(
    ("width", "scheme"), [("wide", "light"), ("narrow", "light"), ("narrow", "dark")]
)
def test_a_call_from_the_desk_to_the_form_and_back(
    served: Served, office: Callable[..., Page], shoot: Shoot, width: str, scheme: str
) -> None:
    page = office(width, color_scheme=scheme)
    page.get_by_role("link", name="Notera samtal").first.click()
    check(page)
    page.get_by_role("button", name="Spara samtalet").click()
    expect(page.locator(".error-summary")).to_be_focused()
    shoot(page, f"call-wrong-{width}-{scheme}")
    check(page)
    page.get_by_label("Vill bli uppringda senare").check()
    page.get_by_label("Ring igen den").fill("2999-10-05")
    page.get_by_role("button", name="Spara samtalet").click()
    page.get_by_text("Kommun för kommun").click()
    shoot(page, f"call-overview-{width}-{scheme}")
    check(page)
    page.get_by_role("link", name="Notera samtal").first.click()
    page.get_by_role("button", name="Fyll i på telefon").click()
    expect(page.get_by_text("Du fyller i åt")).to_be_visible()
    shoot(page, f"call-form-{width}-{scheme}")
    check(page)
    page.get_by_role("button", name="Avsluta och gå till översikten").click()
    expect(page).to_have_url(f"{served.base}/samordna/")
    expect(page.get_by_text("Du fyller i åt")).to_have_count(0)


def test_the_desk_tells_what_happens_while_it_is_looked_at(
    served: Served, office: Callable[..., Page]
) -> None:
    page = office(own_clock=True)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/laget" in r.url else None)
    [invitation_id, name] = served.db.conn.execute(
        "SELECT i.id, e.name FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
        " JOIN round r ON r.id = i.round_id WHERE r.closed_at IS NULL AND i.opened_at IS NULL"
        " ORDER BY i.id DESC LIMIT 1"
    ).fetchone()
    answered = int(scalar(served.db, "SELECT count(*) FROM response WHERE mode = 'web'"))
    responses.hand_in(served.db, invitation_id, {"employees_total": 5}, "sv")
    assert scalar(served.db, "SELECT count(*) FROM response WHERE mode = 'web'") == answered + 1
    with page.expect_response("**/samordna/laget"):
        page.clock.fast_forward(21_000)
    expect(page.locator("[data-announce]")).to_have_text(f"{name} lämnade in.")
    expect(page.locator(f"[data-chip='{invitation_id}']").last).to_have_text("Att granska")
    with page.expect_response("**/samordna/laget") as reply:
        page.clock.fast_forward(21_000)
    assert reply.value.status == 304
    page.evaluate(HIDE, True)
    before = len(asked)
    page.clock.fast_forward(90_000)
    page.wait_for_timeout(1)
    assert len(asked) == before
    with page.expect_response("**/samordna/laget"):
        page.evaluate(HIDE, False)
