"""What may change once a round is open: who is in it, its last day, and its being closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.office import blueprint
from forms.office.round.round_steps import with_missing
from forms.office.typed_fields import Day, Written, no_personal_number
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

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.day.validators = [InputRequired(_("Skriv datumet som ÅÅÅÅ-MM-DD."))]

    def refuse_day(self) -> None:
        """Say by the field that the day has been."""
        self.day.errors = [_("Välj en dag som inte har passerat.")]


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why answers are taken after closing, which the trail keeps."""

    reason = TextAreaField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.validators = [
            Written(_("Skriv varför. Det står kvar i loggen.")),
            Length(max=500, message=_("Skriv högst 500 tecken.")),
            no_personal_number,
        ]


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
    if form.validate_on_submit() and _due_date_moved(form, year):
        words = _("Sista svarsdag är %(day)s.", day=format_date(form.day.data, "EEEE d MMMM"))
        flash(_with_mails(words, form, year))
        return redirect(url_for("office.overview"))
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
    mails = ngettext(
        "%(num)s mejl ligger i utkorgen.", "%(num)s mejl ligger i utkorgen.", queued.mails
    )
    return with_missing(f"{words} {mails}", queued)


def _due_date_moved(form: DueDateForm, year: int) -> bool:
    try:
        round_changes.move_due_date(survey_db(), year, form.day.data, actor())
    except DayHasPassed:
        form.refuse_day()
    except RoundClosed:
        form.day.errors = [_("Omgången %(year)s är redan stängd.", year=year)]
    else:
        return True
    return False


@blueprint.route("/omgang/<int:year>/oppna-igen", methods=["GET", "POST"])
def reopen(year: int) -> str | Response:
    """Take answers again in a closed round, from all or from one."""
    survey_round, one = rounds.find(survey_db(), year), _asked_for()
    form = ReopenForm(data={"day": _later(survey_round)})
    if form.validate_on_submit() and _reopened(form, year, one):
        day = format_date(form.day.data, "EEEE d MMMM")
        words = (
            _("%(name)s kan svara till och med %(day)s.", name=one.full_name, day=day)
            if one
            else _("Insamlingen är öppen igen till och med %(day)s.", day=day)
        )
        flash(_with_mails(words, form, year, one.id if one else None))
        return redirect(url_for("office.overview"))
    return render_template(
        "office/round/reopen.html",
        form=form,
        one=one,
        **_facts(survey_round),
    )


def _asked_for() -> Enterprise | None:
    """The one enterprise that the address names, None where it is for all."""
    wanted = request.args.get("foretag", type=int)
    known = enterprises.enterprise(survey_db(), wanted) if wanted else None
    if "foretag" in request.args and known is None:
        abort(404)
    return known


def _reopened(form: ReopenForm, year: int, one: Enterprise | None) -> bool:
    try:
        round_changes.reopen(
            survey_db(), year, form.day.data, form.reason.data, actor(), one.id if one else None
        )
    except DayHasPassed:
        form.refuse_day()
    except NothingToReopen:
        form.day.errors = [_("Det går redan att svara, eller så var företaget inte med.")]
    except RoundStillOpen as fault:
        form.day.errors = [
            _("Omgången %(year)s är fortfarande öppen. Stäng den först.", year=fault.year)
        ]
    else:
        return True
    return False


@blueprint.post("/omgang/<int:year>/bjud-in/<int:enterprise_id>")
def invite_late(year: int, enterprise_id: int) -> Response:
    """Ask one more enterprise, and send its invitation."""
    rounds.find(survey_db(), year)
    known = enterprises.enterprise(survey_db(), enterprise_id)
    if known is None:
        abort(404)
    try:
        queued = mailings.invite_late(survey_db(), year, enterprise_id, actor())
    except RoundClosed:
        flash(_("Omgången %(year)s är redan stängd.", year=year))
    except NotToInvite:
        flash(_("%(name)s är redan inbjudet, eller var inte verksamt på räknedagen.",
                name=known.full_name))  # fmt: skip
    else:
        words = _("%(name)s är med i inventeringen %(year)s.", name=known.full_name, year=year)
        flash(with_missing(words, queued))
    return redirect(url_for("office.overview"))


@blueprint.post("/omgang/<int:year>/bjud-in")
def invite_all_late(year: int) -> Response:
    """Ask everyone found late in an open round, and send their invitations."""
    try:
        queued = mailings.invite_all_late(survey_db(), year, actor())
    except RoundClosed:
        flash(_("Omgången %(year)s är redan stängd.", year=year))
    else:
        words = ngettext("%(num)s inbjudan ligger i utkorgen.",
                         "%(num)s inbjudningar ligger i utkorgen.", queued.mails)  # fmt: skip
        flash(with_missing(words, queued))
    return redirect(url_for("office.overview"))


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
    except MailHasLeft:
        flash(_("Någon har redan fått mejl eller börjat svara, så öppningen går inte att ångra."))
    else:
        flash(_("Omgången %(year)s är inte längre öppnad.", year=year))
    return redirect(url_for("office.overview"))
