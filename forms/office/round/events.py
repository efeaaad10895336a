"""What has happened, each line with who and which: on the overview, and the whole log."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from forms.office import blueprint
from forms.office.data_table import Listing, Table, moment, search, text
from forms.office.register.labels import RegisterWords
from forms.office.round.audit_trail_texts import enterprise_sentences, event_names
from forms.web.request_context import survey_db
from survey_data import audit_trail, clock
from survey_data.audit_trail import Event

ON_OVERVIEW = 6
# Older lines are in the database, and in its backups.
MOST_IN_LOG = 5000


def sentence(event: Event) -> Markup:
    """What an event says, with a link to the enterprise it is about."""
    if event.enterprise_id is None:
        return Markup("%s") % event_names().get(event.action, event.action)
    address = url_for("office.change_enterprise", enterprise_id=event.enterprise_id)
    name = Markup('<a href="%s">%s</a>') % (address, event.name)
    words = enterprise_sentences().get(event.action)
    if words:
        # The sentences are ours; the name is escaped above.
        return Markup(words) % {"name": name}  # noqa: S704
    return Markup("%s: %s") % (event_names().get(event.action, event.action), name)


def recent_facts(enterprise_id: int | None = None) -> dict[str, Any]:
    """The newest events, of all or of one enterprise, as a card shows them."""
    found = audit_trail.newest(survey_db(), ON_OVERVIEW, enterprise_id, brief=True)
    return {"events": [(clock.local(event.at), sentence(event)) for event in found]}


@blueprint.get("/logg")
def show_log() -> str:
    """Everything that has happened, to search in."""
    return render_template("office/round/log.html", listing=event_list())


def event_list() -> Listing[Event]:
    """The log as the address asks for it."""
    words = RegisterWords(survey_db())
    table: Table[Event] = Table(
        "logg", "office.show_log",
        [
            text("what", _("Händelse"), lambda e: sentence(e).striptags()),
            text("name", _("Företag"), lambda e: e.name,
                 link=lambda e: url_for("office.change_enterprise",
                                        enterprise_id=e.enterprise_id)),
            moment("when", _("När"), lambda e: e.at, largest_first=True,
                   pattern="d MMM yyyy HH:mm", look="nowrap"),
            text("who", _("Av"), lambda e: words.actor(e.actor)),
            text("why", _("Varför"), lambda e: words.reason(e.reason), sorts=False,
                 look="own-line"),
        ],
        [search(lambda e: [sentence(e).striptags(), words.actor(e.actor), e.reason])],
        "when", "asf-logg", page_size=50,
    )  # fmt: skip
    return table.of(audit_trail.newest(survey_db(), MOST_IN_LOG))
