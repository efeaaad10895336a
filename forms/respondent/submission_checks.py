"""Handing in with the checks run and kept, and what they said of answers that came otherwise."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from forms.checks import declarations
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.questionnaire import Answers, Questionnaire
from survey_data.database import writing
from survey_data.responses import responses
from survey_data.responses.responses import Response
from survey_data.review import check_results, reviewed_answers
from survey_data.review.fired_check import FiredCheck
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation


def hand_in(
    db: Database, invitation: Invitation, answers: responses.Answers, language: str, mode: str
) -> Response:
    """Hand in, and keep what the checks say of it, in one transaction. Raises RoundClosed."""
    with writing(db):
        response = responses.hand_in(db, invitation.id, answers, language, mode)
        keep_checks(db, response)
    return response


def keep_checks(db: Database, response: Response) -> None:
    """Run the checks on a response and keep what they say, unless that has been done."""
    if not check_results.was_run(db, response.id):
        check_results.keep(db, response.id, _run(db, response))


def fired_on(db: Database, response: Response) -> list[FiredCheck]:
    """What the checks said when it came in; of one that came another way, what they say now."""
    if check_results.was_run(db, response.id):
        return check_results.of_response(db, response.id)
    return _run(db, response)


def _run(db: Database, response: Response) -> list[FiredCheck]:
    invitation = invitations.by_id(db, response.invitation_id)
    asked = questionnaire_of(invitation)
    found = declarations.run(
        asked,
        response.answers,
        reviewed_answers.last_year(db, invitation),
        reference_date=invitation.round.reference_date.isoformat(),
    )
    return [
        replace(f, explained=f.asked and _is_explained(f, asked, response.answers)) for f in found
    ]


def questionnaire_of(invitation: Invitation) -> Questionnaire:
    """The questionnaire that the invitation's round was opened with."""
    return questionnaires.of_round(invitation.round.id, invitation.round.questionnaire)


def _is_explained(fired: FiredCheck, asked: Questionnaire, answers: Answers) -> bool:
    """Whether a sentence was written, or a reason ticked that fits what the check saw."""
    if answers.get("comment_changes"):
        return True
    ticked, fits = answers.get("change_reasons"), fired.parameters.get("fits")
    if not isinstance(ticked, list) or "change_reasons" not in asked:
        return False
    chosen = (c for c in asked["change_reasons"].choices if c.code in ticked)
    return any(not c.fits or fits is None or fits in c.fits for c in chosen)
