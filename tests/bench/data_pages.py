"""What the data pages cost beside plain Datasette on the same file, in the same run."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from app import create_app, create_datasette
from forms.start import demo
from forms.web.request_context import survey_db
from survey_data.publishing.publish import publish

PAGES = (
    "", "open", "open/codebook", "open/observations", "open/trend", "open/observations.csv",
    "open.json", "open/observations.json", "open/codebook.json",
)  # fmt: skip
ROUNDS = 9


def bench_data_pages(rounds: int = ROUNDS) -> None:
    """CPU of each page, alternating with plain Datasette; medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data", "SMTP_URL": ""})
        with app.app_context():
            demo.set_up(survey_db())
            publish(survey_db(), app.extensions["places"], "bench")
        ours = create_datasette(app)
        plain = Datasette([str(app.config["OPEN_DB"])], settings={"base_url": "/"})
        app.extensions["store"].close()
        print("\nData pages beside plain Datasette on the same file (CPU ms, kB)")
        print(f"{'page':<26}{'plain':>8}{'ours':>8}{'ratio':>8}{'plain kB':>10}{'ours kB':>9}")
        asyncio.run(_compare(ours, plain, rounds))


async def _compare(ours: Datasette, plain: Datasette, rounds: int) -> None:
    servers = [(plain.app(), "/"), (ours.app(), "/data/")]
    for page in PAGES:
        taken: tuple[list[float], list[float]] = ([], [])
        sizes = [0, 0]
        for number in range(rounds + 1):
            for place, (server, base) in enumerate(servers):
                cost, sizes[place] = await _cost(server, base + page)
                if number:  # the first fills what each keeps
                    taken[place].append(cost)
        before, after = map(statistics.median, taken)
        print(
            f"/{page:<25}{before:>8.1f}{after:>8.1f}{after / before:>8.2f}"
            f"{sizes[0] / 1000:>10.0f}{sizes[1] / 1000:>9.0f}"
        )


async def _cost(server: Any, path: str) -> tuple[float, int]:
    """CPU milliseconds and bytes of one answer, as a browser that takes gzip asks."""
    size, statuses = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal size
        size += len(message.get("body", b""))
        statuses.append(message.get("status"))

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"accept-encoding", b"gzip")], "scheme": "http",
        "http_version": "1.1",
    }  # fmt: skip
    used = time.process_time()
    await server(scope, receive, send)
    cost = 1000 * (time.process_time() - used)
    if statuses[0] != 200:
        raise RuntimeError(f"{path}: {statuses[0]}")
    return cost, size


if __name__ == "__main__":
    bench_data_pages()
