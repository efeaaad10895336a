"""The mail that asks a colleague for a part of the form, and the one with a code."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.respondent import delegation_texts
from forms.respondent.respondent import Respondent
from survey_data import settings
from survey_data.outbox import Mail
from survey_data.responses import delegations, devices
from survey_data.rounds import invitations


def write_part(db: Database, mail: Mail) -> tuple[str, str]:
    """Subject and text, with a link made for the colleague."""
    assert mail.delegation_id is not None
    part = delegations.find(db, mail.delegation_id)
    assert part is not None
    invitation = invitations.by_id(db, part.invitation_id)
    who = Respondent(db, invitation, delegation=part)
    name = invitation.enterprise.name
    text = render_template(
        "mail/delegation.txt",
        invitation=invitation,
        part=part,
        titles=list(delegation_texts.titles_of(who, part).values()),
        link=f"{current_app.config['BASE_URL']}/s/{delegations.new_link(db, part)}",
        association=settings.association(db),
    )
    return _("%(name)s ber dig svara på en del av inventeringen", name=name), text


def write_code(db: Database, mail: Mail) -> tuple[str, str]:
    """Subject and text with a code made now, so that its ten minutes begin when it leaves."""
    code = devices.new_code(db, mail.browser_hash, current_app.config["SECRET_KEY"])
    text = render_template(
        "mail/device_code.txt",
        code=f"{code[:3]} {code[3:]}",
        minutes=devices.CODE_MINUTES,
        association=settings.association(db),
    )
    return _("Er kod till inventeringen"), text
