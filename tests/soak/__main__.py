"""`python -m tests.soak [--share N] [PART …]`: everything many times, and a table of what came.

Each part has a data folder of its own. A share of 0.1 takes a tenth of the times. Ends with 1 where
anything that was acknowledged was lost, stored twice, mailed twice or given up.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from flask import Flask
from stdnum import luhn

from app import create_app
from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.rounds import rounds
from tests.soak.races import RACES, Result, run
from tests.soak.under_load import (
    beside_publishing,
    full_disks,
    kills_while_mailing,
    under_load,
)

Part = Callable[[Flask, Path, float], Result]
PARTS: dict[str, Part] = {
    **{
        name: lambda app, _folder, share, name=name: run(app, name, _of(1000, share))
        for name in RACES
    },
    "kills under load": lambda app, folder, share: under_load(
        app, folder, kills=_of(200, share)
    ),
    "kills while mailing": lambda app, folder, share: kills_while_mailing(
        app, folder, _of(100, share)
    ),
    "saves beside publishing": lambda app, _folder, share: beside_publishing(
        app, answer_all(app, share)
    ),
    "full disks": lambda _app, folder, share: full_disks(folder, _of(10, share)),
    "25 requests a second": lambda app, folder, share: under_load(
        app, folder, seconds=1800 * share
    ),
}  # fmt: skip
MANY, MANY_IN = 400, ("kills while mailing", "saves beside publishing")


def _of(times: int, share: float) -> int:
    return max(1, round(times * share))


def asked(folder: Path, *, many: bool) -> Flask:
    """An application whose round is open, with the demonstration's enterprises or many."""
    app = create_app({"DATA_DIR": folder, "TESTING": True, "SECOND_FACTOR": False})
    db = app.extensions["store"].db
    fictitious_enterprises.add_to_register(db, "soak")
    for place in range(MANY - len(fictitious_enterprises.examples()) if many else 0):
        start = f"40300{place:04}"
        number = start + luhn.calc_check_digit(start)
        one = Enterprise(number, f"Exempelkooperativet {place}", "2180", "2020-01-01")
        enterprises.save_enterprise(db, one, Contact(f"e{place}@example.org"), "soak")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "soak")
    return app


def answer_all(app: Flask, share: float) -> int:
    """Hand in for 358 enterprises of the round, or a share of them; returns how many."""
    db, pick = app.extensions["store"].db, random.Random(358)
    asked = rows(db, "SELECT id FROM invitation ORDER BY id LIMIT ?", (_of(358, share),))
    for row in asked:
        women, men, af, other = (pick.choice((0, 1, 2, 3, 4, 6, 9)) for _ in range(4))
        answers = {
            "status": "active", "employees_total": women + men, "employees_women": women,
            "employees_men": men, "placed_total": af + other, "placed_af": af,
            "placed_kommun": other,
        }  # fmt: skip
        responses.hand_in(db, row["id"], answers, "sv", mode="example")
    return len(asked)


def take(name: str, share: float) -> Result:
    """One part, on a data folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        app = asked(folder, many=name in MANY_IN)
        with closing(app.extensions["store"]):
            return PARTS[name](app, folder, share)


def main() -> None:
    """Take the parts that are asked for, and say what came of each as it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS])
    parser.add_argument("--share", type=float, default=float(os.environ.get("SOAK_SHARE", "1")))
    wanted = parser.parse_args()
    head = f"{'':28}{'lost':>6}{'doubled':>9}{'sent twice':>12}{'given up':>10}{'s':>7}\n"
    sys.stdout.write(head)
    faults = 0
    for name in wanted.parts or PARTS:
        began = time.monotonic()
        found = take(name, wanted.share)
        lost, doubled, twice, given_up = found.bad
        faults += sum(found.bad)
        took = round(time.monotonic() - began)
        sys.stdout.write(f"{name:28}{lost:6}{doubled:9}{twice:12}{given_up:10}{took:7}  {found}\n")
        sys.stdout.flush()
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
