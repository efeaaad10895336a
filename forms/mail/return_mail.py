"""The mail about a returned answer: what is asked, about which fields, and a fresh link."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.respondent.submission_checks import questionnaire_of
from survey_data import settings
from survey_data.outbox import Mail
from survey_data.review import decisions
from survey_data.rounds import invitations


def write(db: Database, mail: Mail) -> tuple[str, str]:
    """Subject and text, with a personal link made for it."""
    assert mail.invitation_id is not None
    assert mail.response_id is not None
    invitation = invitations.by_id(db, mail.invitation_id)
    decision = decisions.newest_return(db, mail.response_id)
    assert decision is not None
    asked = questionnaire_of(invitation)
    names = [asked[name].short(mail.language) for name in decision.fields if name in asked]
    text = render_template(
        "mail/returned.txt",
        invitation=invitation,
        message=decision.message,
        fields=", ".join(names),
        link=f"{current_app.config['BASE_URL']}/s/{invitations.new_link(db, invitation.id)}",
        association=settings.association(db),
    )
    return _("En fråga om ert svar i inventeringen %(year)s", year=invitation.round.year), text
