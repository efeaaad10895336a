"""The form in which an extra question is written: read from the request, and its rows to show."""

from __future__ import annotations

import re

from flask import request

from forms.extra_question import MOST_CHOICES, WORDS, Typed, TypedChoice

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
