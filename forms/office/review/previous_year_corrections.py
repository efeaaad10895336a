"""Revisions of the year before that enterprises propose: accepted or declined, one by one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.questionnaire.inventory import questionnaire
from forms.web.request_context import actor, survey_db
from survey_data.errors import ChangedMeanwhile, ReviewedMeanwhile
from survey_data.personal_numbers import has_personal_number
from survey_data.review import previous_year_corrections
from survey_data.review.previous_year_corrections import Revision


@blueprint.app_template_global("proposed_revisions")
def proposed_revisions() -> list[Revision]:
    """The revisions that wait."""
    return previous_year_corrections.waiting(survey_db())


@blueprint.app_template_global("question_label")
def question_label(name: str, language: str) -> str:
    """What a question of this year's inventory is called in a list; its name if it has none."""
    asked = questionnaire(0)
    return asked[name].short(language) if name in asked else name


@blueprint.post("/forslag/rattelse/<int:revision_id>")
def decide_revision(revision_id: int) -> Response:
    """Accept or decline one revision as it was shown."""
    shown = previous_year_corrections.find(survey_db(), revision_id)
    said = _decided(shown) if shown else _("Förslaget har ändrats eller är redan avgjort.")
    flash(str(said))
    return redirect(url_for("office.show_proposals"))


def _decided(shown: Revision) -> str:
    decide = _declined if request.form.get("decision") == "decline" else _accepted
    try:
        return decide(shown)
    except (ChangedMeanwhile, ReviewedMeanwhile):
        return str(_("Förslaget har ändrats eller är redan avgjort."))


def _accepted(shown: Revision) -> str:
    previous_year_corrections.accept(survey_db(), shown, actor())
    return str(
        _(
            "Svaret %(year)s är rättat. Det som lämnades in finns kvar, och rättelsen kommer med"
            " i nästa publicering.",
            year=shown.year,
        )
    )


def _declined(shown: Revision) -> str:
    reason = " ".join(request.form.get("reason", "").split())[:500]
    if not reason or has_personal_number(reason):
        return str(_("Skriv varför förslaget avböjs, utan personnummer. Inget är avgjort."))
    previous_year_corrections.decline(survey_db(), shown, reason, actor())
    return str(_("Förslaget är avböjt. Svaret %(year)s är som det var.", year=shown.year))
