"""Changes of the register that respondents propose: accepted or declined, one by one."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.register import proposal_table
from forms.office.register.labels import Reader
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.errors import (
    ChangedMeanwhile,
    ClosedTooEarly,
    DuplicateEnterprise,
    InvalidOrgNumber,
)
from survey_data.personal_numbers import has_personal_number
from survey_data.review import previous_year_corrections, register_proposals
from survey_data.review.register_proposals import Proposal


@blueprint.app_template_global("register_proposals")
def how_many_wait() -> int:
    """How many proposals wait, for the desk."""
    return len(register_proposals.waiting(survey_db())) + len(
        previous_year_corrections.waiting(survey_db())
    )


@blueprint.get("/forslag")
def show_proposals() -> str:
    """Every proposal that waits."""
    return render_template(
        "office/register/proposals.html",
        listing=proposal_table.listing(),
        words=Reader(survey_db()),
        name_of=proposal_table.name_of,
        local=clock.local,
    )


@blueprint.post("/forslag/<int:invitation_id>/<field>")
def decide_proposal(invitation_id: int, field: str) -> Response:
    """Accept or decline one proposal as it was shown."""
    given = request.form
    shown = register_proposals.find(survey_db(), invitation_id, field, given.get("value", ""))
    if shown is None:
        flash(_("Förslaget har ändrats eller är redan avgjort."))
    else:
        flash(_decided(replace(shown, known=given.get("known", ""))))
    return redirect(url_for("office.show_proposals"))


def _decided(shown: Proposal) -> str:
    if request.form.get("decision") == "decline":
        return _declined(shown)
    try:
        register_proposals.accept(survey_db(), shown, actor())
    except ChangedMeanwhile:
        return str(_("Förslaget har ändrats eller är redan avgjort."))
    except DuplicateEnterprise:
        return str(_("Registret ändrades inte: ett annat företag har redan det numret."))
    except (InvalidOrgNumber, ClosedTooEarly):
        return str(_("Registret ändrades inte: uppgiften går inte att föra in som den står."))
    return str(_("Registret är ändrat."))


def _declined(shown: Proposal) -> str:
    reason = " ".join(request.form.get("reason", "").split())[:500]
    if not reason or has_personal_number(reason):
        return str(_("Skriv varför förslaget avböjs, utan personnummer. Inget är avgjort."))
    try:
        register_proposals.decline(survey_db(), shown, reason, actor())
    except ChangedMeanwhile:
        return str(_("Förslaget har ändrats eller är redan avgjort."))
    return str(_("Förslaget är avböjt. Registret är som det var."))
