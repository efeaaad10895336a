"""What respondents propose: changes of the register, and of their answers the year before."""

from collections.abc import Callable
from dataclasses import replace

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import Listing, Table, among, buttons, coded, moment, search, text
from forms.office.register.labels import RegisterWords
from forms.questionnaire.inventory import questionnaire
from forms.web.request_context import actor, survey_db
from survey_data.errors import (
    ChangedMeanwhile,
    ClosedTooEarly,
    DuplicateEnterprise,
    InvalidOrgNumber,
    ReviewedMeanwhile,
)
from survey_data.review import proposals
from survey_data.review.proposals import FIELDS, STATUS, Proposal, Revision
from survey_data.typed_text import has_personal_number


@blueprint.app_template_global("register_proposals")
def how_many_wait() -> int:
    """How many proposals wait, for the overview."""
    return len(proposals.waiting(survey_db())) + len(proposed_revisions())


@blueprint.get("/forslag")
def show_proposals() -> str:
    """Every proposal that waits."""
    return render_template(
        "office/register/proposals.html",
        listing=proposal_list(),
        words=RegisterWords(survey_db()),
    )


@blueprint.post("/forslag/<int:invitation_id>/<field>")
def decide_proposal(invitation_id: int, field: str) -> Response:
    """Accept or decline one proposal as it was shown."""
    db, given = survey_db(), request.form
    shown = proposals.find(db, invitation_id, field, given.get("value", ""))
    if shown is None:
        return go_to("show_proposals", _changed())
    seen = replace(shown, known=given.get("known", ""))
    return _decided(
        lambda: proposals.accept(db, seen, actor()), _("Registret är ändrat."),
        lambda reason: proposals.decline(db, seen, reason, actor()),
        _("Förslaget är avböjt. Registret är som det var."),
    )  # fmt: skip


@blueprint.post("/forslag/rattelse/<int:revision_id>")
def decide_revision(revision_id: int) -> Response:
    """Accept or decline one revision of the year before as it was shown."""
    db, shown = survey_db(), proposals.find_revision(survey_db(), revision_id)
    if shown is None:
        return go_to("show_proposals", _changed())
    return _decided(
        lambda: proposals.accept_revision(db, shown, actor()),
        _("Svaret %(year)s är rättat. Det som lämnades in finns kvar, och rättelsen kommer med"
          " i nästa publicering.", year=shown.year),
        lambda reason: proposals.decline_revision(db, shown, reason, actor()),
        _("Förslaget är avböjt. Svaret %(year)s är som det var.", year=shown.year),
    )  # fmt: skip


def _decided(
    accept: Callable[[], object], accepted: str, decline: Callable[[str], object], declined: str
) -> Response:
    """Accept or decline as was sent, a decline for a reason; say what came of it."""
    declines = request.form.get("decision") == "decline"
    reason = " ".join(request.form.get("reason", "").split())[:500]
    try:
        if not declines:
            accept()
            said = accepted
        elif not reason or has_personal_number(reason):
            said = _("Skriv varför förslaget avböjs, utan personnummer. Inget är avgjort.")
        else:
            decline(reason)
            said = declined
    except (ChangedMeanwhile, ReviewedMeanwhile):
        said = _changed()
    except DuplicateEnterprise:
        said = _("Registret ändrades inte: ett annat företag har redan det numret.")
    except (InvalidOrgNumber, ClosedTooEarly):
        said = _("Registret ändrades inte: uppgiften går inte att föra in som den står.")
    return go_to("show_proposals", said)


def _changed() -> str:
    return _("Förslaget har ändrats eller är redan avgjort.")


@blueprint.app_template_global("proposed_revisions")
def proposed_revisions() -> list[Revision]:
    """The revisions that wait."""
    return proposals.waiting_revisions(survey_db())


@blueprint.app_template_global("question_label")
def question_label(name: str, language: str) -> str:
    """What a question of this year's inventory is called in a list; its name if it has none."""
    asked = questionnaire(0)
    return asked[name].short(language) if name in asked else name


@as_file("forslag")
def proposal_list() -> Listing[Proposal]:
    """Every proposal that waits, as the address asks for it."""
    words = RegisterWords(survey_db())
    facts = {field: words.facts[field] for field in (*FIELDS, STATUS)}
    table: Table[Proposal] = Table(
        "forslag", "office.show_proposals",
        [
            text("name", _("Företag"), lambda p: p.enterprise.full_name,
                 link=lambda p: url_for("office.change_enterprise", enterprise_id=p.enterprise.id)),
            coded("fact", _("Uppgift"), lambda p: p.field, words.facts),
            text("known", _("I registret"), lambda p: words.known(p.field, p.known), sorts=False),
            text("value", _("I svaret"), lambda p: words.value(p.field, p.value), sorts=False),
            moment("when", _("Inlämnat"), lambda p: p.handed_in_at, largest_first=True,
                   look="nowrap"),
            buttons("act", _("Åtgärd"), look="full own-line"),
        ],
        [
            search(lambda p: [p.enterprise.full_name], _("Sök på företag")),
            among("uppgift", _("Uppgift"), lambda p: p.field, facts),
        ],
        "name", "asf-forslag",
    )  # fmt: skip
    return table.of(proposals.waiting(survey_db()))
