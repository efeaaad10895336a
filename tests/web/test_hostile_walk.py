"""A hostile walk: every route, as every role, with valid tokens and whatever may break something.

`make fuzz` takes a hundred thousand steps; `make test` a few hundred, always the same. None may
answer 500, open a page to somebody it is not for, lose or calculate what was typed, or show one
what another wrote. Every route is met by everyone before any is met again.
"""

import asyncio
import os
import random
import re
import sqlite3
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException

from forms.start.dispatcher import Dispatcher, create_datasette
from survey_data.database import run, scalar
from survey_data.responses import delegations
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.conftest import BASE
from tests.support.http_visitor import Form, Page, Visitor
from tests.web.test_routes import (
    ANALYST,
    ANYONE,
    MAY,
    RESPONDENT,
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
# What one enterprise wrote, and the contact of every other.
CANARIES = ("Kanariefågel 7731", "Kanariekontakt 7732")
MARK = "Ordet 4417 står kvar"
CALCULATED = str(7077 * 7)
# Of the processor; the first interactive chart of a release takes four.
MOST_SECONDS = 5.0
HOSTILE = (
    "", " \t ", "0", "-1", "1", "2", "9" * 25, str(2**63), "1e308", "NaN", "٣", "1.5", "true",
    "null", "' OR 1=1 --", '"; DROP TABLE response; --', "%00", "\x00", "\r\nSet-Cookie: a=b",
    "../../etc", "<script>alert(1)</script>", "{{ 7077*7 }}", "${7077*7}", "%(name)s", "=1+1",
    "\ud7ff\uffff", "🎉" * 50,
    "a" * 5_000, "\u202e", "2021-02-30", "0000-00-00", "9999-12-31", "2021", "sv", "latest", "1,2",
    "//evil.example", "\\evil.example", "javascript:alert(1)", "file:///etc/passwd", "csv", "xlsx",
)  # fmt: skip
ODD_HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"Accept-Language": "x" * 500}, {"Accept": "application/json"},
    {"Range": "bytes=-"},
    {"X-Forwarded-For": "1.1.1.1"}, {"If-None-Match": '"'}, {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data; boundary="}, {"Cookie": "asf=.x.y"},
    {"If-Modified-Since": "yesterday"}, {"Referer": "http://evil.example/"},
)  # fmt: skip
TEXT = re.compile(
    r"<textarea[^>]*?name=\"([\w.-]+)\"|<input(?![^>]*type=\"(?:hidden|checkbox|radio|file|submit)\")"
    r"[^>]*?name=\"([\w.-]+)\""
)
# Codes and searches are no answers; what is asked for anew is shown empty.
NOT_KEPT = {"code", "factor_code", "csrf_token", "sok", "passphrase"}


@dataclass
class Real:
    """A form as a page showed it: what it held, and which of its fields take text."""

    form: Form
    texts: list[str]


@dataclass
class Step:
    """Who did what where, what came of it, what it cost, and the text that must still stand."""

    who: str
    method: str
    rule: str
    reply: httpx.Response
    seconds: float
    marked: str = ""

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.rule} {self.reply.url} {self.reply.status_code}"


