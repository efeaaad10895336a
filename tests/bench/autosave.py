"""How long one save takes while many type at once; a part of `make bench`."""

from __future__ import annotations

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from tests.bench.__main__ import HIDDEN, Browser, cpu_seconds, running

NAMES = ("employees_total", "employees_women", "employees_men")


class Typist(Browser):
    """One person with the section on employees open, who types and never presses a button."""

    def __init__(self, base: str, path: str) -> None:
        super().__init__(base)
        _, content = self.ask("GET", path)
        [token] = [v.decode() for n, v in HIDDEN.findall(content) if n == b"csrf_token"]
        self.ask("POST", path, urlencode({"csrf_token": token}))
        _, content = self.ask("GET", "/svara/anstallda")
        self.sent = {name.decode(): value.decode() for name, value in HIDDEN.findall(content)}

    def type(self, name: str, text: str) -> float:
        """Save one field; the seconds until the server had it."""
        body = urlencode([*self.sent.items(), ("field", name), (name, text)])
        started = time.perf_counter()
        _, content = self.ask("POST", "/svara/anstallda/spara", body)
        taken = time.perf_counter() - started
        self.sent["revision"] = str(json.loads(content)["revision"])
        return taken


def bench_autosave(each: int) -> None:
    """One save at 4 and 16 clients who type without a pause: latency, saves a second, CPU."""
    with running(20) as (base, pid, paths):
        print("\nAutosaves (one field each, without a pause between them)")
        print(f"{'clients':>8}{'saves/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms/save':>13}")
        for clients, share in ((4, paths[:4]), (16, paths[4:20])):
            typists = [Typist(base, path) for path in share]
            cpu, started = cpu_seconds(pid), time.perf_counter()
            taken = type_all(typists, each // clients)
            wall = time.perf_counter() - started
            cost = 1000 * (cpu_seconds(pid) - cpu) / len(taken)
            high = 1000 * statistics.quantiles(taken, n=100)[98]
            middle = 1000 * statistics.median(taken)
            print(f"{clients:>8}{len(taken) / wall:>9.0f}{middle:>9.1f}{high:>9.1f}{cost:>13.1f}")


def type_all(typists: list[Typist], each: int) -> list[float]:
    """Everyone types so many times; the seconds of every save."""
    taken: list[float] = []
    lock = threading.Lock()

    def one(typist: Typist) -> None:
        mine = [typist.type(NAMES[turn % 3], str(turn)) for turn in range(each)]
        with lock:
            taken.extend(mine)

    with ThreadPoolExecutor(len(typists)) as pool:
        list(pool.map(one, typists))
    return taken
