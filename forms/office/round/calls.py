"""Calls: what came of each, when to try again, and the form filled in on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from forms.office import blueprint
from forms.office.data_table import Listing, Table, among, coded, moment, search, text
from forms.office.round.progress import newest_round, state_words
from forms.office.round.round_changes import ReasonForm
from forms.office.table_downloads import as_file
from forms.office.typed_fields import Day, is_one_moment
from forms.respondent.respondent import Respondent
from forms.respondent.sessions import claim_phone_session
from forms.respondent.steps import REVIEW, Progress
from forms.web.request_context import actor, signed_in, survey_db
from survey_data import clock
from survey_data.database import writing
from survey_data.errors import PersonalIdentityNumber
from survey_data.follow_up import progress
from survey_data.register import enterprises
from survey_data.rounds import calls, invitations, round_changes
from survey_data.rounds.calls import LONGEST_NOTE, OUTCOMES, Call, TryAgainInThePast
from survey_data.rounds.invitations import Invitation
from survey_data.staff import staff

MORNING = time(9)


def outcome_words() -> dict[str, str]:
    """What each outcome of a call is called."""
    return {
        "will_hand_in": _("Svarade, lämnar in själva"),
        "answered_by_phone": _("Svarade på frågorna i telefon"),
        "call_later": _("Vill bli uppringda senare"),
        "no_answer": _("Inget svar"),
        "wrong_number": _("Fel nummer"),
        "refuses": _("Avböjer att svara"),
        "out_of_scope": _("Är inte ett ASF i länet"),
        "ceased": _("Företaget har upphört"),
    }


class CallForm(FlaskForm):  # type: ignore[misc]
    """One call, or one attempt."""

    outcome = RadioField()
    again_day = Day()
    again_hour = TimeField()
    note = TextAreaField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = outcome_words()
        self.outcome.choices = [(code, words[code]) for code in OUTCOMES]
        # Said once and in our words; WTForms has its own for a choice that was not made.
        self.outcome.validate_choice = False
        self.outcome.validators = [InputRequired(_("Välj hur samtalet gick."))]
        self.again_day.validators = [Optional()]
        self.again_hour.validators = [Optional()]
        self.note.validators = [Length(max=LONGEST_NOTE, message=_("Korta anteckningen."))]

    @property
    def try_again_at(self) -> str | None:
        """The next time to try, in the morning unless an hour was given."""
        day = self.again_day.data
        return clock.at(day, self.again_hour.data or MORNING) if day else None

    def is_complete(self) -> bool:
        """Whether it can be noted; says beside the fields what is missing."""
        if not self.validate_on_submit():
            return False
        if self.outcome.data not in OUTCOMES:
            self.outcome.errors = [_("Välj hur samtalet gick.")]
            return False
        if self.outcome.data == "call_later" and self.again_day.data is None:
            self.again_day.errors = [_("Skriv vilken dag du ska ringa igen.")]
            return False
        day, hour = self.again_day.data, self.again_hour.data
        return not (day and hour) or is_one_moment(self.again_hour, day, hour)


@blueprint.route("/samtal/<int:invitation_id>", methods=["GET", "POST"])
def show_calls(invitation_id: int) -> str | Response:
    """The contact, the calls so far, and the form for one more."""
    invitation = invitations.by_id(survey_db(), invitation_id)
    form = CallForm()
    if form.is_complete() and _noted(form, invitation):
        flash(_("Samtalet med %(name)s är noterat.", name=invitation.enterprise.name))
        return redirect(url_for("office.overview"))
    return _page(form, invitation)


def _page(form: CallForm, invitation: Invitation, late: ReasonForm | None = None) -> str:
    db = survey_db()
    everyone = progress.standings(db, invitation.round)
    return render_template(
        "office/round/calls.html",
        form=form,
        invitation=invitation,
        late=late or late_form(invitation),
        standing=next(s for s in everyone if s.invitation_id == invitation.id),
        states=state_words(),
        contact=enterprises.main_contact(db, invitation.enterprise.id),
        history=calls.history(db, invitation.id),
        outcomes=outcome_words(),
        callers=callers(),
        local=clock.local,
    )


def callers() -> dict[str, str]:
    """Who acted, as a person reads it: the address behind "staff 3"."""
    return {f"staff {each.id}": each.email for each in staff.everyone(survey_db())}


def _noted(form: CallForm, invitation: Invitation) -> bool:
    note = form.note.data or ""
    again = form.try_again_at
    try:
        calls.record(
            survey_db(), invitation.id, form.outcome.data, actor(), try_again_at=again, note=note
        )
    except PersonalIdentityNumber:
        form.note.errors = [_("Det ser ut att stå ett personnummer här. Ta bort det.")]
    except TryAgainInThePast:
        form.again_day.errors = [_("Den tiden har redan varit. Skriv en senare tid.")]
    else:
        return True
    return False


def late_form(invitation: Invitation) -> ReasonForm | None:
    """What is asked before an answer is taken by telephone after closing; None where it is not."""
    theirs = invitation.round
    may = not theirs.is_open and theirs.year == newest_round().year
    return ReasonForm() if may and theirs.reference_date < clock.today() else None


@blueprint.app_template_global("has_figures_out")
def has_figures_out(year: int) -> bool:
    """Whether a release has a year's figures."""
    return round_changes.is_released(survey_db(), year)


