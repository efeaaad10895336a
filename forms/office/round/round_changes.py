"""What may change once a round is open: who is in it, its last day, and its being closed."""

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField

from forms.office import blueprint, go_to
from forms.office.register.contacts import known_enterprise
from forms.office.round import closed_words, still_open_words
from forms.office.round.round_steps import queued_words, with_missing
from forms.office.typed_fields import Day, free_text
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.errors import RoundClosed, RoundStillOpen
from survey_data.follow_up import mailings, progress, recipients
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.rounds import round_changes, rounds
from survey_data.rounds.round_changes import DayHasPassed, MailHasLeft, NothingToReopen, NotToInvite
from survey_data.rounds.rounds import Round


class DueDateForm(FlaskForm):  # type: ignore[misc]
    """A last day for answers, and whether those who have not answered are told."""

    day = Day()
    tell = BooleanField()


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why answers are taken after closing, which the trail keeps."""

    reason = TextAreaField(validators=free_text(500, _l("Skriv varför. Det står kvar i loggen.")))


class ReopenForm(ReasonForm, DueDateForm):
    """A last day, whether it is told, and the reason."""


def _later(survey_round: Round) -> date:
    """A week after the last day, or after today where that has passed."""
    return max(survey_round.due_date, clock.today()) + timedelta(7)


@blueprint.route("/omgang/<int:year>/sista-dag", methods=["GET", "POST"])
def move_due_date(year: int) -> str | Response:
    """Give the open round another last day."""
    survey_round = rounds.find(survey_db(), year)
    form = DueDateForm(data={"day": _later(survey_round)})
    if form.validate_on_submit():
        try:
            round_changes.move_due_date(survey_db(), year, form.day.data, actor())
        except DayHasPassed:
            form.day.errors = [_("Välj en dag som inte har passerat.")]
        except RoundClosed as fault:
            form.day.errors = [closed_words(fault)]
        else:
            words = _("Sista svarsdag är %(day)s.", day=format_date(form.day.data, "EEEE d MMMM"))
            return go_to("overview", _with_mails(words, form, year))
    return render_template("office/round/due_date.html", form=form, **_facts(survey_round))


def _facts(survey_round: Round) -> dict[str, Any]:
    db = survey_db()
    missing = [s for s in progress.standings(db, survey_round) if s.is_missing]
    mails = recipients.to_write(db, survey_round, recipients.NEW_DUE_DATE, anew=True)
    # No mail is offered where it would be refused.
    if mailings.made_up_facts(db, survey_round):
        mails = []
    return {
        "round": survey_round,
        "missing": missing,
        "written_to": {mail["invitation_id"] for mail in mails},
        "bad": [s for s in missing if s.bad_address or not s.email],
    }


def _with_mails(words: str, form: DueDateForm, year: int, only: int | None = None) -> str:
    """What was done, and how many were written to of those who have not answered."""
    if not form.tell.data:
        return words
    queued = mailings.tell_reopened(survey_db(), year, actor(), only)
    return with_missing(f"{words} {queued_words(queued.mails)}", queued)


@blueprint.route("/omgang/<int:year>/oppna-igen", methods=["GET", "POST"])
def reopen(year: int) -> str | Response:
    """Take answers again in a closed round, from all or from one."""
    survey_round, one = rounds.find(survey_db(), year), _asked_for()
    form = ReopenForm(data={"day": _later(survey_round)})
    if form.validate_on_submit():
        only, last = one.id if one else None, form.day.data
        try:
            round_changes.reopen(survey_db(), year, last, form.reason.data, actor(), only)
        except DayHasPassed:
            form.day.errors = [_("Välj en dag som inte har passerat.")]
        except NothingToReopen:
            form.day.errors = [_("Det går redan att svara, eller så var företaget inte med.")]
        except RoundStillOpen as fault:
            form.day.errors = [still_open_words(fault)]
        else:
            day = format_date(last, "EEEE d MMMM")
            words = (
                _("%(name)s kan svara till och med %(day)s.", name=one.full_name, day=day)
                if one
                else _("Insamlingen är öppen igen till och med %(day)s.", day=day)
            )
            return go_to("overview", _with_mails(words, form, year, only))
    return render_template("office/round/reopen.html", form=form, one=one, **_facts(survey_round))


def _asked_for() -> Enterprise | None:
    """The one enterprise that the address names, None where it is for all."""
    wanted = request.args.get("foretag", type=int)
    known = enterprises.enterprise(survey_db(), wanted) if wanted else None
    if "foretag" in request.args and known is None:
        abort(404)
    return known


@blueprint.post("/omgang/<int:year>/bjud-in/<int:enterprise_id>")
def invite_late(year: int, enterprise_id: int) -> Response:
    """Ask one more enterprise, and send its invitation."""
    rounds.find(survey_db(), year)
    name = known_enterprise(enterprise_id).full_name
    try:
        queued = mailings.invite_late(survey_db(), year, enterprise_id, actor())
    except NotToInvite:
        return go_to("overview", _("%(name)s är redan inbjudet, eller var inte verksamt på"
                                   " räknedagen.", name=name))  # fmt: skip
    words = _("%(name)s är med i inventeringen %(year)s.", name=name, year=year)
    return go_to("overview", with_missing(words, queued))


@blueprint.post("/omgang/<int:year>/bjud-in")
def invite_all_late(year: int) -> Response:
    """Ask everyone found late in an open round, and send their invitations."""
    queued = mailings.invite_all_late(survey_db(), year, actor())
    words = ngettext("%(num)s inbjudan ligger i utkorgen.",
                     "%(num)s inbjudningar ligger i utkorgen.", queued.mails)  # fmt: skip
    return go_to("overview", with_missing(words, queued))


@blueprint.route("/omgang/<int:year>/angra", methods=["GET", "POST"])
def undo_opening(year: int) -> str | Response:
    """Let a round not have been opened, as long as nobody has been written to."""
    survey_round = rounds.find(survey_db(), year)
    if request.method != "POST":
        possible = round_changes.can_undo_opening(survey_db(), survey_round)
        return render_template(
            "office/round/undo_opening.html", round=survey_round, possible=possible
        )
    try:
        mailings.undo_opening(survey_db(), year, actor())
        said = _("Omgången %(year)s är inte längre öppnad.", year=year)
    except MailHasLeft:
        said = _("Någon har redan fått mejl eller börjat svara, så öppningen går inte att ångra.")
    return go_to("overview", said)
