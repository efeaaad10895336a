"""Who may sign in: invite, remove, and end sessions."""

from dataclasses import dataclass

from flask import abort, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import Listing, Table, among, buttons, coded, number, search, text
from forms.translations import language
from forms.web.guards import asks_again
from forms.web.request_context import actor, signed_in, survey_db
from survey_data.staff import second_factor, staff
from survey_data.staff.sign_in import is_account_bound
from survey_data.staff.staff import ROLES, LastCoordinator, Staff, labels
from survey_data.typed_text import is_address, tidy_address


@blueprint.get("/personal")
def show_staff(error: str = "", typed: str = "") -> str:
    """Everyone who may sign in, and a form to invite one more."""
    return render_template(
        "office/staff.html",
        listing=staff_list(),
        roles=labels(language()),
        me=signed_in(),
        error=error,
        typed=typed,
    )


@blueprint.post("/personal")
@asks_again
def invite_staff() -> str | Response:
    """Let an address sign in, and write to it how."""
    email, role = tidy_address(request.form.get("email", "")), request.form.get("role", "")
    if not is_address(email):
        return show_staff(_("Skriv hela e-postadressen."), email)
    if role not in ROLES:
        return show_staff(_("Välj vad personen ska få göra."), email)
    try:
        staff.invite(survey_db(), email, role, actor(), language())
    except LastCoordinator:
        return show_staff(_last(), email)
    said = _("%(email)s kan logga in och har fått ett mejl om hur.", email=email)
    return go_to("show_staff", said)


@blueprint.post("/personal/<int:staff_id>/ta-bort")
@asks_again
def remove_staff(staff_id: int) -> str | Response:
    """Let someone sign in no more, and sign them out everywhere."""
    who = _someone(staff_id)
    try:
        staff.remove(survey_db(), who.email, actor())
    except LastCoordinator:
        return show_staff(_last())
    return go_to("show_staff", _("%(email)s kan inte längre logga in.", email=who.email))


@blueprint.post("/personal/<int:staff_id>/avsluta-sessioner")
@asks_again
def end_staff_sessions(staff_id: int) -> Response:
    """Sign someone out everywhere."""
    who = _someone(staff_id)
    staff.end_sessions(survey_db(), staff_id, actor())
    return go_to("show_staff", _("%(email)s är utloggad överallt.", email=who.email))


@blueprint.post("/personal/<int:staff_id>/andra-faktor")
@asks_again
def reset_factor(staff_id: int) -> Response:
    """Let someone show anew who it is, by another app or account; nobody does it for oneself."""
    who = _someone(staff_id)
    me = signed_in()
    if me is None or me.id == staff_id:
        abort(403)
    second_factor.let_begin_anew(survey_db(), who, actor(), language())
    said = _("%(email)s visar på nytt vem det är nästa gång, och har fått ett mejl.",
             email=who.email)  # fmt: skip
    return go_to("show_staff", said)


def _someone(staff_id: int) -> Staff:
    return staff.by_id(survey_db(), staff_id) or abort(404)


def _last() -> str:
    return _("Den sista samordnaren kan inte tas bort. Bjud in en till först.")


@dataclass(frozen=True)
class StaffRow:
    """One who may sign in, and how many sign-ins are open now."""

    who: Staff
    sessions: int
    has_factor: bool
    is_bound: bool


@as_file("personal")
def staff_list() -> Listing[StaffRow]:
    """Everyone who may sign in, as the address asks for it."""
    db, roles = survey_db(), labels(language())
    live = staff.live_sessions(db)
    table: Table[StaffRow] = Table(
        "personal", "office.show_staff",
        [
            text("email", _("E-post"), lambda p: p.who.email),
            coded("role", _("Roll"), lambda p: p.who.role, roles, look="plain"),
            number("sessions", _("Öppna inloggningar"), lambda p: p.sessions),
            buttons("act", _("Åtgärd")),
        ],
        [
            search(lambda p: [p.who.email], _("Sök på e-post")),
            among("roll", _("Roll"), lambda p: p.who.role, roles),
        ],
        "email", "asf-personal",
    )  # fmt: skip
    return table.of(
        StaffRow(
            each,
            live.get(each.id, 0),
            second_factor.is_enrolled(db, each.id),
            is_account_bound(db, each.id, current_app.config["OIDC_ISSUER"]),
        )
        for each in staff.everyone(db)
    )
