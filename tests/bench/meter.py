"""What is measured: the work of a process, and of a journey every request as it is on the wire.

Statements and commits are those of this process, which SQLite itself reports; a commit waits for
the disk once. Time is the processor's, for machines are shared; the clock's only for percentiles.
"""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

import brotli

TICKS = os.sysconf("SC_CLK_TCK")
# What a page holds for its own form, and a browser sends back as it is.
HIDDEN = re.compile(rb'name="(csrf_token|invitation|window|revision|seen)" value="([^"]+)"')
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP")


class Meter:
    """The work of this process in a `with` block, on connections it opens there or is given."""

    active: ClassVar[list[Meter]] = []
    _is_hooked = False

    def __init__(self, *connections: sqlite3.Connection) -> None:
        self.statements: list[str] = []
        self.commits = 0
        self.cpu = self.wall = 0.0
        self._connections = list(connections)
        self._changed: set[int] = set()

    def __enter__(self) -> Meter:
        if not Meter._is_hooked:
            # Such a hook is never taken away again, so there is one for all.
            sys.addaudithook(_meet)
            Meter._is_hooked = True
        Meter.active.append(self)
        for connection in self._connections:
            self._watch(connection)
        self._begun = time.process_time(), time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        cpu, wall = self._begun
        self.cpu, self.wall = time.process_time() - cpu, time.perf_counter() - wall
        Meter.active.remove(self)
        for connection in self._connections:
            try:
                connection.set_trace_callback(None)
            except sqlite3.ProgrammingError:
                continue  # Closed meanwhile.

    def met(self, connection: sqlite3.Connection) -> None:
        """Count on a connection opened meanwhile."""
        self._connections.append(connection)
        self._watch(connection)

    def _watch(self, connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(lambda sql: self._count(connection, sql))

    def _count(self, connection: sqlite3.Connection, sql: str) -> None:
        verb, place = sql.lstrip()[:7].upper(), id(connection)
        if verb.startswith(WRITES) and self.statements and sql == self.statements[-1]:
            # What its triggers do is reported under the statement's own words.
            return
        self.statements.append(sql)
        if verb.startswith(WRITES):
            # Beside a transaction each is a commit of its own.
            self.commits += not connection.in_transaction
            if connection.in_transaction:
                self._changed.add(place)
        elif verb.startswith("COMMIT") and place in self._changed:
            self.commits += 1
            self._changed.discard(place)

    def __str__(self) -> str:
        return (
            f"{1000 * self.cpu:.0f} ms of CPU, {len(self.statements)} SQL statements,"
            f" {self.commits} commits"
        )


def _meet(event: str, given: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect/handle" and isinstance(given[0], sqlite3.Connection):
        for meter in Meter.active:
            meter.met(given[0])


@dataclass(frozen=True)
class Request:
    """One request and its answer, in bytes as they went over the wire."""

    method: str
    path: str
    sent: int
    status: int
    head: int
    body: int
    # The page before it was compressed.
    page: int


@dataclass
class Browser:
    """The lightest thing that goes the whole way: one socket, and its own cookies."""

    base: str
    requests: list[Request] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        where = urlsplit(self.base)
        self.host = where.netloc
        self.socket = socket.create_connection((where.hostname, where.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: str = "") -> tuple[str, bytes]:
        """Send a request and follow where it leads; returns path and content."""
        status, head, content = self.once(method, path, body)
        for value in re.findall(rb"(?im)^set-cookie: ([^;\r]+)", head):
            name, _, kept = value.decode().partition("=")
            self.cookies[name] = kept
        if status in (302, 303):
            found = re.search(rb"(?im)^location: (\S+)", head)
            assert found
            onward = urlsplit(found[1].decode())
            return self.ask("GET", onward._replace(scheme="", netloc="", fragment="").geturl())
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status}")
        return path, content

    def once(self, method: str, path: str, body: str = "") -> tuple[int, bytes, bytes]:
        """One request alone: status, head and page."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Accept-Encoding: br"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        sent = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        begun = time.perf_counter()
        self.socket.sendall(sent)
        head, content = self._answer()
        self.seconds.append(time.perf_counter() - begun)
        got, status = len(content), int(head[9:12])
        if b"content-encoding: br" in head.lower():
            content = brotli.decompress(content)
        self.requests.append(
            Request(method, path, len(body), status, len(head) + 4, got, len(content))
        )
        return status, head, content

    def _answer(self) -> tuple[bytes, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, content = got.partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^content-length: (\d+)", head)
        length = int(found[1]) if found else 0
        while len(content) < length:
            content += self._more()
        return head, content

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        if not more:
            raise RuntimeError("the server hung up")
        return more

    def send(self, where: str, fields: Sequence[tuple[str, str]], page: bytes) -> tuple[str, bytes]:
        """Send a form with what the page holds for it."""
        found = {name.decode(): value.decode() for name, value in HIDDEN.findall(page)}
        return self.ask("POST", where, urlencode([(n, found.get(n, v)) for n, v in fields]))


def cpu_seconds(*pids: int) -> float:
    """Processor time that processes have used."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def pss_mib(pid: int) -> float:
    """Memory that a process holds, its share of what it shares with others."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def percentiles(seconds: Sequence[float]) -> str:
    """The 50th, 95th and 99th percentile in milliseconds, each 8 wide."""
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [*seconds] * 99
    return "".join(f"{1000 * cuts[place]:>8.0f}" for place in (49, 94, 98))
