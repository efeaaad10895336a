"""What every page must be, at every width: without faults, within its width, its own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Playwright, Request, ViewportSize

Shoot = Callable[[Page, str], None]
ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What does not come in that time never does, however busy the machine is.
PATIENCE_SECONDS = 180
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run",
         # Nobody watches it paint: a page costs three fifths of what it would.
         "--in-process-gpu",
         # The shell would make letters as wide as whole pixels, which no reader's browser does.
         "--font-render-hinting=none"]  # fmt: skip


def chromium(playwright: Playwright) -> str:
    """Where the browser is; raises where there is none, for then nothing is proved."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    if not Path(own).exists():
        raise FileNotFoundError("No Chromium here. Run: make browser")
    return own


def axe_source() -> str:
    """The accessibility checker; raises where it has not been set up."""
    if not AXE.exists():
        raise FileNotFoundError(f"{AXE.relative_to(ROOT)} is missing. Run: make setup-dev")
    return AXE.read_text("utf-8")


class Watch:
    """Listens to one browser window for everything that must not happen."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.host = urlsplit(base).netloc
        self.faults: list[str] = []
        # A page that answers 4xx or 5xx on purpose, or meets no network, is told of there too.
        self.expected = ("Failed to load resource: the server responded with a status of",
                         "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
                         "Failed to load resource: net::ERR_FAILED")  # fmt: skip
        context.on("request", self._asked)
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.host:
            self.faults.append(f"asked another host: {request.url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(self.expected):
            self.faults.append(f"{kind}: {text}")


def check(page: Page) -> None:
    """Fail unless the page is accessible and no wider than its window."""
    assert violations(page) == []
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"{page.url} scrolls sideways: {wide}"
    assert page.locator("h1").count() == 1, f"{page.url} has not one h1"


def look(page: Page, shoot: Shoot, name: str) -> None:
    """Fail unless the page is right at both widths as it stands; it is left narrow."""
    for width, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(size)
        shoot(page, f"{name}-{width}")
        check(page)


def violations(page: Page, *rules: str, within: str = "html") -> list[str]:
    """What axe finds by these rules (by all of them unless any is named), each with where it is.

    Within a part of the page, what is asked of pages as wholes is not asked.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe_source())
    # The whole of what axe says would take longer to send than to find.
    found: list[tuple[str, Any]] = page.evaluate(
        "async ([within, rules]) => (await axe.run(within, {resultTypes: ['violations'],"
        " ...(rules.length ? {runOnly: rules} : {})}))"
        ".violations.map((fault) => [fault.id, fault.nodes.map((node) => node.target)])",
        [within, list(rules)],
    )
    return [f"{page.url} {rule}: {json.dumps(places)}" for rule, places in found]


# As long as the browser's own waits are, for a busy machine.
WAITS = 3600


def wait_until(page: Page, holds: str) -> None:
    """Wait for something in the page; asked from outside, as its policy forbids eval inside."""
    for _ in range(WAITS):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came: {holds}")
