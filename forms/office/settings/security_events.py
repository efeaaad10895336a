"""Security events at the office: the newest of what the log of them has."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from forms.office import blueprint
from forms.office.data_table import Listing, Table, among, coded, search, text
from forms.web import logs
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.staff import staff

Event = dict[str, str]


@blueprint.get("/installningar/sakerhet")
def show_security_events() -> str:
    """Who tried what, newest first."""
    return render_template("office/settings/security_events.html", listing=_events())


def words() -> dict[str, str]:
    """What each kind of event is called."""
    return {
        "sign_in_asked": _("Någon bad om en inloggningslänk"),
        "signed_in": _("Inloggning med länk"),
        "sign_in_refused": _("En inloggningslänk som inte gällde"),
        "signed_out": _("Utloggning"),
        "role_changed": _("Någon fick eller förlorade behörighet"),
        "sessions_ended": _("Inloggningar avslutades"),
        "link_refused": _("En länk till formuläret som inte finns"),
        "code_refused": _("En felaktig mejlad kod"),
        "factor_enrolled": _("En app kopplades"),
        "factor_refused": _("En felaktig kod från en app"),
        "factor_locked": _("För många felaktiga koder från en app"),
        "factor_reset": _("En andra faktor togs bort"),
        "recovery_code_used": _("En återställningskod användes"),
        "recovery_codes_made": _("Nya återställningskoder"),
        "csrf": _("Ett formulär utan giltig märkning"),
        "forbidden": _("En sida som personen inte får se"),
        "too_many": _("För många försök"),
        "microdata_taken": _("Företagens svar hämtades som fil"),
        "secret_changed": _("Tjänstens hemlighet byttes"),
    }


def _events() -> Listing[Event]:
    kinds = words()
    people = {f"staff {who.id}": who.email for who in staff.everyone(survey_db())}
    people["terminal"] = _("någon vid terminalen")
    table: Table[Event] = Table(
        "handelser", "office.show_security_events",
        [
            text("at", _("Tid"), lambda e: f"{clock.local(e['at']):%Y-%m-%d %H:%M:%S}"),
            coded("kind", _("Händelse"), lambda e: e["kind"], kinds, look="plain"),
            text("who", _("Vem"), lambda e: people.get(e["who"], e["who"])),
            text("address", _("Från"), lambda e: e["address"]),
            text("route", _("Sida"), lambda e: e["route"]),
        ],
        [
            search(
                lambda e: [people.get(e["who"], ""), e["address"], e["route"]],
                _("Sök på vem eller varifrån"),
            ),
            among("handelse", _("Händelse"), lambda e: e["kind"], kinds),
        ],
        "-at", "asf-sakerhet",
    )  # fmt: skip
    return table.of(logs.latest_events())
