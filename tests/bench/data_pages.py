"""What the data pages cost beside plain Datasette on the same file, in the same run."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from app import create_app, create_datasette
from tests.bench import publishing

QUERY = "?sql=select+*+from+observations+order+by+year"
PAGES = (
    "", "open", "open/codebook", "open/observations", "open/trend", "open/observations.csv",
    "open.json", "open/observations.json", "open/codebook.json",
    f"open{QUERY}", f"open.json{QUERY}", f"open.csv{QUERY}",
    "open/observations/2020,county,21,employees",
    "open/observations/2020,county,21,employees.json",
)  # fmt: skip
ROUNDS = 9


def bench_data_pages(rounds: int = ROUNDS) -> None:
    """CPU of each page, alternating with plain Datasette; medians and their ratio."""
    # Plugins are the whole process's, so each side has a process of its own.
    with (
        publishing.demonstration() as data,
        _asked("plain", data) as plain,
        _asked("ours", data) as ours,
    ):
        _compare(plain, ours, rounds)


@contextmanager
def _asked(side: str, data: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.bench.data_pages", side, str(data)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.communicate()


def _compare(plain: subprocess.Popen[str], ours: subprocess.Popen[str], rounds: int) -> None:
    print("\nData pages beside plain Datasette on the same file (CPU ms, kB sent)")
    print(f"{'page':<50}{'plain':>8}{'ours':>8}{'ratio':>8}{'plain kB':>10}{'ours kB':>9}")
    for page in PAGES:
        # The first fills what each keeps.
        pairs = [(_ask(plain, page), _ask(ours, page)) for _ in range(rounds + 1)][1:]
        before, after = (statistics.median(each[side][0] for each in pairs) for side in (0, 1))
        print(
            f"/{page:<49}{before:>8.1f}{after:>8.1f}{after / before:>8.2f}"
            f"{pairs[0][0][1] / 1000:>10.0f}{pairs[0][1][1] / 1000:>9.0f}"
        )


def _ask(process: subprocess.Popen[str], page: str) -> tuple[float, int]:
    process.stdin.write(f"{page}\n")
    process.stdin.flush()
    cost, size = process.stdout.readline().split()
    return float(cost), int(size)


def _answer_pages(side: str, folder: str) -> None:
    """One side: for each page named on standard input its cost and size."""
    data = Path(folder)
    if side == "ours":
        app = create_app({"DATA_DIR": data, "SMTP_URL": ""})
        app.extensions["store"].close()
        server, base = create_datasette(app).app(), "/data/"
    else:
        server, base = Datasette([str(data / "open.db")]).app(), "/"
    with asyncio.Runner() as runner:
        for page in sys.stdin:
            cost, size = runner.run(_cost(server, base + page.strip()))
            print(cost, size, flush=True)


async def _cost(server: Any, path: str) -> tuple[float, int]:
    """CPU milliseconds and bytes of one answer, as a browser that takes gzip asks."""
    size, statuses = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal size
        size += len(message.get("body", b""))
        statuses.append(message.get("status"))

    path, _, query = path.partition("?")
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [(b"accept-encoding", b"gzip")],
        "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    used = time.process_time()
    await server(scope, receive, send)
    cost = 1000 * (time.process_time() - used)
    if statuses[0] != 200:
        raise RuntimeError(f"{path}: {statuses[0]}")
    return cost, size


if __name__ == "__main__":
    _answer_pages(*sys.argv[1:]) if sys.argv[1:] else bench_data_pages()
