"""Icons, chips and the landscape for every template, drawn once and kept.

Functions and not template macros: a page holds some thirty icons, and calling a macro for
each was a tenth of the time it took to make the page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup, escape

DRAWINGS = Path(__file__).parent / "drawings"

# Each chip says one thing three ways: colour, icon and word.
CHIPS = {
    "not_opened": ("chip-outline", "ring"),
    "started": ("", "half"),
    "review": ("chip-review", "eye"),
    "done": ("chip-done", "tick"),
    "returned": ("chip-warm", "return"),
    "bounced": ("chip-alert", "triangle"),
    "question": ("chip-warm", "ask"),
    "refused": ("chip-warm", "phone"),
    "no_contact": ("chip-alert", "phone"),
    "left_out": ("chip-outline", "same"),
    "example": ("chip-outline", "info"),
    "locked": ("chip-outline", "lock"),
}
SIGNS = {"e": "chip-review", "r": "chip-warm", "s": "chip-warm", "p": "chip-outline"}


def install(app: Flask) -> None:
    """Give every template icon(), chip(), sign() and landscape()."""
    app.jinja_env.globals.update(icon=icon, chip=chip, sign=sign, landscape=landscape)


@cache
def icon(name: str, label: str = "") -> Markup:
    """A line icon in the colour and size of the words beside it; decoration without a label."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    drawing = _drawings()[name]
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" {spoken}>{drawing}</svg>')  # noqa: S704


def chip(kind: str, text: str) -> Markup:
    """What state something is in."""
    look, picture = CHIPS[kind]
    return Markup('<span class="chip {}">{}{}</span>').format(look, icon(picture), text)


def sign(symbol: str, text: str = "") -> Markup:
    """The sign of a value in a round chip, followed by its word."""
    look = SIGNS.get(symbol, "")
    word = f" {escape(text)}" if text else ""
    return Markup('<span class="chip chip-sign {}">{}</span>{}').format(
        look,
        symbol,
        Markup(word),  # noqa: S704
    )


@cache
def landscape() -> Markup:
    """Hills, spruce, cottages and the sea: where people arrive and are thanked, never at work."""
    return Markup((DRAWINGS / "landscape.svg").read_text("utf-8").strip())  # noqa: S704


@cache
def _drawings() -> dict[str, str]:
    lines = (DRAWINGS / "icons.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line)
