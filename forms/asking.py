"""The mails that ask: the round's own text or the template, filled in for one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app, render_template
from flask_babel import format_date
from flask_babel import gettext as _
from jinja2.utils import urlize
from markupsafe import Markup
from sqlite_utils import Database

from forms.words import speaking
from survey_data import dispatch, invitations, mail_texts, settings
from survey_data.invitations import Invitation
from survey_data.mail_texts import Text
from survey_data.outbox import Mail
from survey_data.rounds import Round

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


def text_for(db: Database, held: Round, kind: str, language: str) -> Text:
    """The text a round uses: as it was changed, or else the template's."""
    return mail_texts.stored(db, held.id, kind, language) or default(kind, language)


def values(invitation: Invitation, language: str, link: str) -> Mapping[str, str]:
    """What each placeholder says to one enterprise."""
    held = invitation.round
    return {
        "namn": invitation.enterprise.name,
        "år": str(held.year),
        mail_texts.LINK: link,
        "sista_dag": _day(held.due_date, "EEEE d MMMM", language),
        "räknedag": _day(held.reference_date, "d MMMM yyyy", language),
    }


def _day(day: date, pattern: str, language: str) -> str:
    with speaking(language):
        return str(format_date(day, pattern))


def whole(db: Database, text: Text, language: str) -> Text:
    """A filled-in text with what always stands under it: privacy, and whom to ask."""
    base_url = current_app.config["BASE_URL"]
    with speaking(language):
        foot = render_template(
            "mail/_foot.txt",
            association=settings.association(db),
            base_url=base_url,
            language=language,
        )
    return Text(" ".join(text.subject.split()), f"{text.body.strip()}\n\n{foot.strip()}\n")


def write(db: Database, mail: Mail) -> tuple[str, str]:
    """Subject and plain text of one mail, with a fresh personal link."""
    assert mail.invitation_id is not None
    invitation = invitations.by_id(db, mail.invitation_id)
    kind = mail.kind
    if kind == "reminder":
        kind = dispatch.reminder_words(db, invitation.id)
    link = ""
    if kind != "pre_notice":
        token = invitations.new_link(db, invitation.id)
        link = f"{current_app.config['BASE_URL']}/s/{token}"
    text = text_for(db, invitation.round, kind, mail.language)
    filled = text.filled(values(invitation, mail.language, link))
    made = whole(db, filled, mail.language)
    return made.subject, made.body


def as_html(text: str) -> Markup:
    """The paragraphs of a plain text as HTML, its addresses as links."""
    paragraphs = (p.strip() for p in text.split("\n\n") if p.strip())
    return Markup("\n").join(Markup("<p>%s</p>") % _lines(p) for p in paragraphs)


def _lines(paragraph: str) -> Markup:
    # What is linked has been escaped first.
    linked = (Markup(urlize(line)) for line in paragraph.split("\n"))  # noqa: S704
    return Markup("<br>\n").join(linked)


def html_part(text: str, language: str) -> str:
    """A whole HTML document of a plain text."""
    head = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"></head>'
    return f"{head}<body>\n{as_html(text)}\n</body></html>\n"
