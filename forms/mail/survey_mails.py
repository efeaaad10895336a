"""The mails that ask: the round's own text or the template, filled in for one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app, render_template
from flask_babel import format_date
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail import trial_mail
from forms.mail.mail_merge import Letter, Written
from forms.web.translations import speaking
from survey_data import settings
from survey_data.database import first
from survey_data.follow_up import mail_texts, recipients
from survey_data.follow_up.mail_texts import Text
from survey_data.outbox import Mail
from survey_data.rounds import invitations
from survey_data.rounds.rounds import Round

# What the templates call each placeholder.
NAMES = {
    "name": "namn",
    "year": "år",
    "link": mail_texts.LINK,
    "last_day": "sista_dag",
    "reference_day": "räknedag",
}
# With a text/html part beside the plain one.
KINDS = ("pre_notice", "invitation", "reminder", "last_call")


def subjects() -> dict[str, str]:
    """Each text's subject as the template has it, in the language now spoken."""
    reminder = _("Påminnelse: inventeringen %(year)s", year="{år}")
    return {
        "pre_notice": _("Snart kommer inventeringen %(year)s", year="{år}"),
        "invitation": _("Inventeringen %(year)s: hur många arbetar hos er?", year="{år}"),
        "reminder_not_started": reminder,
        "reminder_half_done": reminder,
        "reminder_returned": _("En fråga om ert svar på inventeringen %(year)s", year="{år}"),
        "last_call": _("Sista chansen att svara: inventeringen %(year)s", year="{år}"),
    }


def default(kind: str, language: str) -> Text:
    """The template's text with its placeholders in it."""
    named = {name: f"{{{placeholder}}}" for name, placeholder in NAMES.items()}
    with speaking(language):
        # Blank lines are left behind by what a template leaves out.
        lines = render_template(f"mail/{kind}.txt", **named).strip().split("\n")
        body = "\n".join(line.rstrip() for line in lines)
        while "\n\n\n" in body:
            body = body.replace("\n\n\n", "\n\n")
        return Text(subjects()[kind], body)


def text_for(db: Database, survey_round: Round, kind: str, language: str) -> Text:
    """The text a round uses: as it was changed, or else the template's."""
    return mail_texts.stored(db, survey_round.id, kind, language) or default(kind, language)


def letter_of(db: Database, text: Text, survey_round: Round, language: str) -> Letter:
    """A text of a round with what always stands under it: privacy, and whom to ask."""
    base_url = current_app.config["BASE_URL"]
    with speaking(language):
        foot = render_template(
            "mail/_foot.txt",
            association=settings.association(db),
            base_url=base_url,
            language=language,
        )
        subject, body = trial_mail.marked(db, text.subject, text.body)
        return Letter.of(subject, body, foot, _known(survey_round), f"{base_url}/s/")


def _known(survey_round: Round) -> Mapping[str, str]:
    return {
        "år": str(survey_round.year),
        "sista_dag": _day(survey_round.due_date, "EEEE d MMMM"),
        "räknedag": _day(survey_round.reference_date, "d MMMM yyyy"),
    }


def _day(day: date, pattern: str) -> str:
    return str(format_date(day, pattern))


class Letters:
    """The letters of one delivery: each text is looked up and prepared at its first mail."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._made: dict[tuple[int, str, str], Letter] = {}

    def write(self, mail: Mail) -> Written:
        """One mail, with a fresh personal link where its kind has one."""
        assert mail.invitation_id is not None
        row = first(
            self.db,
            "SELECT i.round_id, e.name FROM invitation i"
            " JOIN enterprise e ON e.id = i.enterprise_id WHERE i.id = ?",
            (mail.invitation_id,),
        )
        assert row is not None
        kind = mail.kind
        if kind == "reminder":
            kind = recipients.reminder_words(self.db, mail.invitation_id)
        has_link = kind != "pre_notice"
        token = invitations.new_link(self.db, mail.invitation_id) if has_link else ""
        letter = self._letter(mail.invitation_id, row["round_id"], kind, mail.language)
        return letter.to(row["name"], token)

    def _letter(self, invitation_id: int, round_id: int, kind: str, language: str) -> Letter:
        known = (round_id, kind, language)
        if known not in self._made:
            survey_round = invitations.by_id(self.db, invitation_id).round
            text = text_for(self.db, survey_round, kind, language)
            self._made[known] = letter_of(self.db, text, survey_round, language)
        return self._made[known]
