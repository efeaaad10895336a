"""The outbox: what was sent to whom, what failed, and how it is put right.

An address is corrected and the mail sent again, and delivery reports are read, from a file or from
the mailbox.
"""

from email import message_from_bytes, policy
from pathlib import Path

from flask import abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.mail import imap
from forms.mail.smtp import eml_path
from forms.office import as_file, blueprint, go_to
from forms.office.data_table import (
    Listing,
    Table,
    among,
    buttons,
    coded,
    file_only,
    moment,
    search,
    text,
)
from forms.office.mail.undelivered import (
    cancelled_words,
    tally_words,
    trouble_facts,
    undelivered_facts,
)
from forms.translations import language, once_per_language
from forms.web.guards import asks_again
from forms.web.request_context import Reply, actor, survey_db
from survey_data import outbox, sending
from survey_data.database import writing
from survey_data.follow_up import bounces, delivery_reports, undelivered
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.outbox import Mail
from survey_data.register.enterprises import main_contact
from survey_data.tables_to_files import moment_cell
from survey_data.typed_text import has_personal_number, is_address, tidy_address

EVERY_MAIL = 1_000_000


@blueprint.get("/utskick")
def show_mails(wrong: dict[int, tuple[str, str]] | None = None) -> str:
    """The newest mails first, and above them those whom the mails do not reach.

    `wrong` as `undelivered_facts` takes it.
    """
    listing = mail_list()
    return render_template(
        "office/mail/mails.html",
        listing=listing,
        **undelivered_facts(wrong),
        kinds=kind_words(),
        states=mail_state_words(),
        **trouble_facts(),
        failed=outbox.counts(survey_db()).get("failed", 0),
        cancelled=cancelled_words(),
        to_files=not current_app.config["SMTP_URL"],
        readable={m.id for m in listing.shown if _file(m).exists()},
    )


@blueprint.get("/utskick/<int:mail_id>")
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
        "office/mail/mail.html",
        mail=mail,
        message=message,
        text=body.get_content() if body else "",
        kinds=kind_words(),
    )


@blueprint.post("/utskick/<int:mail_id>/igen")
def send_again(mail_id: int) -> Response:
    """Queue a mail again that failed, or of which nobody knows whether it left."""
    if undelivered.send_again(survey_db(), mail_id, actor()):
        said = _("Mejlet ligger i utkorgen igen.")
    else:
        said = _("Mejlet skickas inte igen: det är redan på väg, eller så är omgången stängd.")
    return go_to("show_mails", said)


@blueprint.post("/utskick/igen")
def send_failed_again() -> Response:
    """Queue every mail again that could not be sent and still is of use."""
    count = undelivered.send_failed_again(survey_db(), actor())
    said = ngettext(
        "%(num)s mejl ligger i utkorgen igen.", "%(num)s mejl ligger i utkorgen igen.", count
    )
    return go_to("show_mails", said)


@blueprint.post("/utskick/starta")
def start_sending() -> Response:
    """Try the mail server at once, whatever it said last."""
    db = survey_db()
    with writing(db):
        sending.clear_trouble(db, actor())
        outbox.hurry(db)
    said = _("Mejlen skickas nu. Svarar servern likadant visas felet här igen.")
    return go_to("show_mails", said)


@blueprint.post("/utskick/adress/<int:invitation_id>")
@asks_again
def correct_address(invitation_id: int) -> Reply:
    """Give an enterprise an address that works, and send it what did not arrive."""
    email = tidy_address(request.form.get("email", ""))
    if has_personal_number(email):
        words = _("Det här ser ut som ett personnummer och sparas inte.")
        return _wrong(invitation_id, words)
    if not is_address(email):
        return _wrong(invitation_id, _("Skriv hela e-postadressen."), email)
    mail_id = request.form.get("mail", type=int)
    queued = undelivered.correct(survey_db(), invitation_id, mail_id, email, actor())
    said = (
        _("Adressen är sparad, och mejlet ligger i utkorgen igen.")
        if queued
        else _("Adressen är sparad. Inget mejl behövde skickas igen.")
    )
    return go_to("show_mails", said)