class Walk:
    """One who goes everywhere and tries everything, the same way each time."""

    def __init__(self, app: Flask, clients: dict[str, httpx.Client], known: dict[str, str]) -> None:
        self.random, self.clients, self.known = random.Random(SEED), clients, known
        self.map = app.url_map.bind("")
        self.forms: dict[str, Real] = {}
        self.tokens = {who: self._token(client) for who, client in clients.items()}
        # After the tokens: a cookie from before them would make each of them a wrong one.
        self.cookies = {who: httpx.Cookies(client.cookies) for who, client in clients.items()}
        self.deck = self._dealt()

    def _token(self, client: httpx.Client) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/ny-lank").text)
        assert found
        return found[1]

    def _dealt(self) -> Iterator[tuple[str, str, str]]:
        """Every route by everyone, in another order each time round."""
        every = [(who, *route) for who in self.clients for route in ROUTES]
        while True:
            self.random.shuffle(every)
            yield from every

    def as_before(self) -> None:
        """Be signed in as at the beginning, whoever signed out since."""
        for who, client in self.clients.items():
            client.cookies = httpx.Cookies(self.cookies[who])

    def step(self) -> Step:
        """Take one more."""
        choose = self.random
        who, method, rule = next(self.deck)
        client, path, marked = self.clients[who], self._path(rule), ""
        sent: dict[str, Any] = {"headers": choose.choice(ODD_HEADERS)}
        if choose.random() < 0.3:
            sent["params"] = self._typed(("lang", "sok", "sortera", "sida", "next", "q", "nu"))
        if method == "POST":
            sent["data"], marked, path = self._filled_in(rule, path)
            sent["data"]["csrf_token"] = self.tokens[who]
            if choose.random() < 0.1:
                # A file where the page asks for one, or in place of a text.
                name = choose.choice(["file", *sorted(sent["data"].keys() - {marked})])
                sent["data"].pop(name, None)
                sent["files"] = {name: ("../x.csv", choose.randbytes(200), "text/csv")}
            if marked:
                sent["headers"] = {}
        began = time.process_time()
        reply = client.request(method, path, **sent)
        spent = time.process_time() - began
        if rule in LINKS:
            # Whoever holds a link, or calls an enterprise, is a respondent too from then on.
            client.cookies = httpx.Cookies(self.cookies[who])
        if "text/html" in reply.headers.get("content-type", "") and reply.status_code == 200:
            self._learn(Page(reply.status_code, str(reply.url), reply.text))
        return Step(who, method, rule, reply, spent, marked)

    def _learn(self, page: Page) -> None:
        """The forms of a page, for those who send to them."""
        texts = {one or other for one, other in TEXT.findall(page.text)} - NOT_KEPT
        for form in page.forms():
            form.action = urlsplit(form.action).path or page.path
            try:
                rule, _parts = self.map.match(form.action, "POST", return_rule=True)
            except HTTPException:
                continue
            if form.method == "post":
                self.forms[rule.rule] = Real(form, sorted(texts & form.names))

    def _filled_in(self, rule: str, path: str) -> tuple[dict[str, Any], str, str]:
        """A form as a page had it, with some fields filled in anew; or whatever fields."""
        real = self.forms.get(rule)
        if real is None:
            return self._typed(("id", "name", "email", "year", "go", "revision")), "", path
        if self.random.random() < 0.3:
            return self._typed(sorted(real.form.names - {"csrf_token", ""})), "", path
        held: dict[str, Any] = dict(real.form.fields)
        share = self.random.choice((0.02, 0.1, 0.5))
        held |= {n: self._value() for n in sorted(held) if self.random.random() < share}
        marked = self.random.choice(real.texts) if real.texts else ""
        return held | ({marked: MARK} if marked else {}), marked, real.form.action

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


