"""The form as an enterprise will see it, through its own templates; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.round.extra_questions import whole
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.questionnaire import Section
from forms.respondent import section_form
from forms.respondent.receipt import Reading
from forms.respondent.respondent import Respondent
from forms.respondent.section_page import SectionPage
from forms.respondent.steps import REVIEW, Progress, find_section, section_after
from forms.translations import LOCALES, speaking
from forms.web.request_context import survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.responses.drafts import Draft
from survey_data.rounds import extra_questions
from survey_data.rounds.extra_questions import YearQuestions
from survey_data.rounds.invitations import Invitation
from survey_data.rounds.rounds import Round


def planned_round(plan: YearQuestions) -> Round:
    """The open round, or the next one as it would be on its usual dates."""
    if plan.round is not None:
        return plan.round
    asked = json.dumps(whole(plan), ensure_ascii=False)
    return Round(
        0, plan.year, date(plan.year, 10, 1), date(plan.year, 11, 15), "", None, False, asked
    )


def someone(survey_round: Round) -> Respondent:
    """An enterprise that has not begun; nothing is read of any real one."""
    company = replace(fictitious_enterprises.examples()[0].enterprise, id=0)
    who = Respondent(survey_db(), Invitation(0, survey_round, company))
    who.questionnaire = questionnaires.from_dicts(survey_round.questionnaire)
    who.draft, who.last_year, who.response, who.returned = Draft({}), {}, None, None
    return who


@blueprint.get("/fragor/forhandsvisning/<code>/<section>")
def preview_form(code: str, section: str) -> str:
    """One page of the form in one language."""
    who, here = _page(code, section)
    with speaking(code):
        if here.key == REVIEW.key:
            return render_template("respondent/review.html", **_review_facts(who, code))
        return render_template("respondent/section.html", **_section_facts(who, here, code))


@blueprint.post("/fragor/forhandsvisning/<code>/<section>")
def leave_preview_page(code: str, section: str) -> Response:
    """Go on to the next page, as the button says; what was typed is thrown away."""
    who, here = _page(code, section)
    if here.key == REVIEW.key:
        return redirect(url_for("office.show_questions"), 303)
    after = section_after(here.key, who.questionnaire)
    return redirect(url_for("office.preview_form", code=code, section=after.key), 303)


def _page(code: str, section: str) -> tuple[Respondent, Section]:
    who = someone(planned_round(extra_questions.plan(survey_db())))
    here = find_section(section, who.questionnaire)
    if here is None or code not in LOCALES:
        abort(404)
    return who, here


def _facts(who: Respondent, code: str, section: str) -> Mapping[str, Any]:
    def at(language: str, key: str) -> str:
        return url_for("office.preview_form", code=language, section=key)

    return {
        "preview": url_for("office.show_questions"),
        "address": lambda key: at(code, key),
        "url_for_language": lambda language: at(language, section),
        # An enterprise sees its own head of the page, not the coordinator's.
        "signed_in": None,
        "script": None,
        "progress": Progress(who),
        "invitation": who.invitation,
        "saved_at": None,
    }


def _section_facts(who: Respondent, here: Section, code: str) -> dict[str, Any]:
    return {"page": _filled(who, here, code), **_facts(who, code, here.key)}


def _filled(who: Respondent, here: Section, code: str) -> SectionPage:
    form = section_form.form_class(who.questionnaire, here, code)(data=who.answers)
    return SectionPage(here, who, form, code)


def _review_facts(who: Respondent, code: str) -> dict[str, Any]:
    reading = Reading(who.questionnaire, who.answers, {}, code)
    extra = {"reading": reading, "language": code, "problems": (), "not_stored": False}
    extra["page"] = _filled(who, REVIEW, code)
    return {**extra, **_facts(who, code, REVIEW.key)}
