"""What the coordinator sees: the desk, the register, the mails, the releases."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/samordna")

# The views register themselves on the blueprint above.
from forms.office import answers, desk, mails, register, releases, round_steps

__all__ = ["answers", "blueprint", "desk", "mails", "register", "releases", "round_steps"]
