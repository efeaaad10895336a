"""Settings at the office: the association's facts and a trial mail."""

from __future__ import annotations

import smtplib

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.mail import smtp
from forms.mail.smtp import Server, open_transport
from forms.office import blueprint
from forms.office.mail.undelivered_panel import mailbox_facts
from forms.office.settings.settings_form import AssociationForm, made_up
from forms.web.guards import asks_again
from forms.web.request_context import actor, signed_in, survey_db
from survey_data import clock, settings
from survey_data.rounds import rounds


@blueprint.route("/installningar", methods=["GET", "POST"])
@asks_again
def show_settings() -> str | Response:
    """The facts as a form, and what else can be looked after here."""
    db = survey_db()
    form = AssociationForm(obj=settings.association(db))
    if form.validate_on_submit():
        changed = settings.set_facts(db, form.facts(), actor())
        flash(_("Sparat. Det syns redan på sidorna.") if changed else _("Inget var ändrat."))
        return redirect(url_for("office.show_settings"))
    return settings_page(form)


@blueprint.errorhandler(settings.PlaceholdersLeft)
def placeholders_left(_fault: settings.PlaceholdersLeft) -> Response:
    """Wherever a real mail would state facts that are made up: nothing left, and where they are."""
    flash(_("Inget mejl gick iväg: fyll först i förbundets uppgifter."))
    return redirect(url_for("office.show_settings"))


def settings_page(form: AssociationForm | None = None, logo_error: str = "") -> str:
    """The settings with what is wrong of what was sent."""
    db = survey_db()
    return render_template(
        "office/settings/settings.html",
        # What was sent elsewhere on the page says nothing about the facts.
        form=form or AssociationForm(formdata=None, obj=settings.association(db)),
        logo_error=logo_error,
        made_up=made_up(rounds.current(db)),
        to_files=not current_app.config["SMTP_URL"],
        **mailbox_facts(),
        me=signed_in(),
        local=clock.local,
    )


@blueprint.post("/installningar/provmejl")
def send_trial_mail() -> Response:
    """Send a mail to oneself now, and show what the server said."""
    who = signed_in()
    assert who is not None
    if not current_app.config["SMTP_URL"]:
        flash(_("Ingen mejlserver är inställd (ASF_SMTP_URL), så inget skickades."))
    else:
        flash(_trial_mail(who.email))
    return redirect(url_for("office.show_settings"))


def _trial_mail(to: str) -> str:
    db, config = survey_db(), current_app.config
    message, sender = smtp.trial(db, to), settings.association(db).email
    try:
        with open_transport(config["SMTP_URL"], config["OUTBOX_DIR"], sender) as transport:
            assert isinstance(transport, Server)
            words = smtp.hand_over(transport.connection, message, sender, to)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        return smtp.refused(fault)
    return str(_("Provmejlet till %(to)s är skickat. Servern svarade: %(w)s", to=to, w=words))
