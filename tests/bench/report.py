"""How long the report's pages take and how heavy they are, with few and many years and places."""

import logging
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import brotli
from flask import Flask
from werkzeug.serving import make_server

from app import create_app
from tests.bench.documents import SIZES, _open_db
from tests.browser.look import chromium
from tests.support.processes import free_port

PAGES = (
    "/rapport/",
    "/rapport/employees",
    "/rapport/utforska?matt=employees&omrade=21&visa=index",
)
ROUNDS = 7


def bench_report(sizes: Sequence[tuple[int, int]] = SIZES, rounds: int = ROUNDS) -> None:
    """Each page the first time and again (median), as sent and compressed; then in a browser."""
    print("\nThe report's pages (ms wall; CPU ms of the median round)")
    print(
        f"{'years':>6}{'places':>8}  {'page':<22}{'cold':>7}{'warm':>7}{'CPU':>7}{'kB':>7}{'br':>7}"
    )
    for years, municipalities in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for page in PAGES:
                with _app(Path(folder), years, municipalities) as app:
                    print(f"{years:>6}{municipalities:>8}  {_line(app, page, rounds)}")
    with tempfile.TemporaryDirectory() as folder, _app(Path(folder), 5, 10) as app:
        in_a_browser(app)


@contextmanager
def _app(folder: Path, years: int, municipalities: int) -> Iterator[Flask]:
    app = create_app({"DATA_DIR": folder, "SMTP_URL": ""})
    if not Path(app.config["OPEN_DB"]).exists():
        _open_db(app.config["OPEN_DB"], years, municipalities)
    yield app
    app.extensions["store"].close()


def _line(app: Flask, page: str, rounds: int) -> str:
    client, taken, cpu = app.test_client(), [], []
    for _ in range(rounds + 1):
        started, used = time.perf_counter(), time.process_time()
        body = client.get(page).data
        taken.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - used))
    small = len(brotli.compress(body, quality=3)) / 1000
    warm, work = statistics.median(taken[1:]), statistics.median(cpu[1:])
    name = page.split("?", maxsplit=1)[0]
    return (
        f"{name:<22}{taken[0]:>7.0f}{warm:>7.0f}{work:>7.0f}{len(body) / 1000:>7.0f}{small:>7.0f}"
    )


def in_a_browser(app: Flask) -> None:
    """From the navigation to the drawn charts, and from the first touch to a live one."""
    from playwright.sync_api import sync_playwright

    port = free_port()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=["--no-sandbox"])
        drawn, live = zip(*(_touched(browser, port) for _ in range(3)), strict=True)
        browser.close()
    served.shutdown()
    print(
        f"in a browser, 390 px: all charts drawn {statistics.median(drawn):.0f} ms after"
        f" navigation; a chart alive {statistics.median(live):.0f} ms after the first touch"
    )


def _touched(browser: object, port: int) -> tuple[float, float]:
    page = browser.new_page(viewport={"width": 390, "height": 800})  # type: ignore[attr-defined]
    started = time.perf_counter()
    page.goto(f"http://127.0.0.1:{port}/rapport/", wait_until="domcontentloaded")
    page.locator("main figure svg").last.wait_for(state="attached")
    drawn = time.perf_counter() - started
    page.wait_for_load_state("load")
    started = time.perf_counter()
    page.locator("main .plot").first.hover()
    page.locator("main .live .main-svg").first.wait_for()
    live = time.perf_counter() - started
    page.close()
    return 1000 * drawn, 1000 * live


if __name__ == "__main__":
    bench_report()
