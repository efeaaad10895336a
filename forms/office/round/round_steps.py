"""The steps of a round: open, send, remind, close; each asks once before it acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from forms.office import blueprint
from forms.office.round.calendar import act_words, moment
from forms.office.settings.settings import made_up
from forms.office.typed_fields import Day
from forms.questionnaire.inventory import OPTIONAL, as_dicts
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.automation import fictitious_enterprises
from survey_data.errors import (
    DatesOutOfOrder,
    NobodyToAsk,
    RoundClosed,
    RoundExists,
    RoundStillOpen,
)
from survey_data.follow_up import bounces, mailings, progress
from survey_data.follow_up.mailings import Queued
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.rounds import optional_modules, rounds
from survey_data.rounds.rounds import Round, TotalsStated


class RoundForm(FlaskForm):  # type: ignore[misc]
    """Year and dates of a new round."""

    year = IntegerField()
    reference_date = Day()
    due_date = Day()
    though_passed = BooleanField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.year.validators = [
            InputRequired(_("Skriv årtalet med fyra siffror, till exempel 2026.")),
            NumberRange(2016, 2100, _("Skriv ett år mellan 2016 och 2100.")),
        ]
        for field in (self.reference_date, self.due_date):
            field.validators = [InputRequired(_("Skriv datumet som ÅÅÅÅ-MM-DD."))]


@blueprint.route("/omgang/oppna", methods=["GET", "POST"])
def open_round() -> str | Response:
    """Open a year's round."""
    db = survey_db()
    latest = rounds.latest(db)
    year = latest.year + 1 if latest else clock.today().year
    form = RoundForm(
        data={"year": year, "reference_date": date(year, 10, 1), "due_date": date(year, 11, 15)}
    )
    passed: list[date] = []
    if form.validate_on_submit():
        passed = rounds.passed_dates(form.year.data, form.reference_date.data, form.due_date.data)
    asks = bool(passed) and not form.though_passed.data
    if form.is_submitted() and not form.errors and not asks and _opened(form):
        flash(_("Omgången %(year)s är öppen. Skicka nu inbjudningarna.", year=form.year.data))
        return redirect(url_for("office.overview"))
    day = form.reference_date.data
    active = enterprises.enterprises(db, active_on=day) if day else []
    extra_count = len(rounds.prepared(db))
    skipped = optional_modules.left_out(db, form.year.data or year, OPTIONAL)
    return render_template(
        "office/round/open_round.html", form=form, asked=len(active),
        unreachable=_unreachable(active), unaddressed=_unaddressed(active),
        extra_count=extra_count,
        modules_asked=len(OPTIONAL) - len(skipped), modules_all=len(OPTIONAL),
        passed=[] if form.errors else passed,
        # All examples are exempt, which the round says of itself once it is open.
        made_up=[] if fictitious_enterprises.exist_in(db) else made_up(None),
    )  # fmt: skip


def _unreachable(active: list[Enterprise]) -> list[tuple[Enterprise, str]]:
    """Those whose address has not worked, with it: asked about, and not left out in silence."""
    dead, contacts = bounces.dead(survey_db()), enterprises.main_contacts(survey_db())
    found = [(each, contacts[each.id].email) for each in active if each.id in contacts]
    return [(each, email) for each, email in found if email.lower() in dead]


def _unaddressed(active: list[Enterprise]) -> int:
    """How many have nowhere to send an invitation."""
    contacts = enterprises.main_contacts(survey_db())
    return sum(each.id not in contacts or not contacts[each.id].email for each in active)


def _opened(form: RoundForm) -> bool:
    year = form.year.data
    try:
        rounds.open_round(
            survey_db(), year, form.reference_date.data, form.due_date.data, as_dicts(year),
            actor(), optional=OPTIONAL,
        )  # fmt: skip
    except RoundExists:
        form.year.errors = [_("Det finns redan en omgång för %(year)s.", year=year)]
    except TotalsStated:
        form.year.errors = [
            _("Det finns angivna totaler för %(year)s. Ta bort dem först, under Tidigare år.",
              year=year)
        ]  # fmt: skip
    except RoundStillOpen as fault:
        form.year.errors = [
            _("Omgången %(year)s är fortfarande öppen. Stäng den först.", year=fault.year)
        ]
    except NobodyToAsk:
        form.reference_date.errors = [
            _("Inget företag i registret var verksamt den dagen. Lägg först in företagen.")
        ]
    except DatesOutOfOrder:
        form.due_date.errors = [
            _("Räknedagen ska ligga i omgångens år och sista svarsdag efter räknedagen.")
        ]
    else:
        return True
    return False


@blueprint.route("/omgang/<int:year>/<step>", methods=["GET"])
def ask_step(year: int, step: str) -> str | Response:
    """Say what a step will do, and ask."""
    db = survey_db()
    survey_round = _round(year, step)
    if not survey_round.is_open:
        return redirect(url_for("office.overview"))
    everyone = progress.standings(db, survey_round)
    waiting = [s for s in everyone if s.state == "not_invited"]
    planned = mailings.plan_reminder(db, survey_round)
    chosen = {r["invitation_id"] for r in planned.recipients}
    concerned = {
        "skicka": waiting,
        "paminn": [s for s in everyone if s.invitation_id in chosen],
        "stang": [s for s in everyone if s.is_missing],
    }[step]
    return render_template(
        "office/round/ask_step.html",
        round=survey_round,
        step=step,
        concerned=concerned,
        reminding=planned,
        uninvited=sum(r["kind"] == "invitation" for r in planned.recipients),
        act_words=act_words(),
        moment=moment,
        made_up=made_up(survey_round) if step != "stang" else [],
    )


@blueprint.post("/omgang/<int:year>/<step>")
def take_step(year: int, step: str) -> Response:
    """Take the step."""
    _round(year, step)
    try:
        flash(STEPS[step](year))
    except RoundClosed:
        flash(_("Omgången %(year)s är redan stängd.", year=year))
    return redirect(url_for("office.overview"))


def _round(year: int, step: str) -> Round:
    if step not in STEPS:
        abort(404)
    return rounds.find(survey_db(), year)


def _queue(queue: Callable[[Database, int, str], Queued], year: int) -> str:
    queued = queue(survey_db(), year, actor())
    words = ngettext(
        "%(num)s mejl ligger i utkorgen.", "%(num)s mejl ligger i utkorgen.", queued.mails
    )
    return with_missing(words, queued)


def with_missing(words: str, queued: Queued) -> str:
    """What was queued, and who got nothing: no address, or one that does not work."""
    parts = [words]
    if queued.without_address:
        parts.append(_("Saknar e-postadress: %(names)s.", names=", ".join(queued.without_address)))
    if queued.bad_address:
        names = ", ".join(queued.bad_address)
        parts.append(
            _("Adresser som inte fungerar, till dessa skickas inget: %(names)s.", names=names)
        )
    return " ".join(str(part) for part in parts)


def _close(year: int) -> str:
    rounds.close_round(survey_db(), year, actor())
    return str(_("Omgången %(year)s är stängd. Publicera när ni är klara.", year=year))


STEPS: dict[str, Callable[[int], str]] = {
    "skicka": partial(_queue, mailings.queue_invitations),
    "paminn": partial(_queue, mailings.remind),
    "stang": _close,
}
