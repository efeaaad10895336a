"""The port, several processes that answer on it, and what is done over and over beside them.

One process only looks after the others. It has no threads, so it may fork at any time: a process
that dies is replaced a moment later, and no other notices. The calendar, the mail and the backups
are one process of their own; what a start repairs has been repaired before there are any.

    looks after ──┬── pages      all accept on the same port
                  ├── pages
                  └── calendar   one: nothing is sent or published twice

What a process keeps to itself may differ between them: parsed questionnaires and board pages are
kept by their content, and the limits against guessing, counted in each, are far below what guessing
takes. What must hold for all, codes tried and mails sent, is counted in the database.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Thread

import click

log = logging.getLogger("asf.chores")
# One that dies at once, again and again, must not keep a core busy with being replaced.
PAUSE_SECONDS = 0.5
ENDING = {signal.SIGINT, signal.SIGTERM}


def listen(host: str, port: int) -> socket.socket:
    """The port, which is ours from here on; refuses in one sentence where it cannot be had."""
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
