"""The start page and the help in easy Swedish: short sentences, one idea a line."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for

from forms.respondent.steps import BY_KEY
from forms.respondent.views import blueprint
from forms.web.request_context import Reply, survey_db
from forms.web.site_pages import blueprint as site
from survey_data.rounds import invitations


@blueprint.get("/s/<link:token>/lattlast")
def easy_landing(token: str) -> Reply:
    """The first page in easy Swedish; opening it changes nothing."""
    invitation = invitations.by_token(survey_db(), token)
    if invitation.round.closed_at:
        return redirect(url_for("answer.landing", token=token))
    return render_template("respondent/landing_easy.html", invitation=invitation)


@site.get("/lattlast")
def easy() -> str:
    """What the inventory is and how to get help, in easy Swedish."""
    # From a page of the form one comes back to that page.
    back = request.args.get("till", "")
    known = back in (*BY_KEY, "kvitto")
    page = url_for("answer.fill_in", section=back) if known else ""
    return render_template("site/easy.html", back=page)
