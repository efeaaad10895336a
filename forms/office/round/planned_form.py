"""The round as it will be: its modules chosen, its pages looked at, its checks and mails tried.

A preview goes through the enterprises' own templates, and nothing in it is kept. A dry run puts
earlier answers through this year's checks; a trial is an invitation to oneself.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from functools import partial
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.checks import declarations, messages
from forms.checks.checking import ChecksDryRun, Earlier, Hit, dry_run
from forms.mail.delivery import outbox_folder
from forms.mail.smtp import eml_path
from forms.office import blueprint, go_to
from forms.office.mail.mails import kind_words, mail_state_words
from forms.questionnaire.inventory import MODULES, OPTIONAL, as_dicts, questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Module, Questionnaire, Section, from_dicts
from forms.respondent import section_form
from forms.respondent.receipt import Reading
from forms.respondent.respondent import Respondent
from forms.respondent.section_page import SectionPage
from forms.respondent.steps import REVIEW, Progress, find_section, section_after
from forms.translations import LOCALES, language, speaking
from forms.web.request_context import actor, signed_in, survey_db, trial_store
from survey_data.automation.fictitious_enterprises import (
    end_trial,
    examples,
    find_trial,
    start_trial,
)
from survey_data.errors import RoundExists
from survey_data.outbox import Mail
from survey_data.register import enterprises
from survey_data.responses.drafts import Draft
from survey_data.review.decisions import responses_as_reviewed
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
    company = replace(examples()[0].enterprise, id=0)
    who = Respondent(survey_db(), Invitation(0, survey_round, company))
    who.questionnaire = from_dicts(survey_round.questionnaire)
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


# Nobody reads on beyond these; how many there are is said beside them.
MOST_SHOWN = 100


@blueprint.get("/repetition")
def show_dry_run() -> str:
    """What each check would do with the latest answers, and the trial there is."""
    db = survey_db()
    planned = planned_round(extra_questions.plan(db))
    year, everyone = earlier_answers(db, planned)
    asked = from_dicts(planned.questionnaire)
    found = dry_run(asked, everyone, planned.reference_date.isoformat())
    return render_template(
        "office/round/dry_run.html",
        planned=planned,
        year=year,
        found=found,
        most_shown=MOST_SHOWN,
        **_shown(found),
        checks=list(enumerate(declarations.CHECKS, 1)),
        limit=messages.limit,
        seen=partial(_seen, asked),
        **_trial_facts(),
    )


def earlier_answers(db: Database, planned: Round) -> tuple[int | None, list[Earlier]]:
    """The latest closed round before this one, and what each enterprise answered in it."""
    years = [r.year for r in rounds.all_rounds(db) if not r.is_open and r.year < planned.year]
    if not years:
        return None, []
    year = years[-1]
    names = {e.id: e.name for e in enterprises.enterprises(db)}
    before = {r.enterprise_id: r.response.answers for r in responses_as_reviewed(db, year - 1)}
    return year, [
        Earlier(names[r.enterprise_id], r.response.answers, before.get(r.enterprise_id, {}))
        for r in responses_as_reviewed(db, year)
    ]


def _shown(found: ChecksDryRun) -> dict[str, Any]:
    """The checks that would act on someone, those that stop most first; and the others."""
    order = ("stops", "asks", "reviewed")
    acting = [o for o in found.outcomes if o.unchanged or o.changed]
    return {
        "acting": sorted(
            acting,
            key=lambda o: (order.index(o.effect), -max(len(o.unchanged), len(o.changed)), o.number),
        ),
        "silent": [o for o in found.outcomes if not (o.unchanged or o.changed)],
    }


def _seen(asked: Questionnaire, hit: Hit) -> str:
    """What the check would say of one enterprise: to itself, or to the reviewer alone."""
    say = messages.say if hit.fired.asked else messages.seen
    return say(hit.fired, asked, language())


def _trial_facts() -> dict[str, Any]:
    who = signed_in()
    found = find_trial(trial_store())
    return {
        "trial": found,
        "to": who.email if who else "",
        "mails": [(mail, _text(mail)) for mail in found.mails] if found else [],
        "kinds": kind_words(),
        "states": mail_state_words(),
    }


def _text(mail: Mail) -> str:
    """What a mail says where it was written to a file, for a start without a mail server."""
    db = trial_store().db_if_there()
    if db is None or current_app.config["SMTP_URL"]:
        return ""
    path = eml_path(outbox_folder(db), mail)
    if not path.exists():
        return ""
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""


@blueprint.post("/repetition/prov")
def send_trial() -> Response:
    """Begin a trial for oneself: an invitation by mail to a copy of the form."""
    who = signed_in()
    if who is None:
        abort(403)
    planned = planned_round(extra_questions.plan(survey_db()))
    before = as_dicts(planned.year - 1)
    start_trial(trial_store(), survey_db(), planned, before, who.email, actor())
    said = _("En provinbjudan är på väg till %(email)s.", email=who.email)
    return go_to("show_dry_run", said, _anchor="trial")


@blueprint.post("/repetition/prov/ta-bort")
def remove_trial() -> Response:
    """Delete the trial with everything that was filled in."""
    end_trial(trial_store(), survey_db(), actor())
    return go_to("show_dry_run", _("Provet är borttaget."), _anchor="trial")
