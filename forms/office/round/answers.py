"""One enterprise's answers, as the coordinator reads them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.review import history
from forms.respondent.receipt import Reading
from forms.respondent.respondent import Respondent
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.errors import UnknownLink
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.review.decisions import as_reviewed, edits_of, newest_decision
from survey_data.rounds import invitations
from survey_data.staff import sessions


@blueprint.get("/svar/<int:invitation_id>")
def show_answers(invitation_id: int) -> str:
    """The newest hand-in beside last year, every earlier version, and what is only a draft."""
    db = survey_db()
    try:
        invitation = invitations.by_id(db, invitation_id)
    except UnknownLink:
        abort(404)
    respondent = Respondent(db, invitation)
    response = respondent.response
    answers = as_reviewed(db, response).answers if response else respondent.answers
    return render_template(
        "office/round/answers.html",
        invitation=invitation,
        contact=enterprises.main_contact(db, invitation.enterprise.id),
        response=response,
        draft=respondent.draft,
        reading=Reading(respondent.questionnaire, answers, respondent.last_year, language()),
        versions=responses.versions(db, invitation_id),
        decision=newest_decision(db, response.id) if response else None,
        edits=edits_of(db, response.id) if response else {},
        decided=history.decisions(db, invitation_id),
        local=clock.local,
        sessions=sessions.open_of_invitation(db, invitation_id),
    )


@blueprint.post("/svar/<int:invitation_id>/avsluta-inloggningar")
def end_respondents_sessions(invitation_id: int) -> Response:
    """Close the enterprise's form wherever it is open."""
    try:
        invitations.by_id(survey_db(), invitation_id)
    except UnknownLink:
        abort(404)
    ended = sessions.end_all_of_invitation(survey_db(), invitation_id, actor())
    flash(
        ngettext(
            "%(num)s inloggning är avslutad. Länken frågar efter en kod nästa gång.",
            "%(num)s inloggningar är avslutade. Länken frågar efter en kod nästa gång.",
            ended,
        )
    )
    return redirect(url_for("office.show_answers", invitation_id=invitation_id))
