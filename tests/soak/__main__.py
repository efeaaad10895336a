"""`python -m tests.soak races [--times N]`: each race many times, on a data folder of its own."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

from app import create_app
from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.rounds import rounds
from tests.soak.races import RACES, run


def main() -> None:
    """Run each race as often as asked and say what came of it; exit 1 where a save was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["races"])
    parser.add_argument("--times", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data", "TESTING": True})
        db = app.extensions["store"].db
        fictitious_enterprises.add_to_register(db, "soak")
        rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "soak")
        lost = 0
        for name in RACES:
            result = run(app, name, asked.times)
            lost += len(result.faults)
            sys.stdout.write(f"{name}: {result}\n")
        app.extensions["store"].close()
    sys.exit(lost > 0)


if __name__ == "__main__":
    main()
