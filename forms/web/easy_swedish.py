"""The start page and the help in easy Swedish: short sentences, one idea a line."""

from __future__ import annotations

from flask import redirect, render_template, url_for

from forms.respondent.views import View, blueprint
from forms.web.request_context import survey_db
from survey_data.rounds import invitations


@blueprint.get("/s/<token>/lattlast")
def easy_landing(token: str) -> View:
    """The first page in easy Swedish; opening it changes nothing."""
    invitation = invitations.by_token(survey_db(), token)
    if invitation.round.closed_at:
        return redirect(url_for("answer.landing", token=token))
    return render_template("respondent/landing_easy.html", invitation=invitation)