@blueprint.get("/telefon/<int:invitation_id>")
def show_call_again(invitation_id: int) -> Response:
    """Where the page that asks for a reason leads when it is opened anew, in English say."""
    return redirect(url_for("office.show_calls", invitation_id=invitation_id))


@blueprint.post("/telefon/<int:invitation_id>")
def fill_in_by_phone(invitation_id: int) -> str | Response:
    """Open an enterprise's form in the coordinator's own browser, after closing for a reason."""
    invitation, who = invitations.by_id(survey_db(), invitation_id), signed_in()
    late = late_form(invitation)
    if late and not late.validate_on_submit():
        return _page(CallForm(formdata=None), invitation, late)
    if who is None or not (late or invitation.round.is_open):
        flash(_("Omgången %(year)s är redan stängd.", year=invitation.round.year))
        return redirect(url_for("office.show_calls", invitation_id=invitation_id))
    with writing(survey_db()):
        if late:
            _open_today(invitation, late.reason.data)
            invitation = invitations.by_id(survey_db(), invitation_id)
        claim_phone_session(survey_db(), invitation, who.id)
    section = Progress(Respondent(survey_db(), invitation)).next_section()
    if section is REVIEW:
        return redirect(url_for("answer.review"), 303)
    return redirect(url_for("answer.fill_in", section=section.key), 303)


def _open_today(invitation: Invitation, reason: str) -> None:
    """Open a closed round for one enterprise until midnight.

    So that it can still mend what the receipt shows it.
    """
    year, enterprise_id = invitation.round.year, invitation.enterprise.id
    round_changes.reopen(survey_db(), year, clock.today(), reason, actor(), enterprise_id)


@dataclass(frozen=True)
class CallRow:
    """One call with whom it was to, and who made it."""

    call: Call
    name: str
    caller: str


@blueprint.get("/samtal")
def show_call_log() -> str:
    """Every call of the open round, or of the latest."""
    return render_template("office/round/call_log.html", round=newest_round(), listing=call_list())


@as_file("samtal")
def call_list() -> Listing[CallRow]:
    """The call log as the address asks for it."""
    survey_round, who = newest_round(), callers()
    names = calls.names(survey_db(), survey_round.id)
    found = [
        CallRow(call, names[call.invitation_id], who.get(call.actor, call.actor))
        for call in calls.of_round(survey_db(), survey_round.id)
    ]
    made_by = {row.caller: row.caller for row in sorted(found, key=lambda row: row.caller)}
    words = outcome_words()
    table: Table[CallRow] = Table(
        "samtal", "office.show_call_log",
        [
            text("name", _("Företag"), lambda c: c.name,
                 link=lambda c: url_for("office.show_calls", invitation_id=c.call.invitation_id)),
            moment("when", _("När"), lambda c: c.call.called_at, look="nowrap",
                           largest_first=True,
                   sort=lambda c: (c.call.called_at, c.call.id)),
            coded("outcome", _("Hur det gick"), lambda c: c.call.outcome, words, list(words)),
            moment("again", _("Ring igen"), lambda c: c.call.try_again_at, look="nowrap",
                   pattern="EEE d MMM HH:mm"),
            text("note", _("Anteckning"), lambda c: c.call.note, sorts=False, look="own-line"),
            text("who", _("Vem som ringde"), lambda c: c.caller, look="own-line"),
        ],
        [
            search(lambda c: [c.name], _("Sök på företag")),
            among("utfall", _("Hur det gick"), lambda c: c.call.outcome, words),
            among("ringare", _("Vem som ringde"), lambda c: c.caller, made_by),
        ],
        "when", f"asf-{survey_round.year}-samtal",
    )  # fmt: skip
    return table.of(found)
