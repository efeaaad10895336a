"""The round's mail texts: changed, previewed and reset; and the board's yearly mail as it is."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from flask import abort, current_app, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from forms.mail import STYLE, as_html, board_mail, survey_mails
from forms.office import blueprint, go_to
from forms.translations import language as spoken
from forms.web.page_setup import CONTENT_SECURITY_POLICY
from forms.web.request_context import actor, signed_in, survey_db
from survey_data import clock, outbox
from survey_data.follow_up import mail_texts, progress
from survey_data.follow_up.mail_texts import BadMailText, Text
from survey_data.mail_kinds import EDITABLE
from survey_data.register import enterprises
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff

LANGUAGES = ("sv", "en")
STYLES = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"


def language_words() -> dict[str, str]:
    """The languages a mail is written in."""
    return {"sv": _("svenska"), "en": _("engelska")}


def placeholder_words() -> dict[str, str]:
    """What is filled in for each placeholder."""
    return {
        "namn": _("företagets namn"),
        "år": _("omgångens år"),
        "länk": _("den personliga länken"),
        "sista_dag": _("sista svarsdag"),
        "räknedag": _("räknedagen"),
        "tid": _("hur lång tid det tar att svara"),
        "referens": _("svarets referens"),
        "inlämnat": _("dag och tid då svaret lämnades in"),
        "svar": _("svaren som lämnades in"),
        "fråga": _("det ni frågar om"),
        "gäller": _("vilka svar frågan gäller"),
    }


class TextForm(FlaskForm):  # type: ignore[misc]
    """A mail's subject and body, and whom to preview it as."""

    subject = StringField()
    body = TextAreaField()
    recipient = SelectField(validate_choice=False, coerce=str)


@blueprint.get("/utskick/texter")
def show_texts() -> str | Response:
    """The texts of the open round or of the next, and which of them have been changed."""
    survey_round = rounds.open_or_next(survey_db())
    return render_template(
        "office/mail/mail_texts.html",
        round=survey_round,
        names={key: kind.name(spoken()) for key, kind in EDITABLE.items()},
        languages=language_words(),
        changed=mail_texts.changed(survey_db(), survey_round.id),
    )


@blueprint.route("/utskick/texter/<kind>/<code>", methods=["GET", "POST"])
def edit_text(kind: str, code: str) -> str | Response:
    """Change, preview or reset one text."""
    db = survey_db()
    survey_round = rounds.open_or_next(db)
    if kind not in EDITABLE or code not in LANGUAGES:
        abort(404)
    text = survey_mails.text_for(db, survey_round, kind, code)
    form = TextForm(data={"subject": text.subject, "body": text.body})
    form.recipient.choices = _choices(db, survey_round)
    if request.method == "POST" and form.validate():
        if request.form.get("go") == "reset":
            mail_texts.reset(db, survey_round.id, kind, code, actor())
            return go_to("edit_text", _("Texten är den vanliga igen."), kind=kind, code=code)
        body = (form.body.data or "").replace("\r\n", "\n").strip()
        text = Text((form.subject.data or "").strip(), body)
        if _kept(db, survey_round, kind, code, text, form):
            flash(
                _("Texten är den vanliga.")
                if text == survey_mails.default(kind, code)
                else _("Texten är sparad och gäller de mejl som går iväg från och med nu.")
            )
            if request.form.get("go") == "trial":
                said = _("Ett prov är på väg till %(email)s.", email=_send_trial(db, kind, code))
                return go_to("edit_text", said, kind=kind, code=code)
            return go_to("show_texts")
    page = render_template(
        "office/mail/mail_text.html",
        form=form,
        code=code,
        name=EDITABLE[kind].name(spoken()),
        language_name=language_words()[code],
        placeholders={n: placeholder_words()[n] for n in mail_texts.placeholders(kind)},
        is_changed=(kind, code) in mail_texts.changed(db, survey_round.id),
        shown=_preview(db, survey_round, kind, text, form, code),
    )
    reply = make_response(page)
    # The whole mail is shown in a frame of its own, with the styles that it brings.
    policy = f"{CONTENT_SECURITY_POLICY}; style-src 'self' {STYLES}"
    reply.headers["Content-Security-Policy"] = policy
    return reply


def _send_trial(db: Database, kind: str, code: str) -> str:
    """Queue the text as a mail to whoever is signed in; returns the address."""
    who = signed_in()
    assert who
    outbox.queue(
        db, "text_trial", who.email, once=f"text_trial {kind} {clock.machine.now()}",
        staff_id=who.id, language=code,
    )  # fmt: skip
    return who.email


def _kept(
    db: Database, survey_round: Round, kind: str, code: str, text: Text, form: TextForm
) -> bool:
    try:
        mail_texts.check(text, kind)
        if request.form.get("go") in ("save", "trial"):
            # One that is as usual follows the usual one, also when that changes.
            if text == survey_mails.default(kind, code):
                mail_texts.reset(db, survey_round.id, kind, code, actor())
            else:
                mail_texts.save(db, survey_round.id, kind, code, text, actor())
            return True
    except BadMailText as fault:
        for each in fault.faults:
            field = form[each.part]
            field.errors = [*field.errors, each.en if spoken() == "en" else each.sv]
    return False


def _choices(db: Database, survey_round: Round) -> list[tuple[str, str]]:
    if survey_round.id:
        return [(str(s.enterprise_id), s.name) for s in progress.standings(db, survey_round)]
    found = enterprises.enterprises(db, active_on=survey_round.reference_date)
    return [(str(e.id), e.full_name) for e in found] or [("0", _("Ert företag"))]


def _preview(
    db: Database, survey_round: Round, kind: str, text: Text, form: TextForm, code: str
) -> dict[str, Any]:
    names = dict(form.recipient.choices)
    if form.recipient.data not in names:
        form.recipient.data = next(iter(names))
    name = names[form.recipient.data]
    # A real link is made when the mail leaves, and is seen by nobody else.
    made = survey_mails.sample(db, survey_round, kind, code, name, text)
    return {"subject": made.subject, "text": made.text, "html": made.html, "name": name}


@blueprint.get("/utskick/styrelsen")
def show_board_mail() -> str:
    """Preview the mail in both languages; it goes out by itself with a final release."""
    db = survey_db()
    sent = staff.board_mail_sent(db)
    return render_template(
        "office/mail/board_mail.html",
        previews=[_board_preview(db, code) for code in board_mail.LANGUAGES]
        if board_mail.brief("sv")
        else [],
        recipients=staff.board(db),
        sent=clock.local(sent) if sent else None,
    )


def _board_preview(db: Database, code: str) -> dict[str, Any]:
    # Each gets a link of her own when the mail leaves.
    link = f"{current_app.config['BASE_URL']}/arsmejl/…"
    made = board_mail.in_language(db, code, link)
    return {
        "code": code,
        "name": language_words()[code],
        "subject": made.subject,
        "text": made.body,
        "html": as_html(made.body),
    }
