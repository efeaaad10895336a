"""What a newcomer adds at the office stands in one place: a role, a column, a page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from sqlite_utils import Database

from forms.office.data_table import Table, number, search, text
from survey_data.staff import staff
from survey_data.staff.staff import MICRODATA, Role
from tests.conftest import BASE, sign_in
from tests.support.http_visitor import Visitor

ROOT = Path(__file__).parents[2]


def test_a_role_is_one_entry(
    db: Database,
    coordinator: Visitor,
    new_visitor: Callable[[], Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    auditor = Role("Revisor: läser svaren", "Auditor: reads the answers", frozenset({MICRODATA}))
    monkeypatch.setitem(staff.ROLES, "auditor", auditor)
    page = coordinator.open(f"{BASE}/samordna/personal")
    assert '<option value="auditor">Revisor: läser svaren</option>' in page.text
    english = coordinator.open(f"{BASE}/samordna/personal?lang=en")
    assert "Auditor: reads the answers" in english.text
    form = next(f for f in page.forms() if "role" in f.names and f.method == "post")
    coordinator.submit(page, form, {"email": "revisorn@example.org", "role": "auditor"})
    who = staff.by_email(db, "revisorn@example.org")
    assert who is not None
    assert who.role == "auditor"
    visitor = sign_in(new_visitor(), db, "auditor")
    assert visitor.open(f"{BASE}/mikrodata/").status == 200
    assert visitor.open(f"{BASE}/samordna/").status == 403
    assert visitor.open(f"{BASE}/logga-in").path == "/data/analysts"


LISTED = (
    "{% from 'office/_listing.html' import listed with context %}"
    "{{ listed(listing, 'Orter', 'Inga.') }}"
)


def test_a_column_is_one_line(app: Flask) -> None:
    columns = [text("name", "Ort", lambda row: row[0])]
    filters = [search(lambda row: [row[0]])]
    lines = {}
    for name, more in (("before", []), ("after", [number("size", "Storlek", lambda row: row[1])])):
        table = Table("orter", "office.overview", [*columns, *more], filters, "name", "orter")
        with app.test_request_context("/?sortera=size"):
            listing = table.of([("Ockelbo", 3), ("Alfta", None), ("Edsbyn", 7)])
            lines[name] = listing.lines()
            page = render_template_string(LISTED, listing=listing)
        assert ("Storlek" in page) is (name == "after")
    assert lines["before"] == (["Ort"], [["Alfta"], ["Edsbyn"], ["Ockelbo"]])
    assert lines["after"] == (
        ["Ort", "Storlek"], [["Edsbyn", 7], ["Ockelbo", 3], ["Alfta", None]],
    )  # fmt: skip
    assert '<td role="cell" class="number" data-label="Storlek">7</td>' in page
    assert '<td role="cell" class="number" data-label="Storlek">–</td>' in page
    assert 'aria-sort="descending"' in page


VIEW = '''
"""Says hello."""
from flask import render_template
from forms.office import blueprint

@blueprint.get("/halsning")
def greet() -> str:
    return render_template("office/round/greeting.html")
'''
TEMPLATE = """{% extends "office/layout.html" %}
{% block title %}Hej{% endblock %}{% block content %}<h1>Hej</h1>{% endblock %}
"""
ASK = """
from app import create_app
from survey_data.staff import staff
app = create_app({"DATA_DIR": "data", "SMTP_URL": "", "SECOND_FACTOR": False})
db = app.extensions["store"].db
client = app.test_client()
print(client.get("/samordna/halsning").status_code)
who = staff.add(db, "a@example.org", "coordinator", "test")
link = f"/logga-in/{staff.new_sign_in_link(db, who.id, None)}"
app.config["WTF_CSRF_ENABLED"] = False
client.post(link)
page = client.get("/samordna/halsning")
print(page.status_code, 'aria-current="page">Översikt' in page.text)
"""


def test_a_page_is_a_view_and_a_template(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("vendor", "__pycache__")
    shutil.copytree(ROOT / "forms", tmp_path / "forms", ignore=ignored)
    for name in ("app.py", "reports", "survey_data", "datasette"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "forms/office/round/greeting.py").write_text(VIEW, "utf-8")
    (tmp_path / "forms/templates/office/round/greeting.html").write_text(TEMPLATE, "utf-8")
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.stdout.split() == ["302", "200", "True"], said.stderr
