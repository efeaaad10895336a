"""A hostile walk: every route, as every role, with valid tokens and whatever may break something.

`make fuzz` takes a hundred thousand steps; `make test` a few hundred, always the same. None may
answer 500, open a page to somebody it is not for, or show one enterprise what another wrote.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import string
from collections import Counter
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Flask
from sqlite_utils import Database

from survey_data.database import run, scalar
from tests.conftest import BASE
from tests.web.test_routes import (
    ANYONE,
    MAY,
    ROUTES,
    WAITING,
    addresses,
    everyone,
    is_refused,
)

__all__ = ["addresses", "everyone"]
STEPS = int(os.environ.get("FUZZ_STEPS", "400"))
SEED = int(os.environ.get("FUZZ_SEED", "20261130"))
# Everything is as it was after so many steps, so that what one destroyed is there for the next.
STEPS_EACH = 40
LINKS = ("/s/<link:token>", "/logga-in/<link:token>", "/samordna/telefon/<int:invitation_id>")
CANARY = "Kanariefågel 7731"
HOSTILE = (
    "", "0", "-1", "1", "2", "9" * 25, str(2**63), "1e308", "NaN", "٣", "1.5", "true", "null",
    "' OR 1=1 --", '"; DROP TABLE response; --', "%00", "\x00", "\r\nSet-Cookie: a=b", "../../etc",
    "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "%(name)s", "=1+1", "\ud7ff\uffff",
    "🎉" * 50,
    "a" * 5_000, "\u202e", "2021-02-30", "0000-00-00", "9999-12-31", "2021", "sv", "latest", "1,2",
    "//evil.example", "\\evil.example", "javascript:alert(1)", "file:///etc/passwd", "csv", "xlsx",
)  # fmt: skip
FIELD = re.compile(r'name="([\w.-]+)"')
ODD_HEADERS = (
    {}, {}, {}, {"Accept-Language": "x" * 500}, {"Accept": "application/json"},
    {"Range": "bytes=-"},
    {"X-Forwarded-For": "1.1.1.1"}, {"If-None-Match": '"'}, {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data; boundary="}, {"Cookie": "asf=.x.y"},
    {"If-Modified-Since": "yesterday"}, {"Referer": "http://evil.example/"},
)  # fmt: skip


class Walk:
    """One who goes everywhere and tries everything, the same way each time."""

    def __init__(self, clients: dict[str, httpx.Client], known: dict[str, str]) -> None:
        self.random, self.clients, self.known = random.Random(SEED), clients, known
        self.cookies = {who: httpx.Cookies(client.cookies) for who, client in clients.items()}
        self.fields: dict[str, set[str]] = {rule: set() for _method, rule in ROUTES}
        self.tokens = {who: self._token(client) for who, client in clients.items()}

    def _token(self, client: httpx.Client) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/ny-lank").text)
        assert found
        return found[1]

    def as_before(self) -> None:
        """Be signed in as at the beginning, whoever signed out since."""
        for who, client in self.clients.items():
            client.cookies = httpx.Cookies(self.cookies[who])

    def step(self) -> tuple[str, str, str, httpx.Response]:
        """Who did what where, and what came of it."""
        choose = self.random
        method, rule = choose.choice(list(ROUTES))
        who = choose.choice(list(self.clients))
        client, path = self.clients[who], self._path(rule)
        sent: dict[str, Any] = {"headers": choose.choice(ODD_HEADERS)}
        if choose.random() < 0.3:
            sent["params"] = self._typed(("lang", "sok", "sortera", "sida", "next", "q", "nu"))
        if method == "POST":
            sent["data"] = {"csrf_token": self.tokens[who]} | self._typed(
                sorted(self.fields[rule]) or ("id", "name", "email", "year", "go", "revision")
            )
            if choose.random() < 0.1:
                sent["files"] = {"file": ("../x.csv", choose.randbytes(200), "text/csv")}
        reply = client.request(method, path, **sent)
        if rule in LINKS:
            # Whoever holds a link, or calls an enterprise, is a respondent too from then on.
            client.cookies = httpx.Cookies(self.cookies[who])
        if method == "GET" and "text/html" in reply.headers.get("content-type", ""):
            self._learn(reply.text)
        return who, method, rule, reply

    def _learn(self, page: str) -> None:
        """Which fields the forms of a page have, for those who send to them."""
        for action, inside in re.findall(
            r'<form[^>]*action="([^"?]+)[^"]*"(.*?)</form>', page, re.S
        ):
            for rule in self.fields:
                shape = re.sub(r"<[^>]+>", "[^/]+", rule)
                if re.fullmatch(shape, action):
                    self.fields[rule] |= set(FIELD.findall(inside)) - {"csrf_token"}

    def _path(self, rule: str) -> str:
        if self.random.random() < 0.6:
            for part, value in self.known.items():
                rule = rule.replace(part, value)
        return re.sub(r"<[^>]+>", lambda _part: _quoted(self._value()), rule)

    def _value(self) -> str:
        if self.random.random() < 0.15:
            return "".join(self.random.choices(string.printable, k=self.random.randrange(30)))
        return self.random.choice(HOSTILE)

    def _typed(self, names: Any) -> dict[str, Any]:
        return {
            name: [self._value() for _ in range(self.random.choice((1, 1, 1, 3)))]
            for name in names
            if self.random.random() < 0.7
        }


def _quoted(value: str) -> str:
    return httpx.QueryParams({"a": value[:300]}).__str__()[2:].replace("+", "%20") or "x"


def plant(db: Database) -> None:
    """Something that one enterprise wrote, which no other may read."""
    other = scalar(db, "SELECT max(invitation_id) FROM response")
    run(
        db,
        "INSERT INTO draft (invitation_id, question, value, revision, saved_at, saved_by)"
        " SELECT ?, 'comment_changes', ?, 1, max(saved_at), max(saved_by) FROM draft",
        (other, f'"{CANARY}"'),
    )


def as_a_server(app: Flask) -> Any:
    """The application as a server calls it: with the bytes of a path as PEP 3333 wants them."""

    def called(given: dict[str, Any], start_response: Any) -> Any:
        path = given["PATH_INFO"].encode("utf-8", "surrogatepass").decode("latin-1")
        return app({**given, "PATH_INFO": path}, start_response)

    return called


def leads_home(location: str) -> bool:
    """Whether a redirect stays with us, also as a browser reads a backslash."""
    return urlsplit(location.replace("\\", "/")).netloc in ("", urlsplit(BASE).netloc)


def is_closed(rule: str, method: str, who: str, reply: httpx.Response) -> bool:
    """Whether somebody whom a page is not for was kept out, or met something on the way."""
    needed = ROUTES[method, rule]
    if needed in (ANYONE, WAITING) or who in MAY[needed]:
        return True
    # 308: two slashes become one, before anybody is asked who they are.
    return reply.status_code in (308, 400, 404, 405, 413, 429) or is_refused(reply, needed)


def test_nothing_breaks_opens_or_leaks(
    demonstration: Flask,
    db: Database,
    addresses: dict[str, str],
    everyone: dict[str, httpx.Client],
) -> None:
    plant(db)
    there = httpx.WSGITransport(app=as_a_server(demonstration))
    clients = {
        who: httpx.Client(transport=there, base_url=BASE, cookies=client.cookies)
        for who, client in everyone.items()
    }
    walk, statuses = Walk(clients, addresses), Counter[int]()
    with closing(sqlite3.connect(":memory:")) as before:
        db.conn.backup(before)
        for number in range(STEPS):
            if number % STEPS_EACH == 0:
                before.backup(db.conn)
                walk.as_before()
                demonstration.extensions["limits"].reset()
            who, method, rule, reply = walk.step()
            about = f"step {number}: {who} {method} {rule} {reply.request.url} {reply.status_code}"
            assert reply.status_code < 500, about
            assert is_closed(rule, method, who, reply), about
            assert who in MAY["analyst"] or CANARY not in reply.text, about
            assert "Set-Cookie: a=b" not in str(reply.headers), about
            assert leads_home(reply.headers.get("location", "/")), about
            statuses[reply.status_code] += 1
    # A walk that is stopped at the door proves nothing.
    assert statuses[200] > STEPS / 10, statuses
    assert statuses[400] < STEPS / 3, statuses
