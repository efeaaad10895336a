"""Rehearse the round: earlier answers through this year's checks, and a trial to oneself."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.checks import Check, declarations, messages
from forms.checks.checking import CheckOutcome, ChecksDryRun, Earlier, Effect, Hit, dry_run
from forms.mail.delivery import outbox_folder
from forms.mail.smtp import eml_path
from forms.office import blueprint
from forms.office.mail.mails import kind_words, mail_state_words
from forms.office.round.planned_form import planned_round
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.questionnaire import Questionnaire
from forms.translations import language
from forms.web.request_context import actor, signed_in, survey_db, trial_store
from survey_data import clock
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
        **_words(asked),
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
        "acting": sorted(acting, key=lambda o: (order.index(o.effect), -_most(o), o.number)),
        "silent": [o for o in found.outcomes if not (o.unchanged or o.changed)],
    }


def _most(outcome: CheckOutcome) -> int:
    return max(len(outcome.unchanged), len(outcome.changed))


def _words(asked: Questionnaire) -> dict[str, Any]:
    return {
        "checks": list(enumerate(declarations.CHECKS, 1)),
        "effects": _effect_words(),
        "name_of": _name_of,
        "limit_of": _limit_of,
        "would": _would,
        "seen": lambda hit: _seen(hit, asked),
    }


def _name_of(check: Check) -> str:
    """What a check is called before it has fired on anyone."""
    return check.heading.say(language())


def _effect_words() -> dict[Effect, tuple[str, str]]:
    """Each effect's chip and word."""
    return {
        "stops": ("returned", _("Stoppar")),
        "asks": ("review", _("Frågar")),
        "reviewed": ("not_opened", _("Bara i granskningen")),
    }


def _limit_of(check: Check) -> str:
    """Where the check's limit is, in words."""
    said = messages.limit(check, check.parameters, language())
    return said or _("Ingen gräns: svaret stämmer eller stämmer inte.")


def _would(outcome: CheckOutcome, count: int, total: int) -> str:
    """What the check would do: "Kontroll 7 skulle stoppa 11 av 30."."""
    numbers = {"number": outcome.number, "total": total}
    words = {
        "stops": ngettext(
            "Kontroll %(number)s skulle stoppa %(num)s av %(total)s.",
            "Kontroll %(number)s skulle stoppa %(num)s av %(total)s.",
            count,
            **numbers,
        ),
        "asks": ngettext(
            "Kontroll %(number)s skulle fråga %(num)s av %(total)s.",
            "Kontroll %(number)s skulle fråga %(num)s av %(total)s.",
            count,
            **numbers,
        ),
        "reviewed": ngettext(
            "Kontroll %(number)s skulle visas för granskaren hos %(num)s av %(total)s.",
            "Kontroll %(number)s skulle visas för granskaren hos %(num)s av %(total)s.",
            count,
            **numbers,
        ),
    }
    return str(words[outcome.effect])


def _seen(hit: Hit, asked: Questionnaire) -> str:
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
        "local": clock.local,
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
    flash(_("En provinbjudan är på väg till %(email)s.", email=who.email))
    return redirect(f"{url_for('office.show_dry_run')}#trial")


@blueprint.post("/repetition/prov/ta-bort")
def remove_trial() -> Response:
    """Delete the trial with everything that was filled in."""
    trial_round.remove(trial_store(), survey_db(), actor())
    flash(_("Provet är borttaget."))
    return redirect(f"{url_for('office.show_dry_run')}#trial")
