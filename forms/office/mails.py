"""The outbox: what was sent to whom, what failed, and the text of each mail written to a file."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.mailing import eml_path
from forms.office import blueprint
from forms.store import actor, for_role, survey_db
from survey_data import clock, outbox
from survey_data.outbox import Mail


def kind_words() -> dict[str, str]:
    """What each kind of mail is called."""
    return {
        "pre_notice": _("Förvarning"),
        "invitation": _("Inbjudan"),
        "reminder": _("Påminnelse"),
        "last_call": _("Sista påminnelsen"),
        "new_link": _("Ny länk"),
        "receipt": _("Kvitto"),
        "returned": _("Fråga om svaret"),
        "sign_in": _("Inloggning"),
        "staff_invited": _("Inbjudan till personal"),
        "board_release": _("Årsmejl till styrelsen"),
    }


def mail_state_words() -> dict[str, tuple[str, str]]:
    """Each state of a mail with its chip and word."""
    return {
        "queued": ("not_opened", _("I kö")),
        "sending": ("started", _("Skickas")),
        "sent": ("done", _("Skickat")),
        "failed": ("bounced", _("Gick inte att skicka")),
        "uncertain": ("returned", _("Osäkert om det gick iväg")),
        "cancelled": ("not_opened", _("Inställt")),
    }


@blueprint.get("/utskick")
@for_role("coordinator")
def show_mails() -> str:
    """The newest mails first."""
    found = outbox.newest(survey_db())
    return render_template(
        "office/mails.html",
        mails=found,
        kinds=kind_words(),
        states=mail_state_words(),
        local=clock.local,
        to_files=not current_app.config["SMTP_URL"],
        readable={m.id for m in found if _file(m).exists()},
    )


@blueprint.get("/utskick/<int:mail_id>")
@for_role("coordinator")
def show_mail(mail_id: int) -> str:
    """One mail as it was written to a file."""
    mail = outbox.find(survey_db(), mail_id)
    if mail is None or not _file(mail).exists():
        abort(404)
    # A sign-in link of someone else is theirs alone, also in a demonstration.
    if mail.kind == "sign_in":
        abort(403)
    message = message_from_bytes(_file(mail).read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return render_template(
        "office/mail.html",
        mail=mail,
        message=message,
        text=body.get_content() if body else "",
        kinds=kind_words(),
    )


@blueprint.post("/utskick/<int:mail_id>/igen")
@for_role("coordinator")
def send_again(mail_id: int) -> Response:
    """Queue a mail again that failed, or of which nobody knows whether it left."""
    if outbox.send_again(survey_db(), mail_id, actor()):
        flash(_("Mejlet ligger i utkorgen igen."))
    else:
        flash(_("Mejlet skickas inte igen: det är redan på väg, eller så är omgången stängd."))
    return redirect(url_for("office.show_mails"))


def _file(mail: Mail) -> Path:
    return eml_path(Path(current_app.config["OUTBOX_DIR"]), mail)
