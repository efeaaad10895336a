"""How long the coordinator's office takes with few, many and very many enterprises."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import httpx
from sqlite_utils import Database
from stdnum import luhn

from app import create_app
from forms.questionnaire.inventory import as_dicts
from forms.web.request_context import survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.database import run, writing
from survey_data.follow_up import mailings
from survey_data.register import enterprises
from survey_data.rounds import rounds
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.support.http_visitor import Visitor

BASE = "http://127.0.0.1"
SIZES = (30, 358, 10_000)
PAGES = {
    "the office": "/samordna/",
    "sorted, page 2": "/samordna/?sortera=employees&sida=2",
    "searched": "/samordna/?sok=12",
    "the state card": "/samordna/laget",
    "the register": "/samordna/foretag",
    "duplicates": "/samordna/foretag/dubbletter",
    "the review": "/samordna/granska",
    "the outbox": "/samordna/utskick",
    "publishing": "/samordna/publicering",
    "the answers": "/samordna/svar.csv",
}
HAND_IN = """INSERT INTO response (invitation_id, version, reference, handed_in_at, mode, language,
    status, employees_total, employees_women, employees_men, placed_total, placed_af)
    SELECT i.id, 1, 'Bench ' || i.id, strftime('%Y-%m-%dT%H:%M:%f+00:00', r.opened_at,
        '+' || (i.id % 400) || ' minutes'), 'web', 'sv', 'active',
        4 + i.id % 9, 2 + i.id % 5, 2 + (i.id % 9) - (i.id % 5), i.id % 7, i.id % 7
    FROM invitation i JOIN round r ON r.id = i.round_id WHERE r.year = ? AND i.id % 10 < ?"""


def _org_number(number: int) -> str:
    # Group digit 4 is not in use for any legal form.
    start = f"402{number:06}"
    return f"{start[:6]}-{start[6:]}{luhn.calc_check_digit(start)}"


def _enterprise(number: int) -> enterprises.Enterprise:
    towns = (*fictitious_enterprises.FIRST, *fictitious_enterprises.OTHERS)
    return enterprises.Enterprise(
        org_number=_org_number(number),
        name=f"Exempelkooperativet {number}",
        municipality_code=towns[number % len(towns)],
        legal_form="economic_association",
        active_from="2010-01-01",
        is_example=True,
    )


def fill(db: Database, count: int) -> None:
    """A year that nearly everyone answered, and one in the middle of its collection."""
    with writing(db):
        enterprises.load_municipalities(db)
        for number in range(count):
            contact = enterprises.Contact(
                email=f"{number}@example.org", name="Exempel", phone="000-0"
            )
            enterprises.save_enterprise(db, _enterprise(number), contact, "bench")
    for year, share in ((2020, 9), (2021, 6)):
        days = (date(year, 10, 1), date(year, 11, 15))
        rounds.open_round(db, year, *days, as_dicts(year), "bench")
        mailings.queue_invitations(db, year, "bench")
        with writing(db):
            run(db, "UPDATE outbox SET state = 'sent', sent_at = created_at")
            run(db, HAND_IN, (year, share))
        if year == 2020:
            rounds.close_round(db, year, "bench")


def _signed_in(app: object, db: Database) -> Visitor:
    visitor = Visitor(httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE))  # type: ignore[arg-type]
    who = staff.add(db, "bench@example.org", "coordinator", "bench")
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    visitor.submit(page, page.forms()[-1])
    return visitor


def milliseconds(visitor: Visitor, path: str, times: int) -> tuple[list[float], list[float]]:
    """How long so many looks at a page take, on the clock and of the processor."""
    wall, cpu = [], []
    visitor.open(BASE + path)
    for _ in range(times):
        started, used = time.perf_counter(), time.process_time()
        page = visitor.open(BASE + path)
        wall.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - used))
        assert (page.status, page.path) == (200, path.partition("?")[0]), page.url
    return wall, cpu


def bench_overview(sizes: Sequence[int] = SIZES, times: int = 20) -> None:
    """Print p50 and p95 of the office's pages at each size."""
    print(f"\nThe office, ms of {times} looks (processor time is that of a quiet machine)")
    print(f"{'':>8}  {'':<16}{'p50':>8}{'p95':>8}{'CPU p50':>9}{'CPU p95':>9}")
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            app = create_app({"DATA_DIR": Path(folder) / "data", "BASE_URL": BASE, "SMTP_URL": ""})
            app.config["SECOND_FACTOR"] = False
            with app.app_context():
                fill(survey_db(), count)
                visitor = _signed_in(app, survey_db())
            for name, path in PAGES.items():
                figures = [
                    f"{mark:>{width}.0f}"
                    for taken, width in zip(milliseconds(visitor, path, times), (8, 9), strict=True)
                    for mark in (statistics.median(taken), statistics.quantiles(taken, n=20)[18])
                ]
                print(f"{count:>8}  {name:<16}{''.join(figures)}")
            app.extensions["store"].close()
