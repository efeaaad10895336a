"""Every form as a page has it: what it may write, and from where it is read."""

import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException

from survey_data.database import rows
from tests.conftest import BASE
from tests.support.http_visitor import Form, Page
from tests.web.test_routes import (
    ANYONE,
    MAY,
    ROUTES,
    addresses,
    contents,
    everyone,
    filled_in,
    gets,
)

__all__ = ["addresses", "everyone"]


def real_forms(
    app: Flask, addresses: dict[str, str], everyone: dict[str, httpx.Client]
) -> dict[str, tuple[str, Form]]:
    """By route, one form that a page shows to somebody who may send it, and who that is."""
    found: dict[str, tuple[str, Form]] = {}
    for rule, needed in gets():
        for who in ("nobody", "respondent") if needed == ANYONE else MAY[needed][-1:]:
            reply = everyone[who].get(filled_in(rule, addresses))
            if "text/html" not in reply.headers.get("content-type", ""):
                continue
            page = Page(reply.status_code, str(reply.url), reply.text)
            for form in [form for form in page.forms() if form.method == "post"]:
                form.action = urlsplit(form.action)._replace(scheme="", netloc="").geturl()
                form.action = form.action or page.path
                route = route_of(app, form)
                kept = found.get(route)
                if route and (kept is None or len(form.names) > len(kept[1].names)):
                    found[route] = who, form
    return found


def route_of(app: Flask, form: Form) -> str:
    """The route that a form leads to, "" for none of ours."""
    try:
        path = urlsplit(form.action).path
        rule, _parts = app.url_map.bind("").match(path, "POST", return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule) if ("POST", rule.rule) in ROUTES else ""


Stored = dict[str, list[dict[str, Any]]]


def cells(stored: Stored, of: set[str]) -> dict[tuple[str, int, str], Any]:
    """What some tables hold, cell by cell.

    Browsers are kept by a hash, whose order is another each time; since when they are known is not.
    """
    return {
        (table, number, column): value
        for table in of
        for number, row in enumerate(sorted(stored[table], key=lambda row: row.get("since", "")))
        for column, value in row.items()
    }


def test_a_form_writes_what_its_own_fields_say_and_nothing_that_is_sent_besides(
    demonstration: Flask,
    db: Database,
    addresses: dict[str, str],
    everyone: dict[str, httpx.Client],
) -> None:
    forms = real_forms(demonstration, addresses, everyone)
    assert len(forms) > 80, sorted({r for m, r in ROUTES if m == "POST"} - forms.keys())
    tables = [r["name"] for r in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {r["name"] for t in tables for r in rows(db, f"PRAGMA table_info({t})")}
    cookies = {who: httpx.Cookies(client.cookies) for who, client in everyone.items()}
    wrote = 0
    with closing(sqlite3.connect(":memory:")) as before:
        db.conn.backup(before)
        untouched = contents(db)

        def sent(who: str, form: Form, besides: set[str]) -> Stored:
            before.backup(db.conn)
            demonstration.extensions["limits"].reset()
            everyone[who].cookies = cookies[who]
            # In the body what no field is called, and in the address what every field is.
            body = form.fields | dict.fromkeys(besides - form.names, "1")
            asked = dict.fromkeys(form.names - {"csrf_token", ""} if besides else (), "7")
            address = httpx.URL(f"{BASE}{form.action}").copy_merge_params(asked)
            reply = everyone[who].post(address, data=body)
            assert reply.status_code < 500, form.action
            return contents(db)

        # Begun anew, everything is of another moment.
        forms.pop("/kom-igang/demonstration", None)
        for route, (who, form) in forms.items():
            plain, more = sent(who, form, set()), sent(who, form, columns)
            wrote += plain != untouched
            if plain == more:
                continue
            # Times, and what is drawn at random, are never the same twice.
            tables_of = {name for name in plain if plain[name] != more[name]}
            one, two, three = (
                cells(stored, tables_of) for stored in (plain, sent(who, form, set()), more)
            )
            drawn = {at[::2] for at in one if one[at] != two.get(at)}
            other = {at for at in one.keys() | three.keys() if one.get(at) != three.get(at)}
            assert not [at for at in other if at[::2] not in drawn], route
    assert wrote > 20
