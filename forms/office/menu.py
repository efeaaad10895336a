"""The menu of the coordinator's pages: one line an entry, with the rooms that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request
from flask_babel import gettext as _

from forms.office import blueprint
from forms.web.request_context import survey_db
from survey_data.review import queue


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
