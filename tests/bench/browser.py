"""A complete core response in Chromium, with JavaScript: requests, autosaves, bytes and CPU."""

import statistics
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Request, sync_playwright

from tests.bench.answers import TYPED, running
from tests.bench.meter import cpu_seconds
from tests.browser.look import chromium

# As fast as somebody who has the figures beside them, in milliseconds between two keys.
BETWEEN_KEYS = 120


@dataclass
class Gone:
    """What a browser asked for on its way."""

    pages: int = 0
    saves: int = 0
    static: int = 0
    heads: list[int] = field(default_factory=list)
    bodies: int = 0

    def note(self, request: Request) -> None:
        """Count one request that was answered."""
        sizes = request.sizes()
        self.bodies += sizes["responseBodySize"]
        if "/static/" in request.url:
            self.static += 1
            return
        self.heads.append(sizes["responseHeadersSize"])
        self.saves += request.url.endswith("/spara")
        self.pages += not request.url.endswith("/spara")


def typed_in(browser: Browser, link: str) -> Gone:
    """One enterprise answers, key by key, in a browser of its own."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="sv-SE")
    page, gone = context.new_page(), Gone()
    page.on("requestfinished", gone.note)
    page.goto(link)
    page.locator("main form button").first.click()
    page.wait_for_url("**/svara/siffror")
    for name, text in TYPED.items():
        page.locator(f"[name={name}]").press_sequentially(text, delay=BETWEEN_KEYS)
        page.keyboard.press("Tab", delay=4 * BETWEEN_KEYS)
    page.locator("button.button[name=go][value=next]").click()
    page.wait_for_url("**/svara/granska")
    page.locator("[name=certify]").check()
    page.locator("main form button.button", has_text="Lämna in").click()
    page.wait_for_url("**/svara/kvitto")
    page.wait_for_load_state("networkidle")
    context.close()
    return gone


def bench_browser(times: int = 5) -> list[Gone]:
    """Print and return what each of some enterprises asked for; the first fills the cache."""
    with running(1 + times) as (base, pids, paths), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=["--no-sandbox"])
        typed_in(browser, base + paths[0])
        cpu = cpu_seconds(*pids)
        found = [typed_in(browser, base + path) for path in paths[1:]]
        cost = 1000 * (cpu_seconds(*pids) - cpu) / times
        browser.close()
    print(f"\nA complete response in Chromium, median of {times}: {_mid(found, 'pages'):.0f} pages"
          f" and redirects, {_mid(found, 'saves'):.0f} autosaves, {_mid(found, 'static'):.0f}"
          f" static files; {_mid(found, 'bodies') / 1000:.0f} kB, heads"
          f" {statistics.mean(found[0].heads):.0f} bytes each; {cost:.0f} ms of CPU")  # fmt: skip
    return found


def _mid(found: list[Gone], name: str) -> Any:
    return statistics.median(getattr(each, name) for each in found)
