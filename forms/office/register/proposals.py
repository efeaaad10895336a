"""Changes of the register that respondents propose: accepted or declined, one by one."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.data_table import (
    Listing,
    Table,
    among,
    buttons,
    coded,
    moment,
    search,
    text,
)
from forms.office.register.labels import RegisterWords
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
from survey_data.review.register_proposals import FIELDS, STATUS, Proposal


@blueprint.app_template_global("register_proposals")
def how_many_wait() -> int:
    """How many proposals wait, for the overview."""
    return len(register_proposals.waiting(survey_db())) + len(
        previous_year_corrections.waiting(survey_db())
    )


@blueprint.get("/forslag")
def show_proposals() -> str:
    """Every proposal that waits."""
    return render_template(
        "office/register/proposals.html",
        listing=proposal_list(),
        words=RegisterWords(survey_db()),
        name_of=name_of,
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


def name_of(proposal: Proposal) -> str:
    """The enterprise with its unit, as the register has them."""
    return proposal.enterprise.full_name


def proposal_list() -> Listing[Proposal]:
    """Every proposal that waits, as the address asks for it."""
    words = RegisterWords(survey_db())
    facts = {field: words.facts[field] for field in (*FIELDS, STATUS)}
    table: Table[Proposal] = Table(
        "forslag", "office.show_proposals",
        [
            text("name", _("Företag"), name_of,
                 link=lambda p: url_for("office.change_enterprise", enterprise_id=p.enterprise.id)),
            coded("fact", _("Uppgift"), lambda p: p.field, words.facts),
            text("known", _("I registret"), lambda p: words.known(p.field, p.known), sorts=False),
            text("value", _("I svaret"), lambda p: words.value(p.field, p.value), sorts=False),
            moment("when", _("Inlämnat"), lambda p: p.handed_in_at, largest_first=True,
                   look="nowrap"),
            buttons("act", _("Åtgärd"), look="full own-line"),
        ],
        [
            search(lambda p: [name_of(p)], _("Sök på företag")),
            among("uppgift", _("Uppgift"), lambda p: p.field, facts),
        ],
        "name", "asf-forslag",
    )  # fmt: skip
    return table.of(register_proposals.waiting(survey_db()))
