"""One browser for them all, one server a file, a window of its own a test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.look import NARROW, PATIENCE_SECONDS, QUIET, WIDE, Watch, chromium
from tests.browser.served import Served, serve

Window = Callable[..., Page]

PATIENCE = 1000 * PATIENCE_SECONDS
# Where something is broken already, the rest need not wait as long to say what else is.
IMPATIENCE = 20_000
FAULTS_TO_BEAR = 3
expect.set_options(timeout=PATIENCE)
_failed: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Lose patience when the run is red anyhow, so that a broken day is known within the hour."""
    if report.failed:
        _failed.append(report.nodeid)
        if len(_failed) >= FAULTS_TO_BEAR:
            expect.set_options(timeout=IMPATIENCE)


def _patience() -> int:
    """How long a browser waits, in milliseconds."""
    return PATIENCE if len(_failed) < FAULTS_TO_BEAR else IMPATIENCE


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(playwright), args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on a copy of the demonstration."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(shown, folder)
    with serve(folder) as running:
        yield running


@pytest.fixture
def window(browser: Browser, served: Served) -> Iterator[Window]:
    """Opens windows with cookies of their own; at the end none of them has met a fault."""
    opened = []

    def open_window(width: str = "wide", **options: Any) -> Page:
        size = WIDE if width == "wide" else NARROW
        context = browser.new_context(
            viewport=size, base_url=served.base, locale="sv-SE", **options
        )
        context.set_default_timeout(_patience())
        opened.append((context, Watch(context, served.base)))
        return context.new_page()

    yield open_window
    faults = [fault for _, watch in opened for fault in watch.faults]
    for context, _ in opened:
        context.close()
    assert faults == []


@pytest.fixture
def office(served: Served, window: Window) -> Callable[..., Page]:
    """Opens windows in which the coordinator has signed in; with a clock of their own if asked."""

    def open_office(width: str = "wide", *, own_clock: bool = False, **options: Any) -> Page:
        page = window(width, **options)
        if own_clock:
            page.clock.install()
        page.goto(served.sign_in_link())
        page.get_by_role("button", name="Logga in").click()
        expect(page).to_have_url(f"{served.base}/samordna/")
        return page

    return open_office


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page where PICTURES names a folder."""

    def take(page: Page, name: str) -> None:
        if folder := os.environ.get("PICTURES"):
            Path(folder).mkdir(exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
