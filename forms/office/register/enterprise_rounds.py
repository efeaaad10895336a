"""One enterprise in the newest round, reminded or given a link; and its answers of every year."""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint, go_to
from forms.office.mail.mails import kind_words, mail_state_words
from forms.office.round import closed_words
from forms.office.round.calls import callers, late_form, outcome_words
from forms.office.round.progress import state_words
from forms.office.round.round_steps import queued_words, with_missing
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from forms.respondent.respondent import Respondent
from forms.respondent.trend_chart import trend_of
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import outbox
from survey_data.errors import RoundClosed
from survey_data.follow_up import mailings, progress
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.review import decisions
from survey_data.rounds import calls, invitations, round_changes, rounds

# The years that fit beside each other; the trend has them all.
MOST_YEARS = 6
MAILS = {"inbjudan": "invitation", "paminnelse": "reminder"}


def in_round(enterprise_id: int) -> dict[str, Any]:
    """The newest round as it concerns an enterprise; nothing before the first round."""
    db = survey_db()
    survey_round = rounds.current(db) or rounds.latest(db)
    if survey_round is None:
        return {"in_round": None}
    everyone = progress.standings(db, survey_round)
    standing = next((s for s in everyone if s.enterprise_id == enterprise_id), None)
    invited = invitations.by_id(db, standing.invitation_id) if standing else None
    return {
        "in_round": {
            "round": invited.round if invited else survey_round,
            "standing": standing,
            "may_join": round_changes.may_join(db, survey_round, enterprise_id),
        },
        "late": late_form(invited) if invited else None,
        "states": state_words(),
    }


@blueprint.post("/foretag/mejla/<int:invitation_id>/<any(inbjudan, paminnelse):which>")
def mail_one(invitation_id: int, which: str) -> Response:
    """Write to one enterprise alone: the invitation again, or a reminder."""
    invitation = invitations.by_id(survey_db(), invitation_id)
    enterprise = invitation.enterprise
    try:
        queued = mailings.queue_for_one(survey_db(), invitation_id, MAILS[which], actor())
    except RoundClosed as fault:
        said = closed_words(fault)
    else:
        sent_today = not (queued.mails or queued.without_address or queued.bad_address)
        said = (
            _("%(name)s har redan fått ett sådant mejl i dag.", name=enterprise.full_name)
            if sent_today
            else with_missing(queued_words(queued.mails), queued)
        )
    return go_to("change_enterprise", said, enterprise_id=enterprise.id)


@blueprint.post("/foretag/lank/<int:invitation_id>")
def make_link(invitation_id: int) -> str | Response:
    """Make one more link to an enterprise's form, and show it this once."""
    invitation = invitations.by_id(survey_db(), invitation_id)
    try:
        token = invitations.link_to_copy(survey_db(), invitation, actor())
    except RoundClosed as fault:
        said = closed_words(fault)
        return go_to("change_enterprise", said, enterprise_id=invitation.enterprise.id)
    return render_template(
        "office/register/link.html", enterprise=invitation.enterprise, token=token
    )


@blueprint.post("/foretag/lankar-slutar/<int:invitation_id>")
def end_links(invitation_id: int) -> Response:
    """Let no link to an enterprise's form work that is out, for one is with the wrong person."""
    invitation = invitations.by_id(survey_db(), invitation_id)
    ended = invitations.end_links(survey_db(), invitation, actor())
    said = ngettext(
        "%(num)s länk har slutat gälla. Skicka inbjudan igen, eller kopiera en ny länk.",
        "%(num)s länkar har slutat gälla. Skicka inbjudan igen, eller kopiera en ny länk.",
        ended,
    )
    return go_to("change_enterprise", said, enterprise_id=invitation.enterprise.id)


def years_facts(enterprise_id: int) -> dict[str, Any]:
    """What an enterprise's page says of every year; nothing where it was never asked."""
    db = survey_db()
    asked = invitations.ids_of(db, enterprise_id)
    if not asked:
        return {"numbers": [], "trend": None, "mails": [], "phoned": []}
    respondent = Respondent(db, invitations.by_id(db, asked[0]))
    history = decisions.history(db, enterprise_id)
    # The newest first, for a telephone shows four.
    shown = list(reversed(history[-MOST_YEARS:]))
    return {
        "years": [each.year for each in shown],
        "numbers": _numbers(respondent.questionnaire, shown),
        "trend": trend_of(respondent, history, language()),
        "invitation": respondent.invitation,
        "round": respondent.invitation.round,
        "mails": outbox.mails_to(db, enterprise_id),
        "phoned": [call for each in asked for call in calls.history(db, each)],
        "mail_kinds": kind_words(),
        "mail_states": mail_state_words(),
        "outcomes": outcome_words(),
        "callers": callers(),
    }


def _numbers(
    asked: Questionnaire, shown: Sequence[responses.Response]
) -> list[tuple[Question, list[Value]]]:
    """The numbers of the core, with what was answered each year."""
    wholes = ("employees_total", "placed_total")
    chosen = [q for q in asked.questions if q.name in wholes or q.part_of in wholes]
    return [(q, [r.answers.get(q.name) for r in shown]) for q in chosen if shown]
