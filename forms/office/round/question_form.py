"""The form in which an extra question is written: read from the request, and its rows to show."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import request

from forms.questionnaire.extra_question import MOST_CHOICES, WORDS, Typed, TypedChoice

SPACES = re.compile(r"\s+")
FEWEST_ROWS = 4
MORE_ROWS = 3


def typed_now() -> Typed:
    """What was sent, with white space as a person means it."""
    sv, en, codes = (request.form.getlist(f"choice_{part}") for part in ("sv", "en", "code"))
    rows = zip(codes, sv, en, strict=False)
    return Typed(
        request.form.get("kind", ""),
        **{name: _clean(request.form.get(name, "")) for name in WORDS},
        required=request.form.get("required") == "yes",
        choices=tuple(TypedChoice(code, _clean(s), _clean(e)) for code, s, e in rows),
    )


MOVE = re.compile(r"(up|down)-(\d{1,2})")
WAYS = {"up": -1, "down": 1}


def moved() -> tuple[str, int] | None:
    """Which way a button moves a choice, and the row it then stands on; None for other buttons."""
    asked = MOVE.fullmatch(request.form.get("move", ""))
    return (asked[1], int(asked[2]) + WAYS[asked[1]]) if asked else None


def after_move(typed: Typed) -> Typed:
    """What was sent, with the choice that a button moves in its neighbour's place."""
    move, order = moved(), list(typed.choices)
    if move is None:
        return typed
    way, to = move
    old = to - WAYS[way]
    if 1 <= to <= len(order) and 1 <= old <= len(order):
        order[old - 1], order[to - 1] = order[to - 1], order[old - 1]
    return replace(typed, choices=tuple(order))


def goes_on() -> bool:
    """Whether the button pressed changes the form only, and saves nothing."""
    return not {"more", "kind_only", "move"}.isdisjoint(request.form)


def _clean(text: str) -> str:
    return SPACES.sub(" ", text).strip()


def rows_to_show(typed: Typed, *, more: bool = False) -> list[TypedChoice]:
    """The choices with empty rows after them to write in."""
    blank = TypedChoice("", "", "")
    wanted = max(FEWEST_ROWS, len(typed.choices) + (MORE_ROWS if more else 0))
    if not more and typed.choices and not typed.choices[-1].is_blank:
        wanted = max(wanted, len(typed.choices) + 1)
    room = min(wanted, MOST_CHOICES) - len(typed.choices)
    return [*typed.choices, *[blank] * max(0, room)]
