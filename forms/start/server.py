"""The server: the port, the processes that answer on it, and what is done over and over beside.

What may come in at all is decided in `entrance`. Of several processes one only looks after the
others. It has no threads, so it may fork at any time: a process that dies is replaced a moment
later, and no other notices. The calendar, the mail and the backups are one process of their own;
what a start repairs has been repaired before there are any.

    looks after ──┬── pages      all accept on the same port
                  ├── pages
                  └── calendar   one: nothing is sent or published twice

What a process keeps to itself may differ between them: parsed questionnaires and board pages are
kept by their content, and the limits against guessing, counted in each, are far below what guessing
takes. What must hold for all, codes tried and mails sent, is counted in the database.
"""

import contextvars
import errno
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
import uvicorn
from flask import Flask, current_app

from forms.mail import imap
from forms.mail.delivery import deliver, deliver_trial
from forms.start.entrance import BoundedProtocol, Entrance
from forms.start.operations import Health
from forms.web.logs import Logged
from forms.web.request_context import places, survey_db
from survey_data import clock, outbox
from survey_data.automation import calendar_runner, retention
from survey_data.clock import LeapWatch
from survey_data.operations import backup, readiness
from survey_data.publishing.publish import repair

log = logging.getLogger("asf.chores")
# Far above an autumn's busiest minute, far below what the machine has of open files.
MOST_CONNECTIONS = 500
# One that dies at once, again and again, must not keep a core busy with being replaced.
PAUSE_SECONDS = 0.5
ENDING = {signal.SIGINT, signal.SIGTERM}


def take_port(host: str, port: int) -> socket.socket:
    """The port, which is ours from here on; refuses in one sentence where it cannot be had.

    Whoever asks there is refused until `serve` begins.
    """
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
    return listener


class Chores:
    """Work done over and over beside the pages, each kind in a thread of its own.

    The pauses are counted by a clock that nobody can set: one that is put back a day does not stop
    the work for a day. One at a time of each kind, and a fault is logged and tried again.
    """

    def __init__(self, chores: Iterable[tuple[Callable[[], object], float]], stop: Event) -> None:
        self.stop = stop
        self._threads = [Thread(target=self._repeat, args=chore, daemon=True) for chore in chores]
        for thread in self._threads:
            thread.start()

    def _repeat(self, chore: Callable[[], object], seconds: float) -> None:
        while not self.stop.wait(seconds):
            try:
                chore()
            except Exception:
                log.exception("chore")

    def shutdown(self) -> None:
        """Let what is under way be finished, and begin nothing more."""
        self.stop.set()
        for thread in self._threads:
            thread.join()


def look_after(pages: Callable[[], None], calendar: Callable[[], None], count: int) -> None:
    """Run so many processes of pages and one of the calendar until asked to stop."""
    # Every child reads it: it ends when this process does, however that happens.
    their_end, our_end = os.pipe()
    running: dict[int, Callable[[], None]] = {}

    def start(work: Callable[[], None]) -> None:
        # A signal meant for this process must not meet a child that does not know yet who it is.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        number = os.fork()
        if number == 0:
            os.close(our_end)
            _be(work, their_end)
        running[number] = work
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    # What is there already is never looked at again, and so stays shared between them.
    gc.freeze()
    try:
        for work in (calendar, *[pages] * count):
            start(work)
        while True:
            # What a start did in a process apart has left a helper of its own, which may end too.
            if ended := running.pop(os.wait()[0], None):
                time.sleep(PAUSE_SECONDS)
                start(ended)
    except KeyboardInterrupt:
        _stop(running)


def _be(work: Callable[[], None], their_end: int) -> None:
    """Be a child: do its work, and end without going on as the process it was forked from."""
    status = 1
    try:
        Thread(target=_end_with, args=(their_end,), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        work()
        status = 0
    except KeyboardInterrupt:
        status = 0
    finally:
        os._exit(status)


def _end_with(their_end: int) -> None:
    os.read(their_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(running: dict[int, Callable[[], None]]) -> None:
    for number in running:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
    while running:
        with suppress(KeyboardInterrupt):
            running.pop(os.wait()[0], None)


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
    listener: socket.socket,
    addresses: Callable[[], Mapping[str, str]],
    *,
    with_scheduler: bool = True,
    processes: int = 1,
) -> None:
    """Run until Ctrl-C, the second of two on a data folder without the scheduler."""
    listener.listen(256)
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
