"""The one process: a uvicorn server, with the calendar and the outbox looked after beside it."""

from __future__ import annotations

import contextvars
import errno
import logging
import signal
import socket
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import click
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from forms.mail import imap
from forms.mail.delivery import deliver, deliver_trial
from forms.start.connections import MOST_CONNECTIONS, BoundedProtocol, Entrance
from forms.start.health import Health
from forms.start.logs import Logged
from forms.web.request_context import places, survey_db
from survey_data import outbox
from survey_data.automation import calendar_runner, retention
from survey_data.operations import backup, readiness

DELIVER_EVERY_SECONDS = 2
# Every third minute, as the office says.
LOOK_EVERY_SECONDS = 180
# The calendar counts in minutes.
ACT_EVERY_SECONDS = 5
# Far more often than a backup is due, so that a night without power delays it little.
BACK_UP_EVERY_SECONDS = 600
TIDY_EVERY_SECONDS = 3600


def start_delivery(app: Flask) -> BackgroundScheduler:
    """Carry out what is due and deliver the outbox, until the scheduler is shut down."""
    scheduler = BackgroundScheduler(timezone="UTC")
    app.extensions["stopping"] = Event()
    # Apart, so that a fault in the one never stops the other.
    jobs = (
        (_deliver, DELIVER_EVERY_SECONDS),
        (_act, ACT_EVERY_SECONDS),
        (_tidy, TIDY_EVERY_SECONDS),
        (_look, LOOK_EVERY_SECONDS),
        (_back_up, BACK_UP_EVERY_SECONDS),
    )
    for job, seconds in jobs:
        # One at a time, and a late run makes up for those it missed.
        scheduler.add_job(
            partial(job, app), "interval", seconds=seconds, max_instances=1, coalesce=True
        )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler.start()
    return scheduler


def _act(app: Flask) -> None:
    readiness.note_alive(Path(app.config["DATA_DIR"]))
    with app.app_context():
        calendar_runner.run_due(survey_db(), places())


def _back_up(app: Flask) -> None:
    config = app.config
    with app.app_context():
        backup.make_daily(
            survey_db(), Path(config["DATA_DIR"]), Path(config["BACKUP_DIR"]),
            passphrase=config["BACKUP_PASSPHRASE"], address=config["BASE_URL"],
        )  # fmt: skip


def _tidy(app: Flask) -> None:
    with app.app_context():
        retention.tidy(survey_db())


def _look(app: Flask) -> None:
    with app.app_context():
        imap.look(survey_db())


def _deliver(app: Flask) -> None:
    stop = app.extensions["stopping"]
    with app.app_context():
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
) -> None:
    """Run until Ctrl-C; prints the addresses once the port is ours.

    One of two that share a data folder goes without the scheduler.
    """
    listener = _listen(host, app.config["PORT"])
    # So that a stopped service ends as Ctrl-C does: the mail under way is let go first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    scheduler = _started_scheduler(app) if with_scheduler else None
    for what, address in addresses().items():
        click.echo(f"  {what + ':':28} {address}")
    click.echo("\n  Avsluta med Ctrl-C.\n")
    config = uvicorn.Config(
        Logged(
            Entrance(Health(app, asgi), app.config["BASE_URL"], proxies=app.config["PROXIES"]),
            behind_proxy=bool(app.config["PROXIES"]),
        ),
        http=BoundedProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        # What the log says is said by its own handler.
        log_config=None,
        log_level="warning",
        # Addresses hold personal links.
        access_log=False,
        server_header=False,
        loop="asyncio",
        # uvicorn would believe the leftmost, which anyone can write; Entrance reads them.
        proxy_headers=False,
    )
    try:
        # The command's own application context must not reach the requests: Flask would
        # take it for theirs, and one visitor's `g` would be everyone's.
        contextvars.Context().run(uvicorn.Server(config).run, sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        if scheduler is not None:
            app.extensions["stopping"].set()
            scheduler.shutdown()
        app.extensions["store"].close()
        app.extensions["trial"].close()


def _started_scheduler(app: Flask) -> BackgroundScheduler:
    # Only once the port is ours: until then another server may be sending from this folder.
    with app.app_context():
        outbox.settle_abandoned(survey_db(), at_start=True)
    readiness.note_alive(Path(app.config["DATA_DIR"]))
    return start_delivery(app)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio turns Nagle's delay off on what it accepts.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as fault:
        if getattr(fault, "errno", None) == errno.EADDRINUSE:
            words = f"Port {port} är upptagen. Välj en annan: PORT={port + 1} make run"
        else:
            words = f"Det går inte att lyssna på {host}, port {port}: {fault}"
        raise click.ClickException(words) from None
    listener.listen(256)
    return listener
