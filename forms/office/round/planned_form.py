"""The form of the round as it will be: its optional modules chosen, and each page of it looked at.

A preview goes through the enterprises' own templates, and nothing in it is kept.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint, go_to
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.inventory import MODULES, OPTIONAL, as_dicts, questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Module, Section, from_dicts
from forms.respondent import section_form
from forms.respondent.receipt import Reading
from forms.respondent.respondent import Respondent
from forms.respondent.section_page import SectionPage
from forms.respondent.steps import REVIEW, Progress, find_section, section_after
from forms.translations import LOCALES, speaking
from forms.web.request_context import actor, survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.errors import RoundExists
from survey_data.responses.drafts import Draft
from survey_data.rounds import Entry, extra_questions, merged, optional_modules, rounds
from survey_data.rounds.extra_questions import YearQuestions
from survey_data.rounds.invitations import Invitation
from survey_data.rounds.rounds import Round


def whole(plan: YearQuestions) -> list[Entry]:
    """The questionnaire with the extra questions in it, whether the round is open or not."""
    if plan.round is not None:
        return list(plan.round.questionnaire)
    skipped = optional_modules.left_out(survey_db(), plan.year, OPTIONAL)
    return merged(optional_modules.without(as_dicts(plan.year), skipped), plan.questions)


def planned_round(plan: YearQuestions) -> Round:
    """The open round, or the next one as it would be on its usual dates."""
    if plan.round is not None:
        return plan.round
    asked = json.dumps(whole(plan), ensure_ascii=False)
    return Round(
        0, plan.year, date(plan.year, 10, 1), date(plan.year, 11, 15), "", None, False, asked
    )


@dataclass(frozen=True)
class ModuleChoice:
    """One module: whether it is asked, its questions, and what became of it last time."""

    module: Module
    asked: bool
    questions: tuple[Question, ...]
    before: str = ""

    @property
    def number(self) -> int:
        """How many questions it has, as a person counts them."""
        return sum(not q.part_of and not q.blank_of for q in self.questions)


def module_page(plan: YearQuestions) -> list[ModuleChoice]:
    """Every optional module in a year, as the open round has it or as the next one will."""
    usual = questionnaire(plan.year)
    kept = from_dicts(plan.round.questionnaire) if plan.round else None
    skipped = optional_modules.left_out(survey_db(), plan.year, OPTIONAL)
    before = _before(plan)
    return [
        ModuleChoice(
            MODULES[key],
            bool(kept.in_module(key)) if kept else key not in skipped,
            (kept and kept.in_module(key)) or usual.in_module(key),
            before.get(key, ""),
        )
        for key in OPTIONAL
    ]


def _before(plan: YearQuestions) -> dict[str, str]:
    """How each module fared in the latest round before this."""
    db = survey_db()
    earlier = [r for r in rounds.all_rounds(db) if r.year < plan.year]
    if not earlier:
        return {}
    last = max(earlier, key=lambda r: r.year)
    found = optional_modules.answered(db, last.id, last.questionnaire, OPTIONAL)
    return {key: _said(last.year, found.get(key)) for key in OPTIONAL}


def _said(year: int, number: int | None) -> str:
    if number is None:
        return _("Frågades inte %(year)s.", year=year)
    return ngettext("%(year)s svarade %(num)s företag på något i den.",
                    "%(year)s svarade %(num)s företag på något i den.",
                    number, year=year)  # fmt: skip


@blueprint.post("/fragor/delar")
def choose_modules() -> Response:
    """Keep which modules the next round asks."""
    plan = extra_questions.plan(survey_db())
    asked = [key for key in OPTIONAL if key in request.form.getlist("module")]
    try:
        skipped = set(OPTIONAL).difference(asked)
        optional_modules.choose(survey_db(), plan.year, skipped, actor())
        said = _("Valet är sparat. Formuläret %(year)s har %(asked)s av %(all)s frivilliga delar.",
                 year=plan.year, asked=len(asked), all=len(OPTIONAL))  # fmt: skip
    except RoundExists:
        said = _("Omgången %(year)s är öppen, så delarna ligger fast.", year=plan.year)
    return go_to("show_questions", said, _anchor="modules")


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
            reading = Reading(who.questionnaire, who.answers, {}, code)
            extra = {"reading": reading, "language": code, "problems": (), "not_stored": False}
            return render_template("respondent/review.html", **_facts(who, here, code), **extra)
        return render_template("respondent/section.html", **_facts(who, here, code))


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


def _facts(who: Respondent, here: Section, code: str) -> dict[str, Any]:
    form = section_form.form_class(who.questionnaire, here, code)(data=who.answers)

    def at(language: str, key: str) -> str:
        return url_for("office.preview_form", code=language, section=key)

    return {
        "preview": url_for("office.show_questions"),
        "address": lambda key: at(code, key),
        "url_for_language": lambda language: at(language, here.key),
        "page": SectionPage(here, who, form, code),
        # An enterprise sees its own head of the page, not the coordinator's.
        "signed_in": None,
        "script": None,
        "progress": Progress(who),
        "invitation": who.invitation,
        "saved_at": None,
    }
