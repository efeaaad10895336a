"""The coordinator's pages: a room for each entry of the menu, and a page is a view in a room.

Every module below is found when this one is, so a new view is registered by being there; who is
not a coordinator is turned away from all of them here. A page's table is taken out as a file as it
is chosen and sorted there (`as_file`).
"""

import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, TypeVar, cast

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forms.office.data_table import Listing
from forms.web.request_context import survey_db, turned_away
from survey_data import clock
from survey_data.errors import NoSuchRound, NotProtected, UnknownLink
from survey_data.review import queue
from survey_data.rounds.calendar import NoSuchAct
from survey_data.rounds.extra_questions import NoSuchQuestion
from survey_data.staff.staff import COORDINATE
from survey_data.tables_to_files import (
    FOR_PROGRAMS,
    FOR_SPREADSHEETS,
    MEDIA_TYPES,
    Cell,
    Format,
    table_file,
)

blueprint = Blueprint("office", __name__, url_prefix="/samordna")
blueprint.before_request(partial(turned_away, COORDINATE))
# A stored moment as the clocks in Sweden showed it.
blueprint.add_app_template_global(clock.local, "local")


def _not_found(_fault: Exception) -> Any:
    return current_app.handle_http_exception(NotFound())


# What an address names and is not there.
for _missing in (NoSuchAct, NoSuchQuestion, NoSuchRound, UnknownLink):
    blueprint.register_error_handler(_missing, _not_found)


def go_to(page: str, said: object = "", **where: Any) -> Response:
    """On to a page of the office, with what is to be said there."""
    if said:
        flash(str(said))
    return redirect(url_for(f"office.{page}", **where))


Make = TypeVar("Make", bound=Callable[..., Listing[Any]])
LISTINGS: dict[str, Callable[[], Listing[Any]]] = {}


def as_file(name: str) -> Callable[[Make], Make]:
    """Let what makes a table be taken out as a file too, by this name."""

    def kept(make: Make) -> Make:
        LISTINGS[name] = make
        return make

    return kept


@blueprint.get("/lista/<name>.<any(csv, xlsx):suffix>")
def export_table(name: str, suffix: str) -> Response:
    """A table of the office as its page shows it: filtered and sorted, every page of it."""
    if name not in LISTINGS:
        abort(404)
    try:
        listing = LISTINGS[name]()
    except NotProtected:
        abort(404)
    return download(listing.table.file_name, *listing.lines(), suffix)


def download(
    name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]], suffix: str
) -> Response:
    """A table as a file to keep."""
    # R and pandas read the other kind of CSV without being told how it is written.
    rule = FOR_PROGRAMS if request.args.get("csv") == "program" else FOR_SPREADSHEETS
    content = table_file(columns, lines, cast(Format, suffix), rule)
    named = f"attachment; filename={name}.{suffix}"
    return Response(
        content, content_type=MEDIA_TYPES[suffix], headers={"Content-Disposition": named}
    )


@dataclass(frozen=True)
class MenuEntry:
    """An entry: the page it leads to, its words, and the rooms whose pages it stands for."""

    endpoint: str
    words: str
    rooms: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the page of this request is in one of its rooms."""
        view = current_app.view_functions.get(request.endpoint or "")
        rooms = tuple(f"forms.office.{room}." for room in self.rooms)
        return view is not None and f"{view.__module__}.".startswith(rooms)


@blueprint.app_template_global("office_menu")
def menu() -> list[MenuEntry]:
    """What stands in the head of every page."""
    waiting = queue.count(survey_db())
    return [
        MenuEntry("office.overview", _("Översikt"), ("round",)),
        MenuEntry("office.show_queue", _("Granska (%(n)s)", n=waiting), ("review",)),
        MenuEntry("office.show_register", _("Företag"), ("register",)),
        MenuEntry("office.show_mails", _("Utskick"), ("mail",)),
        MenuEntry("office.show_releases", _("Publicering"), ("publishing", "history")),
    ]


@blueprint.app_template_global("office_menu_more")
def menu_more() -> list[MenuEntry]:
    """What is folded away under "Mer"."""
    return [
        MenuEntry("office.show_series", _("Övriga serier"), ("association",)),
        MenuEntry("office.show_staff", _("Personal"), ("staff",)),
        MenuEntry("office.show_settings", _("Inställningar"), ("settings",)),
        MenuEntry("board.report.show", _("Rapporten")),
        MenuEntry("factor.account", _("Mitt konto")),
    ]


for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
