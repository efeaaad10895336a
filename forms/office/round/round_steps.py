"""The steps of a round: open, send, remind, close; each asks once before it acts."""

from collections.abc import Callable
from datetime import date
from functools import partial

from flask import abort, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import BooleanField

from forms.office import blueprint, go_to
from forms.office.round import still_open_words
from forms.office.round.calendar import act_words, moment
from forms.office.settings.settings import made_up
from forms.office.typed_fields import Day, Year
from forms.questionnaire.inventory import OPTIONAL, as_dicts
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.automation import fictitious_enterprises
from survey_data.errors import DatesOutOfOrder, NobodyToAsk, RoundExists, RoundStillOpen
from survey_data.follow_up import bounces, mailings, progress
from survey_data.follow_up.mailings import Queued
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.rounds import optional_modules, rounds
from survey_data.rounds.rounds import Round, TotalsStated


class RoundForm(FlaskForm):  # type: ignore[misc]
    """Year and dates of a new round."""

    year = Year(2016, lambda: 2100)
    reference_date = Day()
    due_date = Day()
    though_passed = BooleanField()


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
        if form.though_passed.data or not passed:
            if _opened(form):
                year = form.year.data
                said = _("Omgången %(year)s är öppen. Skicka nu inbjudningarna.", year=year)
                return go_to("overview", said)
            passed = []
    day = form.reference_date.data
    active = enterprises.enterprises(db, active_on=day) if day else []
    unreachable, unaddressed = _lacking(active)
    skipped = optional_modules.left_out(db, form.year.data or year, OPTIONAL)
    return render_template(
        "office/round/open_round.html", form=form, asked=len(active),
        unreachable=unreachable, unaddressed=unaddressed,
        extra_count=len(rounds.prepared(db)),
        modules_asked=len(OPTIONAL) - len(skipped), modules_all=len(OPTIONAL),
        passed=passed,
        # All examples are exempt, which the round says of itself once it is open.
        made_up=[] if fictitious_enterprises.exist_in(db) else made_up(None),
    )  # fmt: skip


def _lacking(active: list[Enterprise]) -> tuple[list[tuple[Enterprise, str]], int]:
    """Those whose address has not worked, with it, and how many have none.

    They are asked about, and not left out in silence.
    """
    dead, contacts = bounces.dead(survey_db()), enterprises.main_contacts(survey_db())
    addresses = [(each, contacts[each.id].email if each.id in contacts else "") for each in active]
    bad = [(each, email) for each, email in addresses if email.lower() in dead]
    return bad, sum(not email for _each, email in addresses)


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
        form.year.errors = [still_open_words(fault)]
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


@blueprint.get("/omgang/<int:year>/<step>")
def ask_step(year: int, step: str) -> str | Response:
    """Say what a step will do, and ask."""
    db = survey_db()
    survey_round = _round(year, step)
    if not survey_round.is_open:
        return go_to("overview")
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
    return go_to("overview", STEPS[step](year))


def _round(year: int, step: str) -> Round:
    if step not in STEPS:
        abort(404)
    return rounds.find(survey_db(), year)


def _queue(queue: Callable[[Database, int, str], Queued], year: int) -> str:
    queued = queue(survey_db(), year, actor())
    return with_missing(queued_words(queued.mails), queued)


def queued_words(count: int) -> str:
    """How many mails wait to be sent."""
    return ngettext("%(num)s mejl ligger i utkorgen.", "%(num)s mejl ligger i utkorgen.", count)


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
    return _("Omgången %(year)s är stängd. Publicera när ni är klara.", year=year)


STEPS: dict[str, Callable[[int], str]] = {
    "skicka": partial(_queue, mailings.queue_invitations),
    "paminn": partial(_queue, mailings.remind),
    "stang": _close,
}
