"""The rehearsal: five autumns through the real product, compared with what was printed.

`python -m tests.support.five_autumns` (`make rehearse`). In an empty data folder it starts the real
server and a real mail server, and for each year opens the round, sends the mail, reads each link
out of its mail, answers over HTTP, closes and publishes. Then every printed figure is looked up in
the published database.
"""

import os
import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app import create_app
from survey_data.automation import fictitious_enterprises
from survey_data.automation.fictitious_enterprises import YEARS, Example
from survey_data.history.printed_series import published
from tests.support.files_from_people import fictitious_csv
from tests.support.http_visitor import Visitor, answer, loopback_client
from tests.support.mail_server import Inbox, mail_server, text_of
from tests.support.processes import free_port, server

FROM_THE_INVENTORY = ("enterprises", *fictitious_enterprises.PARTS.values())


@dataclass(frozen=True)
class Comparison:
    """One printed figure beside what the rehearsal published."""

    year: int
    area: str
    indicator: str
    printed: int
    found: int | None
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.printed == self.found


def command(app: Flask, *words: str) -> str:
    """Run one `flask` command and return what it says."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words, catch_exceptions=False)
    if done.exit_code:
        sys.exit(f"flask {' '.join(words)}: {done.output.strip()}")
    return done.output.strip()


def rehearse_all() -> None:
    """Replay 2016–2020 with example enterprises and compare with the printed series."""
    inbox = Inbox()
    with tempfile.TemporaryDirectory() as folder, mail_server(inbox) as smtp_url:
        data, port = Path(folder) / "data", str(free_port())
        base = f"http://127.0.0.1:{port}"
        # Commands in this process, beside the server: each would else read the product in anew.
        app = create_app({"DATA_DIR": data, "BASE_URL": base, "SMTP_URL": smtp_url})
        environment = {"ASF_DATA_DIR": str(data), "PORT": port, "ASF_SMTP_URL": smtp_url}
        _fill_register(app, Path(folder))
        with server(os.environ | environment | {"ASF_DEMO": "0"}):
            for year in YEARS:
                _rehearse_year(app, inbox, year)
        lines = compare(app.config["OPEN_DB"])
        app.extensions["store"].close()
    _print_table(lines)
    if not all(line.agrees for line in lines):
        sys.exit("Siffrorna stämmer inte med den tryckta serien.")
    print(f"\nAlla {len(lines)} siffror stämmer med den tryckta serien.")


def _fill_register(app: Flask, folder: Path) -> None:
    """Import the examples from a CSV file, as a coordinator would."""
    path = folder / "register.csv"
    path.write_text(fictitious_csv(), "utf-8")
    print(command(app, "register", "import", str(path), "--yes"))


def _rehearse_year(app: Flask, inbox: Inbox, year: int) -> None:
    started = time.monotonic()
    inbox.mails.clear()
    command(app, "round", "open", str(year), "--yes")
    command(app, "round", "send", str(year))
    asked = [e for e in fictitious_enterprises.examples() if e.exists(year)]
    numbers = fictitious_enterprises.numbers_of(year)
    for each in asked:
        _answer(inbox, each, numbers[each.enterprise.name], year)
    command(app, "round", "close", str(year))
    said = command(app, "publish", "--without-printed")
    print(f"  {year}: {len(asked)} svar, {said} ({time.monotonic() - started:.1f} s)")


def _answer(inbox: Inbox, each: Example, numbers: dict[str, int], year: int) -> None:
    link = links_to(inbox, each.contact.email)[-1]
    typed = fictitious_enterprises.answers_of(each, numbers, year)
    with Visitor(loopback_client()) as visitor:
        answer(visitor, link, typed)


def links_to(inbox: Inbox, recipient: str) -> list[str]:
    """The personal links that a recipient has been sent."""
    found = (re.findall(r"http\S+/s/\S+", text_of(mail)) for mail in inbox.to(recipient))
    return [link for links in found for link in links]


def compare(open_db: Path) -> list[Comparison]:
    """Every printed inventory figure beside the published one; parts, not stated totals.

    Where a stated total differs from its parts, the answers add up to the parts, and the
    line says what was stated.
    """
    with closing(sqlite3.connect(f"file:{open_db}?mode=ro", uri=True)) as db:
        found = {
            (year, area, indicator): value
            for year, area, indicator, value in db.execute(
                "SELECT year, area_code, indicator, value FROM observations"
            )
        }
    lines = [
        Comparison(v.year, v.area_code, v.indicator, v.value,
                   found.get((v.year, v.area_code, v.indicator)))
        for v in published()
        if v.indicator in (*FROM_THE_INVENTORY, "employees")
    ]  # fmt: skip
    return [*lines, *(_placed(year, found) for year in YEARS)]


def _placed(year: int, found: dict[tuple[int, str, str], int]) -> Comparison:
    printed = {v.indicator: v.value for v in published() if v.year == year and v.area_code == "21"}
    parts = sum(printed[name] for name in ("placed_af", "placed_kommun", "placed_other"))
    stated = printed["placed"]
    note = f"källan anger {stated}" if stated != parts else ""
    return Comparison(year, "21", "placed", parts, found.get((year, "21", "placed")), note)


def _print_table(lines: list[Comparison]) -> None:
    print(f"\n  {'År':6}{'Område':14}{'Mått':20}{'Tryckt':>8}{'Nu':>8}")
    for line in sorted(lines, key=lambda x: (x.year, x.indicator, x.area)):
        mark = "" if line.agrees else "  STÄMMER INTE"
        note = f"  ({line.note})" if line.note else ""
        found = "–" if line.found is None else line.found
        print(
            f"  {line.year:<6}{line.area:14}{line.indicator:20}"
            f"{line.printed:>8}{found:>8}{note}{mark}"
        )


if __name__ == "__main__":
    rehearse_all()
