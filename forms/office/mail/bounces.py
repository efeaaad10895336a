"""Whom the mails do not reach: the address corrected, the mail sent again, reports read in."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.mail import imap
from forms.office import blueprint
from forms.office.mail.bounce_texts import tally_words
from forms.office.mail.mails import mails_page
from forms.web.request_context import Reply, actor, survey_db
from survey_data.errors import UnknownLink
from survey_data.follow_up import bounces, delivery_reports, undelivered
from survey_data.personal_numbers import has_personal_number
from survey_data.typed_text import is_address, tidy_address


@blueprint.post("/utskick/adress/<int:invitation_id>")
def correct_address(invitation_id: int) -> Reply:
    """Give an enterprise an address that works, and send it what did not arrive."""
    email = tidy_address(request.form.get("email", ""))
    if fault := _fault(email):
        typed = "" if has_personal_number(email) else email
        return _page({invitation_id: (typed, fault)})
    mail_id = request.form.get("mail", type=int)
    try:
        queued = undelivered.correct(survey_db(), invitation_id, mail_id, email, actor())
    except UnknownLink:
        abort(404)
    flash(
        _("Adressen är sparad, och mejlet ligger i utkorgen igen.")
        if queued
        else _("Adressen är sparad. Inget mejl behövde skickas igen.")
    )
    return redirect(url_for("office.show_mails"))


def _fault(email: str) -> str:
    if has_personal_number(email):
        return str(_("Det här ser ut som ett personnummer och sparas inte."))
    if not is_address(email):
        return str(_("Skriv hela e-postadressen."))
    return ""


def _page(wrong: dict[int, tuple[str, str]]) -> tuple[str, int]:
    return mails_page(wrong), 422


@blueprint.post("/utskick/rapport")
def take_report() -> Reply:
    """Read the delivery reports of a file: one mail (.eml), or many (.mbox)."""
    file = request.files.get("report")
    content = file.read() if file and file.filename else b""
    if not content:
        return _page({0: ("", _("Välj först filen med leveransrapporten."))})
    mails = delivery_reports.split(content)
    tally = bounces.take(survey_db(), mails, "file", actor(), forwarded=True)
    if not tally.reports:
        words = _("Filen innehåller ingen leveransrapport. Spara mejlet som .eml eller .mbox.")
        return _page({0: ("", words)})
    flash(tally_words(tally))
    return redirect(url_for("office.show_mails"))


@blueprint.post("/installningar/brevlada")
def read_mailbox() -> Response:
    """Read the mailbox now, and show what came of it."""
    where = imap.configured()
    if where is None:
        flash(_("Ingen brevlåda är inställd (ASF_IMAP_URL), så inget lästes."))
    else:
        flash(_read(where))
    return redirect(url_for("office.show_settings"))


def _read(where: imap.Where) -> str:
    db = survey_db()
    try:
        tally = imap.read(db, where)
    except imap.FAULTS as fault:
        words = imap.words_of(fault)
        bounces.note_fault(db, where.name, words)
        return str(_("Brevlådan gick inte att läsa. Servern svarade: %(w)s", w=words))
    said = _("Brevlådan är läst.")
    return f"{said} {tally_words(tally)}"
