"""Every kind of line in the trail has words on the office."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from forms.office.round.events import event_names

ROOT = Path(__file__).resolve().parents[3]


def recorded() -> Iterator[str]:
    """The actions that any module records under a name of its own."""
    for path in (*(ROOT / "survey_data").rglob("*.py"), *(ROOT / "forms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit_trail.record":
                yield from _texts(node.args[2])


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
