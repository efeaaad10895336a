"""The second start, to the first answer, and what the server holds when nobody asks."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.answers import processes_on
from tests.bench.meter import cpu_seconds, pss_mib
from tests.support.processes import ROOT, free_port, server

# What a start has no use for: each is loaded by the first who asks for what it makes.
HEAVY = {"openpyxl", "pptx", "docx", "typst", "highspy", "numpy", "rdflib", "plotly", "arro3",
         "python_calamine", "authlib", "joserfc", "requests", "flufl", "PIL", "xlsxwriter", "lxml",
         "datasette"}  # fmt: skip
EVERY = ((), ("--only", "forms"), ("--only", "data"))


def bench_start(every: Sequence[tuple[str, ...]] = EVERY, times: int = 3) -> None:
    """CPU and memory of a start on a folder that has been served before."""
    print(f"\nSecond start, to the first answer; median of {times}")
    for parts in every:
        with tempfile.TemporaryDirectory() as folder:
            given = environment(Path(folder) / "data")
            with server(given | {"PORT": str(free_port())}):
                pass
            found = [_one(given, *parts) for _ in range(times)]
        cpu, wall, memory = (statistics.median(each) for each in zip(*found, strict=True))
        print(f"{' '.join(parts) or 'all':<14}{cpu:.2f} s of CPU, {wall:.1f} s,"
              f" {memory:.0f} MiB PSS idle")  # fmt: skip


def environment(data: Path) -> dict[str, str]:
    """As on a machine that keeps what is compiled, which all but the first start find there."""
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return compiled | {"ASF_DATA_DIR": str(data), "ASF_SMTP_URL": ""}


def _one(environment: dict[str, str], *parts: str) -> tuple[float, float, float]:
    port, begun = free_port(), time.perf_counter()
    with server(environment | {"PORT": str(port)}, *parts):
        wall = time.perf_counter() - begun
        pids = processes_on(port)
        cpu = cpu_seconds(*pids)
        time.sleep(1)
        return cpu, wall, sum(map(pss_mib, pids))


def loaded_by_a_start() -> set[str]:
    """Which heavy libraries are there once a server is ready to answer."""
    look = "import sys, tempfile, app; made = app.create_app({'DATA_DIR': tempfile.mkdtemp()});"
    say = "import forms.start.server; app.Dispatcher(made); print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", look + say], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in said.stdout.split()} & HEAVY
