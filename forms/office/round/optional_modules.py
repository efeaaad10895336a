"""The optional modules at the office: which of them this year's round asks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.questionnaire.inventory import MODULES, OPTIONAL, questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Module, from_dicts
from forms.web.request_context import actor, survey_db
from survey_data.errors import RoundExists
from survey_data.rounds import extra_questions, optional_modules, rounds
from survey_data.rounds.extra_questions import YearQuestions


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
    skipped = optional_modules.left_out(survey_db(), plan.year)
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
        return str(_("Frågades inte %(year)s.", year=year))
    # fmt: off
    return str(ngettext("%(year)s svarade %(num)s företag på något i den.",
                        "%(year)s svarade %(num)s företag på något i den.", number, year=year))
    # fmt: on


@blueprint.post("/fragor/delar")
def choose_modules() -> Response:
    """Keep which modules the next round asks."""
    plan = extra_questions.plan(survey_db())
    asked = [key for key in OPTIONAL if key in request.form.getlist("module")]
    try:
        skipped = set(OPTIONAL).difference(asked)
        optional_modules.choose(survey_db(), plan.year, skipped, actor())
        flash(_("Valet är sparat. Formuläret %(year)s har %(asked)s av %(all)s frivilliga delar.",
                year=plan.year, asked=len(asked), all=len(OPTIONAL)))  # fmt: skip
    except RoundExists:
        flash(_("Omgången %(year)s är öppen, så delarna ligger fast.", year=plan.year))
    return redirect(f"{url_for('office.show_questions')}#modules")
