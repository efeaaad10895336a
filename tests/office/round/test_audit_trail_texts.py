"""Every kind of line in the trail has words on the office."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.office.round.events import event_names
from survey_data import audit_trail
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

ROOT = Path(__file__).resolve().parents[3]


def recorded() -> Iterator[str]:
    """The actions that any module records under a name of its own."""
    for path in (*(ROOT / "survey_data").rglob("*.py"), *(ROOT / "forms").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit_trail.record":
                yield from _texts(node.args[2])
                yield from _kept_in(tree, node.args[2])


def _kept_in(tree: ast.AST, name: ast.expr) -> Iterator[str]:
    """What a variable that names an action was given."""
    for node in ast.walk(tree) if isinstance(name, ast.Name) else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name.id:
            yield from _texts(node.value)


def _texts(action: ast.expr) -> Iterator[str]:
    if isinstance(action, ast.Constant):
        yield str(action.value)
    if isinstance(action, ast.IfExp):
        yield from (*_texts(action.body), *_texts(action.orelse))


def test_every_recorded_action_is_told_in_words(app: Flask) -> None:
    found = set(recorded())
    assert len(found) > 40
    with app.test_request_context("/"):
        assert found - event_names().keys() == set()


@pytest.mark.parametrize(
    ("action", "subject", "facts", "said"),
    [
        ("round opened", "round 2021", {"invited": 28}, "Omgången öppnades: 2021"),
        ("invitation queued", "round 2021", {"mails": 28}, "Inbjudan lades i utkorgen: 28 mejl"),
        ("act moved", "act 43", {"kind": "reminder_1"},
         "En punkt i kalendern flyttades: Påminnelse 1"),
        ("mail text changed", "round 7", {"kind": "invitation"}, "En mejltext ändrades: Inbjudan"),
        ("question added", "round 2021, question egen", {"label_sv": "Antal bilar"},
         "En fråga lades till: Antal bilar"),
        ("staff added", "staff 1", {"role": "coordinator"},
         "En medarbetare lades till: coordinator@example.org"),
        ("enterprise removed", "enterprise 999", {"name": "Exempelkooperativet Borta"},
         "Ett företag togs bort ur registret: Exempelkooperativet Borta"),
        ("place added", "place 3", {"municipality_code": "2104", "year": 2021, "granted": 4},
         "Handledarstödda platser lades till: Hofors 2021"),
        ("comment_written", "placed 2019", None,
         "En kommentar till ett diagram skrevs: Placerade efter anvisare 2019"),
        ("release withdrawn", "release 2021-1", None, "En utgåva drogs in: 2021-1"),
        ("release withdrawn", "request 4", None, "En begäran om godkännande drogs tillbaka"),
        ("chapter_written", "what 2016-2020", None, "Ett kapitel i rapporten skrevs"),
    ],
)  # fmt: skip
def test_an_event_says_which(
    db: Database, coordinator: Visitor, action: str, subject: str, facts: Any, said: str
) -> None:
    audit_trail.record(db, "test", action, subject, after=facts)
    page = coordinator.open(f"{BASE}/samordna/logg").text
    assert f">{said}<" in " ".join(page.split()).replace("> ", ">").replace(" <", "<")


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("invitation 17", "företaget"), ("colleague 3", "en kollega på företaget"),
        ("protection", "systemet"), ("staff 1", "coordinator@example.org"),
        ("enterprise", "företaget"),
    ],
)  # fmt: skip
def test_an_event_says_who(db: Database, coordinator: Visitor, actor: str, said: str) -> None:
    audit_trail.record(db, actor, "device confirmed", "invitation 17")
    page = coordinator.open(f"{BASE}/samordna/logg?lang=en").text
    assert "What happened" in page
    assert "Milestone" not in page
    assert f">{said}<" in coordinator.open(f"{BASE}/samordna/logg?lang=sv").text
