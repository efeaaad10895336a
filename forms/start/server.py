"""The one process: a uvicorn server, with the calendar and the outbox looked after beside it.

What may come in at all is decided in `entrance`.
"""

from __future__ import annotations

import contextvars
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import click
import uvicorn
from flask import Flask, current_app

from forms.mail import imap
from forms.mail.delivery import deliver, deliver_trial
from forms.start.entrance import BoundedProtocol, Entrance
from forms.start.operations import Health
from forms.start.workers import Chores, listen, look_after
from forms.web.logs import Logged
from forms.web.request_context import places, survey_db
from survey_data import clock, outbox
from survey_data.automation import calendar_runner, retention
from survey_data.clock import LeapWatch
from survey_data.operations import backup, readiness
from survey_data.publishing.publish import repair

# Far above an autumn's busiest minute, far below what the machine has of open files.
MOST_CONNECTIONS = 500


def start_delivery(app: Flask) -> Chores:
    """Carry out what is due and deliver the outbox, until it is told to stop."""
    app.extensions["stopping"], app.extensions["leaps"] = Event(), LeapWatch()
    # Each with its seconds between; apart, so that a fault in the one never stops the other.
    jobs: dict[Callable[[], object], int] = {
        _deliver: 2,
        look_at_calendar: 5,
        (lambda: retention.tidy(survey_db())): 3600,
        (lambda: imap.look(survey_db())): 180,
        # What was decided and could not be carried out at once, as on a disk that filled just then.
        (lambda: repair(survey_db(), places())): 60,
        # Far more often than a backup is due, so that a night without power delays it little.
        _back_up: 600,
    }
    chores = [(partial(_run, app, job), seconds) for job, seconds in jobs.items()]
    return Chores(chores, app.extensions["stopping"])


def _run(app: Flask, job: Callable[[], object]) -> None:
    with app.app_context():
        see_leap()
        job()


def see_leap() -> None:
    """Hold what a leap of the clock made due, before anything else is done; in an app context."""
    watch = current_app.extensions["leaps"]
    with watch.lock:
        if leap := watch.leap():
            calendar_runner.note_leap(survey_db(), leap)
            watch.note(leap)


def look_at_calendar() -> None:
    """Carry out what is due, and not what only a leap of the clock made due; in an app context."""
    readiness.note_alive(Path(current_app.config["DATA_DIR"]))
    # Read before the watch looks: what the clock leaps past from here on is seen the next time.
    now = clock.now()
    see_leap()
    calendar_runner.run_due(survey_db(), places(), now)


def _back_up() -> None:
    config = current_app.config
    backup.make_daily(
        survey_db(), Path(config["DATA_DIR"]), Path(config["BACKUP_DIR"]),
        passphrase=config["BACKUP_PASSPHRASE"], address=config["BASE_URL"],
    )  # fmt: skip


def _deliver() -> None:
    stop = current_app.extensions["stopping"]
    outbox.settle_abandoned(survey_db())
    deliver(survey_db(), stop)
    deliver_trial(stop)


def serve(
    app: Flask,
    asgi: Callable[..., Any],
    host: str,
    addresses: Callable[[], Mapping[str, str]],
    *,
    with_scheduler: bool = True,
    processes: int = 1,
) -> None:
    """Run until Ctrl-C, the second of two on a data folder without the scheduler."""
    listener = listen(host, app.config["PORT"])
    # A stopped service ends as Ctrl-C does: the mail under way is let go first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    scheduler = _started_scheduler(app) if with_scheduler and processes == 1 else None
    for what, address in addresses().items():
        click.echo(f"  {what + ':':28} {address}")
    click.echo("\n  Avsluta med Ctrl-C.\n")
    pages = partial(_answer_pages, app, asgi, listener)
    if processes > 1:
        _let_go(app)  # No connection is shared with a process that is forked from this one.
        return look_after(pages, partial(_keep_calendar, app, listener), processes)
    try:
        pages()
    finally:
        _let_go(app, scheduler)


def _let_go(app: Flask, scheduler: Chores | None = None) -> None:
    if scheduler is not None:
        scheduler.shutdown()
    app.extensions["store"].close()
    app.extensions["trial"].close()


def _keep_calendar(app: Flask, listener: socket.socket) -> None:
    listener.close()
    scheduler = _started_scheduler(app)
    with suppress(KeyboardInterrupt):
        signal.pause()
    # Asked twice, the mail under way is finished all the same.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _let_go(app, scheduler)


def _answer_pages(app: Flask, asgi: Callable[..., Any], listener: socket.socket) -> None:
    config = uvicorn.Config(
        Logged(
            Entrance(Health(app, asgi), app.config["BASE_URL"], proxies=app.config["PROXIES"]),
            behind_proxy=bool(app.config["PROXIES"]),
        ),
        http=BoundedProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        log_config=None,
        log_level="warning",
        access_log=False,  # Addresses hold personal links.
        server_header=False,
        lifespan="off",
        loop="asyncio",
        # uvicorn would believe the leftmost, which anyone can write; Entrance reads them.
        proxy_headers=False,
    )
    with suppress(KeyboardInterrupt):
        # The command's own application context must not reach the requests: Flask would
        # take it for theirs, and one visitor's `g` would be everyone's.
        contextvars.Context().run(uvicorn.Server(config).run, sockets=[listener])


def _started_scheduler(app: Flask) -> Chores:
    # Only once the port is ours: until then another server may be sending from this folder.
    with app.app_context():
        outbox.settle_abandoned(survey_db(), at_start=True)
    readiness.note_alive(Path(app.config["DATA_DIR"]))
    return start_delivery(app)
