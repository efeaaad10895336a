"""How long one save takes while many type at once; a part of `make bench`."""

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

from tests.bench.answers import all_at_once, running
from tests.bench.meter import HIDDEN, Browser, cpu_seconds, percentiles

NAMES = ("employees_total", "employees_women", "employees_men")


def bench_autosave(each: int = 2000) -> None:
    """One save at 4 and 16 clients who type without a pause: latency, saves a second, CPU."""
    with running(20) as (base, pids, paths):
        print("\nAutosaves (one field each, without a pause between them)")
        print(f"{'clients':>8}{'saves/s':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}"
              f"{'CPU ms/save':>13}{'head':>6}{'body':>6}")  # fmt: skip
        for clients, share in ((4, paths[:4]), (16, paths[4:20])):
            acts = [typing(path, max(3, each // clients)) for path in share]
            cpu, begun = cpu_seconds(*pids), time.perf_counter()
            _, browsers = all_at_once(base, acts, clients)
            wall = time.perf_counter() - begun
            # What is begun with, the first four, is too little to be seen.
            saves = [s for b in browsers for s in b.seconds[4:]]
            last = browsers[-1].requests[-1]
            cost = 1000 * (cpu_seconds(*pids) - cpu) / len(saves)
            print(f"{clients:>8}{len(saves) / wall:>9.0f}{percentiles(saves)}{cost:>13.1f}"
                  f"{last.head:>6}{last.body:>6}")  # fmt: skip


def typing(path: str, times: int) -> Callable[[Browser], None]:
    """Somebody with the section on employees open, who types and never presses a button."""

    def act(browser: Browser) -> None:
        _, page = browser.ask("GET", path)
        browser.send(path, [("csrf_token", "")], page)
        _, page = browser.ask("GET", "/svara/anstallda")
        sent = {name.decode(): value.decode() for name, value in HIDDEN.findall(page)}
        for turn in range(times):
            name = NAMES[turn % 3]
            body = urlencode([*sent.items(), ("field", name), (name, str(turn))])
            _, said = browser.ask("POST", "/svara/anstallda/spara", body)
            sent["revision"] = str(json.loads(said)["revision"])

    return act
