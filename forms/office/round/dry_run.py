"""Rehearse the round: earlier answers through this year's checks, and a trial to oneself."""

from email import message_from_bytes, policy
from functools import partial
from typing import Any

from flask import abort, current_app, render_template
from flask_babel import gettext as _
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.checks import declarations, messages
from forms.checks.checking import ChecksDryRun, Earlier, Hit, dry_run
from forms.mail.delivery import outbox_folder
from forms.mail.smtp import eml_path
from forms.office import blueprint, go_to
from forms.office.mail.mails import kind_words, mail_state_words
from forms.office.round.planned_form import planned_round
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.questionnaire import Questionnaire
from forms.translations import language
from forms.web.request_context import actor, signed_in, survey_db, trial_store
from survey_data.automation import trial_round
from survey_data.outbox import Mail
from survey_data.register import enterprises
from survey_data.review.decisions import responses_as_reviewed
from survey_data.rounds import extra_questions, rounds
from survey_data.rounds.rounds import Round

# Nobody reads on beyond these; how many there are is said beside them.
MOST_SHOWN = 100


@blueprint.get("/repetition")
def show_dry_run() -> str:
    """What each check would do with the latest answers, and the trial there is."""
    db = survey_db()
    planned = planned_round(extra_questions.plan(db))
    year, everyone = earlier_answers(db, planned)
    asked = questionnaires.from_dicts(planned.questionnaire)
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
    found = trial_round.find(trial_store())
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
    trial_round.start(trial_store(), survey_db(), planned, before, who.email, actor())
    said = _("En provinbjudan är på väg till %(email)s.", email=who.email)
    return go_to("show_dry_run", said, _anchor="trial")


@blueprint.post("/repetition/prov/ta-bort")
def remove_trial() -> Response:
    """Delete the trial with everything that was filled in."""
    trial_round.remove(trial_store(), survey_db(), actor())
    return go_to("show_dry_run", _("Provet är borttaget."), _anchor="trial")
