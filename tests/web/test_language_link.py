"""The link to a page's other language leads to a page, also where a button alone led here."""

import re

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from forms.web.request_context import url_for_language
from survey_data.database import scalar
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.http_visitor import Page, Visitor

LANGUAGE = re.compile(r'<a [^>]*href="([^"]*lang=en[^"]*)"')


def copied_link(visitor: Visitor, db: Database, **headers: str) -> Page:
    """The page with an enterprise's copied link, as its button leads there."""
    enterprise = scalar(db, "SELECT enterprise_id FROM invitation LIMIT 1")
    page = visitor.open(f"{BASE}/samordna/foretag/{enterprise}?lang=sv")
    form = next(f for f in page.forms() if "/foretag/lank/" in f.action)
    visitor.client.headers.update(headers)
    return visitor.submit(page, form)


def test_the_copied_links_page_leads_back_to_the_enterprise_in_the_other_language(
    open_round: Round, coordinator: Visitor, db: Database
) -> None:
    enterprise = scalar(db, "SELECT enterprise_id FROM invitation LIMIT 1")
    before = f"{BASE}/samordna/foretag/{enterprise}?lang=sv"
    page = copied_link(coordinator, db, referer=before)
    assert page.status == 200
    [link] = LANGUAGE.findall(page.text)
    assert link == f"/samordna/foretag/{enterprise}?lang=en"
    assert coordinator.open(f"{BASE}{link}").status == 200


@pytest.mark.parametrize(
    "before",
    ["", "https://elsewhere.example/samordna/", f"{BASE}/samordna/foretag/lank/1", "http://[", "x"],
)
def test_no_link_stands_there_where_nothing_says_from_where_one_came(
    open_round: Round, coordinator: Visitor, db: Database, before: str
) -> None:
    page = copied_link(coordinator, db, referer=before)
    assert page.status == 200
    assert not LANGUAGE.findall(page.text)


def addresses(app: Flask) -> list[tuple[Rule, str]]:
    """Every address that a form is sent to, with something in the places of what varies."""
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            path = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", rule.rule)
            path = re.sub(r"<int[^>]*>", "1", path)
            path = re.sub(r"<link[^>]*>", "a" * 27, path)
            found.append((rule, re.sub(r"<[^>]*>", "x", path)))
    return found


def test_no_page_that_answers_a_button_leads_to_an_address_that_cannot_be_opened(
    app: Flask,
) -> None:
    opened = {"own": 0, "none": 0}
    for rule, path in addresses(app):
        with app.test_request_context(path, method="POST") as context:
            link = url_for_language("en")
            adapter = context.url_adapter
            assert adapter is not None
            if not link:
                opened["none"] += 1
                continue
            try:
                found, _values = adapter.match(path, "GET", return_rule=True)
            except HTTPException:
                pytest.fail(f"{rule.rule} leads to {link}")
            assert found.rule == rule.rule
            opened["own"] += 1
    assert opened["own"] > 30
    assert opened["none"] > 30
