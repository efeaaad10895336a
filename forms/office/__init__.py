"""The coordinator's pages: a room for each entry of the menu, and a page is a view in a room.

Every module below is found when this one is, so a new view is registered by being there; who is
not a coordinator is turned away from all of them here.
"""

from __future__ import annotations

import pkgutil
from functools import partial
from importlib import import_module
from typing import Any

from flask import Blueprint, current_app
from werkzeug.exceptions import NotFound

from forms.web.request_context import turned_away
from survey_data.errors import NoSuchRound, UnknownLink
from survey_data.rounds.calendar import NoSuchAct
from survey_data.rounds.extra_questions import NoSuchQuestion
from survey_data.staff.staff import COORDINATE

blueprint = Blueprint("office", __name__, url_prefix="/samordna")
blueprint.before_request(partial(turned_away, COORDINATE))


def _not_found(_fault: Exception) -> Any:
    return current_app.handle_http_exception(NotFound())


# What an address names and is not there.
for _missing in (NoSuchAct, NoSuchQuestion, NoSuchRound, UnknownLink):
    blueprint.register_error_handler(_missing, _not_found)

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
