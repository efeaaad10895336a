"""Every mail as it is written: its text and subject filled in, in the language of its recipient.

Where the coordinator can word it, it follows the round's own text, or else the template.
"""

import re

from flask import current_app, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail import Written, as_bytes, board_mail, facts, framed
from forms.mail.facts import NAMES, Facts
from forms.translations import speaking
from survey_data import clock, outbox, settings
from survey_data.database import scalar
from survey_data.follow_up import mail_texts, recipients
from survey_data.follow_up.mail_texts import Text
from survey_data.mail_kinds import EDITABLE, MAIL_KINDS, TEXTS
from survey_data.outbox import Mail
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round


def default(kind: str, language: str) -> Text:
    """The template's text with its placeholders in it."""
    named = {name: f"{{{placeholder}}}" for name, placeholder in NAMES.items()}
    with speaking(language):
        # Blank lines are left behind by what a template leaves out.
        lines = render_template(f"mail/{kind}.txt", **named).strip().split("\n")
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines))
        return Text(TEXTS[kind].subject(language), body)


def text_for(db: Database, survey_round: Round, kind: str, language: str) -> Text:
    """The text a round uses: as it was changed, or else the template's."""
    return mail_texts.stored(db, survey_round.id, kind, language) or default(kind, language)


def button(kind: str) -> str:
    """What stands on the button of a kind of mail."""
    words = {
        "returned": _("Öppna formuläret"),
        "delegation": _("Öppna min del"),
        "sign_in": _("Logga in"),
    }
    return str(words.get(kind, _("Fyll i siffrorna")))


class MailWriter:
    """Writes the mails of one delivery."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.association = settings.association(db)

    def message(self, mail: Mail) -> bytes:
        """The whole message, with a personal link made for it where it brings one.

        Raises ValueError for an address that no header can hold.
        """
        assert mail.message_id is not None
        subject, text, html, decline = self._written(mail)
        about = self.association
        return as_bytes(
            subject=subject, sender=(about.name, about.email), to=mail.recipient,
            message_id=mail.message_id, text=text, html=html, decline=decline,
            follows=outbox.invitation_before(self.db, mail),
        )  # fmt: skip

    def _written(self, mail: Mail) -> Written:
        kind = MAIL_KINDS[mail.kind]
        if kind.to == "board":
            return board_mail.written(self.db, mail)
        with speaking(mail.language):
            given = facts.of(self.db, mail)
            if mail.kind == "text_trial":
                return trial_of(self.db, mail)
            if kind.audience or kind.editable:
                name = mail.kind
                if name == "reminder":
                    name = recipients.reminder_words(self.db, given["invitation"].id)
                made = text_for(self.db, given["invitation"].round, name, mail.language)
                return signed(self.db, name, made, given, mail.language)
            said = {"association": self.association, "language": mail.language}
            text = render_template(f"mail/{mail.kind}.txt", **said, **given)
            values = {NAMES[name]: str(given[name]) for name in NAMES.keys() & given.keys()}
            subject = Text(kind.subject(mail.language), "").filled(values).subject
            subject, text = _marked(self.db, subject, text)
            return _both(mail.kind, subject, text, given, mail.language)


def _both(kind: str, subject: str, text: str, given: Facts, language: str) -> Written:
    """A mail as text and as HTML."""
    # What the templates leave out leaves blank lines behind.
    plain = re.sub(r"\n{3,}", "\n\n", text)
    words = button(kind), _("Fungerar inte knappen? Öppna den här adressen:")
    html = framed(plain, given.get("link", ""), words, language, current_app.config["BASE_URL"])
    return Written(subject, plain, html)


def signed(db: Database, kind: str, text: Text, given: Facts, language: str) -> Written:
    """A text of a round with its facts filled in, and below it privacy and whom to ask.

    One about an answer that has been given says nothing of privacy any more.
    """
    foot = render_template(
        "mail/_signature.txt" if TEXTS[kind].own else "mail/_foot.txt",
        association=settings.association(db), base_url=current_app.config["BASE_URL"],
        language=language,
    )  # fmt: skip
    made = text.filled({NAMES[n]: str(given[n]).strip() for n in NAMES.keys() & given.keys()})
    subject, body = _marked(db, made.subject, f"{made.body}\n\n{foot.strip()}\n")
    return _both(kind, " ".join(subject.split()), body, given, language)


def sample(
    db: Database, survey_round: Round, kind: str, language: str, name: str, text: Text | None = None
) -> Written:
    """A mail as an enterprise would get it, whole, with no link that opens anything.

    `text` is one that is not saved yet.
    """
    text = text or text_for(db, survey_round, kind, language)
    with speaking(language):
        given = {**facts.of_round(survey_round), "name": name, "reference": "Hassel 47 29",
                 "link": facts.address("s/…"), "message": _("(Här står er fråga.)"),
                 "answers": _("(Här står svaren som lämnades in.)"),
                 "fields": _("de svar som frågan gäller"),
                 "when": format_datetime(clock.local(clock.now()), "d MMMM yyyy HH:mm",
                                         rebase=False)}  # fmt: skip
        return signed(db, kind, text, given, language)


def trial_of(db: Database, mail: Mail) -> Written:
    """The text that a coordinator has asked to see in the own mailbox."""
    once = scalar(db, "SELECT once FROM outbox WHERE id = ?", (mail.id,))
    kind = next(word for word in str(once).split() if word in EDITABLE)
    made = sample(db, rounds.open_or_next(db), kind, mail.language, _("Ert företag"))
    return made._replace(subject=_("Prov: %(subject)s", subject=made.subject))


def _marked(db: Database, subject: str, text: str) -> tuple[str, str]:
    """A subject and text, with what says that they belong to a trial round where they do."""
    if not rounds.is_trial(db):
        return subject, text
    said = _("Det här är ett prov. Inget av det som fylls i räknas.")
    return _("Prov: %(subject)s", subject=subject), f"{said}\n\n{text.lstrip()}"