def plant(db: Database, mine: str) -> None:
    """Something that one enterprise wrote and whom it has as a contact, for no other to read."""
    other = scalar(db, "SELECT max(invitation_id) FROM response")
    assert str(other) != mine
    run(
        db,
        "INSERT INTO draft (invitation_id, question, value, revision, saved_at, saved_by)"
        " SELECT ?, 'comment_changes', ?, 1, max(saved_at), max(saved_by) FROM draft",
        (other, f'"{CANARIES[0]}"'),
    )
    run(
        db,
        "UPDATE contact SET name = ? WHERE enterprise_id <>"
        " (SELECT enterprise_id FROM invitation WHERE id = ?)",
        (CANARIES[1], mine),
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


def is_closed(step: Step) -> bool:
    """Whether somebody whom a page is not for was kept out, or met something on the way."""
    needed = ROUTES.get((step.method, step.rule), ANYONE)
    reply = step.reply
    if needed in (ANYONE, WAITING) or step.who in MAY[needed]:
        return True
    if step.who in ("colleague", "second") and needed == RESPONDENT:
        return True
    # 308: two slashes become one, before anybody is asked who they are.
    if reply.status_code in (308, 400, 404, 405, 413, 429) or is_refused(reply, needed):
        return True
    return step.who == "waiting" and reply.headers.get("location", "").startswith("/tva-steg")


def stands(step: Step) -> bool:
    """Whether what was typed stands in the form that came back, where one did."""
    page = Page(step.reply.status_code, str(step.reply.url), step.reply.text)
    back = [f for f in page.forms() if step.marked in f.names and f.method == "post"]
    return not back or any(MARK in text for f in back for text in f.fields[step.marked])


@pytest.fixture
def clients(
    demonstration: Flask,
    db: Database,
    addresses: dict[str, str],
    everyone: dict[str, httpx.Client],
    new_visitor: Callable[[], Visitor],
) -> dict[str, httpx.Client]:
    """A browser for each role, and for those on the way to one.

    A colleague with one part, a second browser with the link, and one who owes a second factor.
    """
    mine, waits = int(addresses["<int:invitation_id>"]), "wait@example.org"
    asked = delegations.invite(db, mine, "Kollega", "k@example.org", ["anstallda"], "sv", "test")
    part = delegations.find(db, asked)
    assert part
    who = staff.add(db, waits, "coordinator", "test")
    links = {
        "colleague": f"/s/{delegations.new_link(db, part)}",
        "second": addresses["/s/<link:token>"],
        "waiting": f"/logga-in/{new_sign_in_link(db, who.id, None)}",
    }
    for name, link in links.items():
        visitor = new_visitor()
        page = visitor.open(f"{BASE}{link}")
        visitor.submit(page, page.forms()[-1])
        everyone[name] = visitor.client
    demonstration.config["SECOND_FACTOR"] = True
    run(db, "UPDATE session SET factor_at = '9999' WHERE staff_id <> ?", (who.id,))
    there = httpx.WSGITransport(app=as_a_server(demonstration))
    return {
        name: httpx.Client(transport=there, base_url=BASE, cookies=client.cookies)
        for name, client in everyone.items()
    }


def check(step: Step) -> None:
    """What no step may do."""
    reply, about = step.reply, str(step)
    assert reply.status_code < 500, about
    assert is_closed(step), about
    for canary in CANARIES:
        assert step.who == "coordinator" or canary not in reply.text, about
    # A PDF and a workbook are full of numbers that mean nothing.
    is_text = re.match("text/|application/json", reply.headers.get("content-type", ""))
    assert not (is_text and CALCULATED in reply.text), about
    assert "Set-Cookie: a=b" not in str(reply.headers), about
    assert leads_home(reply.headers.get("location", "/")), about
    if step.marked and "html" in reply.headers.get("content-type", ""):
        assert stands(step), f"{about} lost {step.marked}"
    assert step.seconds < MOST_SECONDS, f"{about} {step.seconds} s"


def test_nothing_breaks_opens_leaks_or_is_lost(
    demonstration: Flask, db: Database, addresses: dict[str, str], clients: dict[str, httpx.Client]
) -> None:
    plant(db, addresses["<int:invitation_id>"])
    walk, met = Walk(demonstration, clients, addresses), Counter[tuple[str, int]]()
    with closing(sqlite3.connect(":memory:")) as before:
        db.conn.backup(before)
        for number in range(STEPS):
            if number % STEPS_EACH == 0:
                before.backup(db.conn)
                # Sometimes the second factor was shown too long ago for what matters.
                if walk.random.random() < 0.3:
                    run(db, "UPDATE session SET factor_at = '2001' WHERE factor_at IS NOT NULL")
                walk.as_before()
                demonstration.extensions["limits"].reset()
            if number % 1000 == 0:
                print(number, "of", STEPS)
            step = walk.step()
            check(step)
            met[step.who, step.reply.status_code] += 1
    # A walk that is stopped at the door proves nothing.
    for who in clients:
        assert met[who, 200] > STEPS / len(clients) / 20, met
        assert met[who, 400] < STEPS / len(clients) / 4, met


OF_DATA = (
    "sql", "_sort", "_sort_desc", "_next", "_size", "_shape", "_where", "_facet", "_facet_date",
    "_facet_array", "_facet_size", "_search", "_searchmode", "_labels", "_stream", "_col", "_nocol",
    "_nocount", "_timelimit", "_trace", "_dl", "_through", "_extra", "_header", "_ttl",
    "year", "year__gt", "year__in", "area__contains", "nothing__exact", "lang", "p0", "ir",
)  # fmt: skip
QUESTIONS = (
    "select 1", "select * from {t}", "select * from {t}, {t}", "select {{ 7077*7 }}",
    "attach database '/etc/passwd' as x", "pragma table_info({t})", "delete from {t}", "select (",
    "select load_extension('x')", "with recursive n(i) as (select 1 union all select i + 1 from n)"
    " select count(*) from n", "select zeroblob(1000000000)", "select * from sqlite_master",
    "select x'00ff'", "select 9e999, null, -0.0", "explain select 1", "select 1; select 2",
)  # fmt: skip


def data_pages(site: Dispatcher) -> list[str]:
    """Every table of both databases, and what else there is and is not."""
    found = ["", "-/", "-/versions", "-/metadata", "-/settings", "-/threads", "-/actor", "-/config",
             "-/permissions", "-/allow-debug", "-/databases", "-/plugins", "-/static/",
             "-/messages", "-/logout", "-/auth-token", "open", "analysts", "survey", "open.db",
             "analysts.db", "../survey.db", "open/-/query", "_memory", "_internal"]  # fmt: skip
    for file in site.files:
        with closing(sqlite3.connect(file)) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master")]
        found += [f"{file.stem}/{name}" for name in names]
        found += [f"{file.stem}/{name}/{row}" for name in names for row in ("1", "1,2", "a~2Fb")]
    return found


def asked_of(choose: random.Random, path: str) -> tuple[str, dict[str, str]]:
    """An address of a data page with whatever may break it, and what is asked of it."""
    known = path.rpartition("/")[2] or "trend"
    asked = {
        name: choose.choice((*HOSTILE, known, "year", "value", "on", "off", "*"))
        for name in choose.sample(OF_DATA, choose.choice((0, 0, 1, 1, 2, 4)))
    }
    if "sql" in asked or choose.random() < 0.2:
        asked["sql"] = choose.choice((*QUESTIONS, *HOSTILE)).replace("{t}", known)
        path = choose.choice(("open", "analysts", path))
    form = choose.choice(("", "", "", ".json", ".csv", ".xlsx", ".blob", ".x"))
    ending = choose.choice((*("",) * 8, "/", f"/{_quoted(choose.choice(HOSTILE))}"))
    return f"{BASE}/data/{path}{form}{ending}", asked


def check_data(step: Step) -> None:
    """What no data page may do, besides what no page may."""
    check(step)
    if step.rule.startswith(f"{BASE}/data/analysts") and step.who not in MAY[ANALYST]:
        assert step.reply.status_code in (302, 308, 400, 403, 404, 405), step


# Where a query fails, Datasette leaves the facets that it had begun to look for.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_no_data_page_breaks_or_opens_to_others(
    demonstration: Flask, db: Database, addresses: dict[str, str], clients: dict[str, httpx.Client]
) -> None:
    plant(db, addresses["<int:invitation_id>"])
    site, choose, met = Dispatcher(demonstration, only="data"), random.Random(SEED), Counter[str]()
    # In this loop, so that what a page costs is counted here.
    site.data = create_datasette(demonstration).app()
    pages, everybody = data_pages(site), list(clients)

    async def walk() -> None:
        transport = httpx.ASGITransport(app=site)
        for _ in range(max(100, STEPS // 4)):
            who, method = choose.choice(everybody), choose.choice(("GET",) * 8 + ("POST", "HEAD"))
            address, asked = asked_of(choose, choose.choice(pages))
            cookies, headers = httpx.Cookies(clients[who].cookies), choose.choice(ODD_HEADERS)
            async with httpx.AsyncClient(transport=transport, cookies=cookies) as browser:
                began = time.process_time()
                reply = await browser.request(method, address, params=asked, headers=headers)
            spent = time.process_time() - began
            check_data(Step(who, method, address, reply, spent))
            met[f"{who} {reply.status_code}"] += 1

    asyncio.run(walk())
    # A walk that is stopped at the door proves nothing.
    assert sum(met[f"{who} 200"] for who in everybody), met


def test_a_file_is_no_text_and_blanks_are_no_reason(
    db: Database, everyone: dict[str, httpx.Client]
) -> None:
    client = everyone["coordinator"]
    for path, field, more in (
        ("/samordna/omgang/2020/oppna-igen", "reason", {"day": "2099-12-01"}),
        ("/samordna/installningar", "name", {}),
        ("/samordna/serier/platser/ny", "extended_men", {}),
    ):
        shown = next(
            f for f in Page(200, path, client.get(f"{BASE}{path}").text).forms() if field in f.names
        )
        held = dict(shown.fields) | more
        held.pop(field, None)
        before = list(db.conn.iterdump())
        file = {field: ("x.csv", b"a;b", "text/csv")}
        replies = [client.post(f"{BASE}{path}", data=held, files=file)]
        replies += [client.post(f"{BASE}{path}", data=held | {field: "\r\n "})]
        assert [(path, reply.status_code) for reply in replies] == [(path, 200)] * 2
        assert all('class="error' in reply.text for reply in replies), path
        assert list(db.conn.iterdump()) == before


NUMBER = "121212-1212"
WORDS = f"Ring {NUMBER} om det"
IN_WORDS = (
    ("/samordna/fragor/ny", "label_sv", {"kind": "text", "label_en": "Why"}),
    ("/samordna/utskick/texter/reminder_half_done/sv", "body", {"go": "save"}),
    ("/samordna/utskick/texter/reminder_half_done/sv", "subject", {"go": "save"}),
    ("/samordna/granska/{response}", "note", {"decision": "accept"}),
    ("/samordna/granska/{response}", "reason", {"decision": "correct"}),
    ("/samordna/omgang/2020/oppna-igen", "reason", {"day": "2099-12-01"}),
    ("/svara/granska", "respondent_contact", {"about": "1"}),
    ("/svara/granska", "respondent_contact", {"about": "1", "respondent_contact": "19121212-1212"}),
)


@pytest.mark.parametrize(("path", "field", "more"), IN_WORDS)
def test_a_personal_number_in_words_is_refused_where_nobody_counts_persons(
    db: Database, everyone: dict[str, httpx.Client], path: str, field: str, more: dict[str, str]
) -> None:
    client = everyone["respondent" if path.startswith("/svara") else "coordinator"]
    path = path.format(response=scalar(db, "SELECT max(id) FROM response"))
    page = client.get(f"{BASE}{path}")
    shown = next(f for f in Page(200, path, page.text).forms() if field in f.names)
    reply = client.post(f"{BASE}{path}", data=dict(shown.fields) | {field: WORDS} | more)
    assert reply.status_code == 200
    assert re.search("ett personnummer|personnumret i", reply.text)
    assert not re.search(r"121212-?1212", "\n".join(db.conn.iterdump()))


@pytest.mark.parametrize(
    "contact", ["070-123 45 67", "+46 70 123 45 67", "0046701234567", "026-12 34 56, vx", "a@b.se"]
)
def test_a_telephone_number_is_no_personal_number(
    db: Database, everyone: dict[str, httpx.Client], contact: str
) -> None:
    client = everyone["respondent"]
    page = client.get(f"{BASE}/svara/granska")
    shown = next(f for f in Page(200, "", page.text).forms() if "respondent_contact" in f.names)
    typed = {"about": "1", "respondent_contact": contact}
    client.post(f"{BASE}/svara/granska", data=dict(shown.fields) | typed)
    kept = scalar(db, "SELECT value FROM draft WHERE question = 'respondent_contact'")
    assert kept == f'"{contact}"'
