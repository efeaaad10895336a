"""Closing an enterprise of the register with a reason, and opening it again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.office import blueprint
from forms.office.register.contacts import known_enterprise, no_personal_number
from forms.office.register.labels import reason_words
from forms.office.typed_fields import Day
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.errors import ClosedTooEarly
from survey_data.register import enterprises


class ClosingForm(FlaskForm):  # type: ignore[misc]
    """Why, since when, and in a sentence."""

    reason = SelectField()
    last_day = Day()
    note = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [("", _("Välj skäl")), *reason_words().items()]
        self.reason.validators = [InputRequired(_("Välj skäl."))]
        self.last_day.validators = [InputRequired(_("Skriv datumet som ÅÅÅÅ-MM-DD."))]
        self.note.validators = [
            InputRequired(_("Skriv en mening om varför, för den som läser om ett år.")),
            Length(max=500, message=_("Skriv högst 500 tecken.")),
            no_personal_number,
        ]


@blueprint.route("/foretag/<int:enterprise_id>/avsluta", methods=["GET", "POST"])
def close_enterprise(enterprise_id: int) -> str | Response:
    """Ask why and since when, then close."""
    known = known_enterprise(enterprise_id)
    form = ClosingForm(data={"last_day": clock.today()})
    if form.validate_on_submit() and _closed(form, enterprise_id):
        flash(_("%(name)s är avslutat och får ingen fler inbjudan.", name=known.name))
        return redirect(url_for("office.change_enterprise", enterprise_id=enterprise_id))
    return render_template("office/register/closing.html", form=form, enterprise=known)


def _closed(form: ClosingForm, enterprise_id: int) -> bool:
    note = form.note.data.strip()
    try:
        enterprises.close(
            survey_db(), enterprise_id, form.reason.data, form.last_day.data, note, actor()
        )
    except ClosedTooEarly:
        form.last_day.errors = [_("Sista dagen kan inte ligga före första dagen.")]
        return False
    return True


@blueprint.post("/foretag/<int:enterprise_id>/oppna-igen")
def reopen_enterprise(enterprise_id: int) -> Response:
    """Take an enterprise back among those that are asked."""
    known = known_enterprise(enterprise_id)
    enterprises.reopen(survey_db(), enterprise_id, "", actor())
    flash(_("%(name)s är öppet igen och bjuds in till nästa omgång.", name=known.name))
    return redirect(url_for("office.change_enterprise", enterprise_id=enterprise_id))
