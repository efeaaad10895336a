"""Calls: what came of each, when to try again, and the form filled in on the telephone."""

from datetime import time

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Optional

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import Listing, Table, among, coded, moment, search, text
from forms.office.round.progress import newest_round, state_words
from forms.office.round.round_changes import ReasonForm
from forms.office.typed_fields import Day, at_most, is_one_moment
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

    # Said once and in our words; WTForms has its own for a choice that was not made.
    outcome = RadioField(
        choices=lambda: [(code, outcome_words()[code]) for code in OUTCOMES],
        validate_choice=False,
        validators=[InputRequired(_l("Välj hur samtalet gick."))],
    )
    again_day = Day(needed=None)
    again_hour = TimeField(validators=[Optional()])
    note = TextAreaField(validators=[at_most(LONGEST_NOTE, _l("Korta anteckningen."))])

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
    if form.is_complete():
        try:
            calls.record(
                survey_db(), invitation.id, form.outcome.data, actor(),
                try_again_at=form.try_again_at, note=form.note.data or "",
            )  # fmt: skip
        except PersonalIdentityNumber:
            form.note.errors = [_("Det ser ut att stå ett personnummer här. Ta bort det.")]
        except TryAgainInThePast:
            form.again_day.errors = [_("Den tiden har redan varit. Skriv en senare tid.")]
        else:
            name = invitation.enterprise.name
            return go_to("overview", _("Samtalet med %(name)s är noterat.", name=name))
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
    )


def callers() -> dict[str, str]:
    """Who acted, as a person reads it: the address behind "staff 3"."""
    return {f"staff {each.id}": each.email for each in staff.everyone(survey_db())}


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
    return go_to("show_calls", invitation_id=invitation_id)


@blueprint.post("/telefon/<int:invitation_id>")
def fill_in_by_phone(invitation_id: int) -> str | Response:
    """Open an enterprise's form in the coordinator's own browser, after closing for a reason."""
    invitation, who = invitations.by_id(survey_db(), invitation_id), signed_in()
    late = late_form(invitation)
    if late and not late.validate_on_submit():
        return _page(CallForm(formdata=None), invitation, late)
    if who is None or not (late or invitation.round.is_open):
        said = _("Omgången %(year)s är redan stängd.", year=invitation.round.year)
        return go_to("show_calls", said, invitation_id=invitation_id)
    with writing(survey_db()):
        if late:
            # Until midnight, so that it can still mend what the receipt shows it.
            round_changes.reopen(
                survey_db(), invitation.round.year, clock.today(), late.reason.data, actor(),
                invitation.enterprise.id,
            )  # fmt: skip
            invitation = invitations.by_id(survey_db(), invitation_id)
        claim_phone_session(survey_db(), invitation, who.id)
    section = Progress(Respondent(survey_db(), invitation)).next_section()
    if section is REVIEW:
        return redirect(url_for("answer.review"), 303)
    return redirect(url_for("answer.fill_in", section=section.key), 303)


@blueprint.get("/samtal")
def show_call_log() -> str:
    """Every call of the open round, or of the latest."""
    return render_template("office/round/call_log.html", round=newest_round(), listing=call_list())


@as_file("samtal")
def call_list() -> Listing[Call]:
    """The call log as the address asks for it."""
    survey_round, who = newest_round(), callers()
    names = calls.names(survey_db(), survey_round.id)
    found = calls.of_round(survey_db(), survey_round.id)

    def caller(call: Call) -> str:
        return who.get(call.actor, call.actor)

    made_by = {name: name for name in sorted(map(caller, found))}
    words = outcome_words()
    table: Table[Call] = Table(
        "samtal", "office.show_call_log",
        [
            text("name", _("Företag"), lambda c: names[c.invitation_id],
                 link=lambda c: url_for("office.show_calls", invitation_id=c.invitation_id)),
            moment("when", _("När"), lambda c: c.called_at, look="nowrap",
                           largest_first=True,
                   sort=lambda c: (c.called_at, c.id)),
            coded("outcome", _("Hur det gick"), lambda c: c.outcome, words, list(words)),
            moment("again", _("Ring igen"), lambda c: c.try_again_at, look="nowrap",
                   pattern="EEE d MMM HH:mm"),
            text("note", _("Anteckning"), lambda c: c.note, sorts=False, look="own-line"),
            text("who", _("Vem som ringde"), caller, look="own-line"),
        ],
        [
            search(lambda c: [names[c.invitation_id]], _("Sök på företag")),
            among("utfall", _("Hur det gick"), lambda c: c.outcome, words),
            among("ringare", _("Vem som ringde"), caller, made_by),
        ],
        "when", f"asf-{survey_round.year}-samtal",
    )  # fmt: skip
    return table.of(found)
