"""`make bench`: how much the running product bears, measured from the outside.

Machines are shared and noisy: CPU time is what the same work costs on a quiet machine, and where
there is a bare limit it is measured in the same run, by turns.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable

from tests.bench.answers import bench_answers
from tests.bench.autosave import bench_autosave
from tests.bench.browser import bench_browser
from tests.bench.data_pages import bench_data_pages
from tests.bench.documents import SIZES as SERIES
from tests.bench.documents import bench_documents
from tests.bench.mail import bench_mail, mail_server_process
from tests.bench.overview import SIZES, bench_overview
from tests.bench.publishing import SIZES as COUNTIES
from tests.bench.publishing import bench_protect, bench_publish, bench_release
from tests.bench.report import ROUNDS, bench_report
from tests.bench.start import EVERY as STARTS
from tests.bench.start import bench_start


def parts(each: int, tiny: bool = False) -> dict[str, Callable[[], object]]:
    """Every measurement by its name; a tiny one shows only that it still runs."""
    times = 1 if tiny else 5
    return {
        "answers": lambda: bench_answers(each),
        "workers": lambda: bench_answers(each, workers=2),
        "browser": lambda: bench_browser(times),
        "autosave": lambda: bench_autosave(10 * each),
        "office": lambda: bench_overview((12,) if tiny else SIZES, 4 * times),
        "mail": lambda: bench_mail(4 if tiny else 400, times),
        "publish": lambda: bench_publish((12,) if tiny else COUNTIES, times, 1 if tiny else 3),
        "protect": lambda: bench_protect(is_small=tiny),
        "release": lambda: bench_release(times),
        "start": lambda: bench_start(STARTS[:1] if tiny else STARTS, times),
        "documents": lambda: bench_documents(SERIES[:1] if tiny else SERIES),
        "report": lambda: bench_report(SERIES[:1] if tiny else SERIES, 1 if tiny else ROUNDS),
        "data": lambda: bench_data_pages(times),
    }


def main() -> None:
    """Run every measurement, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="some of the parts; all when none is named")
    parser.add_argument("--each", type=int, default=200, help="responses at each client count")
    chosen = parser.parse_args()
    if chosen.only == ["mail-server"]:
        return mail_server_process()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    all_parts = parts(chosen.each)
    for name in chosen.only or all_parts:
        all_parts[name]()
    return None


if __name__ == "__main__":
    sys.exit(main())
