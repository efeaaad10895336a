"""Every mail as it is written: its text and subject filled in, in the language of its recipient.

A mail to many of a round follows the round's own text, or else the template, prepared once; any
other is its template filled in once.
"""

import re

from flask import current_app, render_template
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail import OWN_LINK_ENDS, Letter, Written, as_bytes, board_mail, facts, framed, marked
from forms.mail.facts import NAMES, Facts
from forms.translations import speaking
from survey_data import clock, outbox, settings
from survey_data.database import first, scalar
from survey_data.follow_up import mail_texts, recipients
from survey_data.follow_up.mail_texts import Text
from survey_data.mail_kinds import EDITABLE, MAIL_KINDS, TEXTS
from survey_data.outbox import Mail
from survey_data.rounds import invitations, rounds
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


def letter_of(db: Database, text: Text, survey_round: Round, language: str) -> Letter:
    """A text of a round with what always stands under it: privacy, and whom to ask."""
    base_url = current_app.config["BASE_URL"]
    with speaking(language):
        about = settings.association(db)
        foot = render_template(
            "mail/_foot.txt", association=about, base_url=base_url, language=language
        )
        subject, body = _marked(db, text.subject, text.body)
        # What the templates leave out leaves blank lines behind.
        whole = re.sub(r"\n{3,}", "\n\n", f"{marked(body.strip())}\n\n{foot.strip()}\n")
        # The whole of everyone's link becomes a link in HTML too: a button.
        link = f"{base_url}/s/{OWN_LINK_ENDS}"
        whole = whole.replace(marked(f"{{{mail_texts.LINK}}}"), link)
        html = framed(whole, link, (button(), below()), language, base_url)
        known = facts.placeholders_of(survey_round)
        return Letter(marked(" ".join(subject.split())), whole, html, known)


def button(kind: str = "") -> str:
    """What stands on the button of a kind of mail."""
    words = {
        "returned": _("Öppna formuläret"),
        "delegation": _("Öppna min del"),
        "sign_in": _("Logga in"),
    }
    return str(words.get(kind, _("Fyll i siffrorna")))


def below() -> str:
    """What stands above the address in plain, for who cannot press the button."""
    return _("Fungerar inte knappen? Öppna den här adressen:")


class MailWriter:
    """Writes the mails of one delivery; what they have in common is looked up once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.association = settings.association(db)
        # Each text is prepared at its first mail.
        self._letters: dict[tuple[int, str | None, str, str], Letter] = {}

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
        if kind.audience:
            return self._to_enterprise(mail)
        if kind.to == "board":
            return board_mail.written(self.db, mail)
        with speaking(mail.language):
            given = facts.of(self.db, mail)
            if mail.kind == "text_trial":
                return trial_of(self.db, mail)
            if kind.editable:
                survey_round = given["invitation"].round
                made = text_for(self.db, survey_round, mail.kind, mail.language)
                return signed(self.db, mail.kind, made, given, mail.language)
            said = {"association": self.association, "language": mail.language}
            text = render_template(f"mail/{mail.kind}.txt", **said, **given)
            values = {NAMES[name]: str(given[name]) for name in NAMES.keys() & given.keys()}
            subject = Text(kind.subject(mail.language), "").filled(values).subject
            subject, text = _marked(self.db, subject, text)
            return _both(mail.kind, subject, text, given, mail.language)

    def _to_enterprise(self, mail: Mail) -> Written:
        """One mail, with a fresh personal link where its kind has one."""
        assert mail.invitation_id is not None
        row = first(
            self.db,
            "SELECT i.round_id, i.open_until, e.name || CASE e.unit_name WHEN '' THEN '' ELSE"
            " ' – ' || e.unit_name END AS name FROM invitation i"
            " JOIN enterprise e ON e.id = i.enterprise_id WHERE i.id = ?",
            (mail.invitation_id,),
        )
        assert row is not None
        kind = mail.kind
        if kind == "reminder":
            kind = recipients.reminder_words(self.db, mail.invitation_id)
        has_link = MAIL_KINDS[mail.kind].brings_link
        token = invitations.new_link(self.db, mail.invitation_id) if has_link else ""
        # One that a closed round was opened again for may have a last day of its own.
        known = (row["round_id"], row["open_until"], kind, mail.language)
        if known not in self._letters:
            survey_round = invitations.by_id(self.db, mail.invitation_id).round
            text = text_for(self.db, survey_round, kind, mail.language)
            self._letters[known] = letter_of(self.db, text, survey_round, mail.language)
        return self._letters[known].to(row["name"], token)


def _both(kind: str, subject: str, text: str, given: Facts, language: str) -> Written:
    """A mail as text and as HTML."""
    # What the templates leave out leaves blank lines behind.
    plain = re.sub(r"\n{3,}", "\n\n", text)
    words, link = (button(kind), below()), given.get("link", "")
    html = framed(plain, link, words, language, current_app.config["BASE_URL"])
    return Written(subject, plain, html)


def signed(db: Database, kind: str, text: Text, given: Facts, language: str) -> Written:
    """A text about one answer with its facts filled in, and whom to ask below it."""
    about = settings.association(db)
    foot = render_template("mail/_signature.txt", association=about, language=language)
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
        if not TEXTS[kind].own:
            return letter_of(db, text, survey_round, language).to(name, "…")
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
