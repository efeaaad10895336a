"""One enterprise in the round: reminded, invited again, given a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.round.round_steps import with_missing
from forms.office.round.status_poll import state_words
from forms.web.request_context import actor, survey_db
from survey_data.errors import RoundClosed, UnknownLink
from survey_data.follow_up import mailings, progress
from survey_data.follow_up.progress import Standing
from survey_data.rounds import invitations, round_changes, rounds
from survey_data.rounds.invitations import Invitation
from survey_data.rounds.rounds import Round


@dataclass(frozen=True)
class InRound:
    """What an enterprise's page says of it in the newest round."""

    round: Round
    standing: Standing | None
    may_join: bool
    takes_answers: bool


def in_round(enterprise_id: int) -> dict[str, Any]:
    """The newest round as it concerns an enterprise; nothing before the first round."""
    db = survey_db()
    survey_round = rounds.current(db) or rounds.latest(db)
    if survey_round is None:
        return {"in_round": None}
    everyone = progress.standings(db, survey_round)
    standing = next((s for s in everyone if s.enterprise_id == enterprise_id), None)
    seen = invitations.by_id(db, standing.invitation_id).round if standing else survey_round
    return {
        "in_round": InRound(
            seen,
            standing,
            round_changes.may_join(db, survey_round, enterprise_id),
            seen.is_open,
        ),
        "states": state_words(),
    }


def _invitation(invitation_id: int) -> Invitation:
    try:
        return invitations.by_id(survey_db(), invitation_id)
    except UnknownLink:
        abort(404)


MAILS = {"inbjudan": "invitation", "paminnelse": "reminder"}


@blueprint.post("/foretag/mejla/<int:invitation_id>/<any(inbjudan, paminnelse):which>")
def mail_one(invitation_id: int, which: str) -> Response:
    """Write to one enterprise alone: the invitation again, or a reminder."""
    invitation = _invitation(invitation_id)
    enterprise = invitation.enterprise
    try:
        queued = mailings.queue_for_one(survey_db(), invitation_id, MAILS[which], actor())
    except RoundClosed as fault:
        flash(_("Omgången %(year)s är redan stängd.", year=fault.year))
    else:
        words = ngettext(
            "%(num)s mejl ligger i utkorgen.", "%(num)s mejl ligger i utkorgen.", queued.mails
        )
        sent_today = not (queued.mails or queued.without_address or queued.bad_address)
        flash(
            _("%(name)s har redan fått det mejlet i dag.", name=enterprise.full_name)
            if sent_today
            else with_missing(words, queued)
        )
    return redirect(url_for("office.change_enterprise", enterprise_id=enterprise.id))


@blueprint.post("/foretag/lank/<int:invitation_id>")
def make_link(invitation_id: int) -> str | Response:
    """Make one more link to an enterprise's form, and show it this once."""
    invitation = _invitation(invitation_id)
    try:
        token = invitations.link_to_copy(survey_db(), invitation, actor())
    except RoundClosed as fault:
        flash(_("Omgången %(year)s är redan stängd.", year=fault.year))
        return redirect(url_for("office.change_enterprise", enterprise_id=invitation.enterprise.id))
    return render_template(
        "office/register/link.html", enterprise=invitation.enterprise, token=token
    )