@blueprint.post("/foretag/<int:enterprise_id>/prova-adressen")
def try_address(enterprise_id: int) -> Response:
    """Let the address of an enterprise count as working again, also where no round is open."""
    db = survey_db()
    contact = main_contact(db, enterprise_id)
    if contact is None:
        abort(404)
    bounces.lift(db, contact.email, actor())
    said = _("Adressen %(email)s räknas som fungerande igen.", email=contact.email)
    if request.form.get("back") == "round":
        return go_to("open_round", said)
    return go_to("change_enterprise", said, enterprise_id=enterprise_id)


def _wrong(invitation_id: int, words: str, typed: str = "") -> tuple[str, int]:
    """The page, with what is wrong with what was typed for an enterprise, or with the file (0)."""
    return show_mails({invitation_id: (typed, words)}), 422


@blueprint.post("/utskick/rapport")
def take_report() -> Reply:
    """Read the delivery reports of a file: one mail (.eml), or many (.mbox)."""
    file = request.files.get("report")
    content = file.read() if file and file.filename else b""
    if not content:
        return _wrong(0, _("Välj först filen med leveransrapporten."))
    mails = delivery_reports.split(content)
    tally = bounces.take(survey_db(), mails, "file", actor(), forwarded=True)
    if not tally.reports:
        words = _("Filen innehåller ingen leveransrapport. Spara mejlet som .eml eller .mbox.")
        return _wrong(0, words)
    return go_to("show_mails", tally_words(tally))


@blueprint.post("/installningar/brevlada")
def read_mailbox() -> Response:
    """Read the mailbox now, and show what came of it."""
    db, where = survey_db(), imap.configured()
    if where is None:
        return go_to("show_settings", _("Ingen brevlåda är inställd, så inget lästes."))
    try:
        tally = imap.read(db, where)
    except imap.FAULTS as fault:
        words = imap.words_of(fault)
        bounces.note_fault(db, where.name, words)
        said = _("Brevlådan gick inte att läsa. Servern svarade: %(w)s", w=words)
        return go_to("show_settings", said)
    said = _("Brevlådan är läst.")
    return go_to("show_settings", f"{said} {tally_words(tally)}")


def _file(mail: Mail) -> Path:
    return eml_path(Path(current_app.config["OUTBOX_DIR"]), mail)


@once_per_language
def kind_words() -> dict[str, str]:
    """What each kind of mail is called."""
    return {key: kind.name(language()) for key, kind in MAIL_KINDS.items()}


def mail_state_words() -> dict[str, tuple[str, str]]:
    """Each state of a mail with its chip and word."""
    return {
        "queued": ("not_opened", _("I kö")),
        "sending": ("started", _("Skickas")),
        "sent": ("done", _("Skickat")),
        "delayed": ("started", _("Fördröjt hos mottagaren")),
        "bounced": ("bounced", _("Kom i retur")),
        "failed": ("bounced", _("Gick inte att skicka")),
        "uncertain": ("returned", _("Osäkert om det gick iväg")),
        "cancelled": ("not_opened", _("Inställt")),
    }


@as_file("utskick")
def mail_list() -> Listing[Mail]:
    """The outbox as the address asks for it."""
    kinds, states = kind_words(), mail_state_words()
    table: Table[Mail] = Table(
        "utskick", "office.show_mails",
        [
            coded("mail", _("Mejl"), lambda m: m.kind, kinds, look="name-short"),
            text("to", _("Till"), lambda m: m.recipient, look="plain own-line"),
            coded("state", _("Läge"), lambda m: m.state, states, list(states), look="plain"),
            moment("when", _("När"), lambda m: m.sent_at or m.created_at,
                           largest_first=True,
                   sort=lambda m: (m.sent_at or m.created_at, m.id), cell=None),
            file_only("queued", _("Lagt i kö"), lambda m: moment_cell(m.created_at)),
            file_only("sent", _("Skickat"), lambda m: moment_cell(m.sent_at)),
            file_only("error", _("Fel"), lambda m: m.error or ""),
            buttons("act", _("Åtgärd")),
        ],
        [
            search(lambda m: [m.recipient], _("Sök på mottagare")),
            among("mejl", _("Mejl"), lambda m: m.kind, kinds),
            among("status", _("Läge"), lambda m: m.state,
                  {state: words for state, (_chip, words) in states.items()}),
        ],
        "when", "asf-utskick",
    )  # fmt: skip
    return table.of(outbox.newest(survey_db(), EVERY_MAIL))
