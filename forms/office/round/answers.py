"""One enterprise's answers, with all that has happened; and every answer of a round as a file."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.office import blueprint, download, go_to
from forms.office.mail.mails import kind_words
from forms.office.register.labels import RegisterWords
from forms.office.round.calls import late_form
from forms.office.round.progress import newest_round
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.question import Question
from forms.respondent.receipt import NUMBERS, Reading
from forms.respondent.respondent import Respondent
from forms.translations import language
from forms.web import logs
from forms.web.guards import asks_again_for_file
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.database import rows, scalar
from survey_data.follow_up import progress
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.review import decisions as trail
from survey_data.rounds import invitations
from survey_data.staff import sessions
from survey_data.tables_to_files import Cell


@blueprint.get("/svar/<int:invitation_id>")
def show_answers(invitation_id: int) -> str:
    """The newest hand-in beside last year, every earlier version, and what is only a draft."""
    db = survey_db()
    invitation = invitations.by_id(db, invitation_id)
    respondent = Respondent(db, invitation)
    response = respondent.response
    answers = trail.as_reviewed(db, response).answers if response else respondent.answers
    return render_template(
        "office/round/answers.html",
        invitation=invitation,
        contact=enterprises.main_contact(db, invitation.enterprise.id),
        late=late_form(invitation),
        response=response,
        draft=respondent.draft,
        reading=Reading(respondent.questionnaire, answers, respondent.last_year, language()),
        versions=responses.versions(db, invitation_id),
        decision=trail.newest_decision(db, response.id) if response else None,
        edits=trail.edits_of(db, response.id) if response else {},
        decided=decisions(db, invitation_id),
        sessions=sessions.open_of_invitation(db, invitation_id),
    )


@blueprint.post("/svar/<int:invitation_id>/avsluta-inloggningar")
def end_respondents_sessions(invitation_id: int) -> Response:
    """Close the enterprise's form wherever it is open."""
    invitations.by_id(survey_db(), invitation_id)
    ended = sessions.end_all_of_invitation(survey_db(), invitation_id, actor())
    said = ngettext(
        "%(num)s inloggning är avslutad. Länken frågar efter en kod nästa gång.",
        "%(num)s inloggningar är avslutade. Länken frågar efter en kod nästa gång.",
        ended,
    )
    return go_to("show_answers", said, invitation_id=invitation_id)


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, what, by whom, and what was said."""

    at: datetime
    what: str
    who: str = ""
    said: str = ""


def decisions(db: Database, invitation_id: int) -> list[Happening]:
    """Every decision about any version of the answer, newest first, as the trail has it."""
    reader, found = RegisterWords(db), []
    for line in trail.trail(db, invitation_id):
        words = {
            "answer accepted": _("Version %(n)s godkänd", n=line["version"]),
            "answer corrected": _("Version %(n)s rättad", n=line["version"]),
            "answer returned": _("Version %(n)s skickad tillbaka", n=line["version"]),
        }
        what, who = words.get(line["action"], line["action"]), reader.actor(line["actor"])
        found.append(Happening(clock.local(line["at"]), what, who, line["reason"]))
    return found


def everything(db: Database, invitation_id: int) -> list[Happening]:
    """Everything that has happened with an invitation, newest first."""
    found, kinds = decisions(db, invitation_id), kind_words()
    sql = "SELECT kind, sent_at FROM outbox WHERE invitation_id = ? AND state = 'sent'"
    for mail in rows(db, sql, (invitation_id,)):
        what = _("Mejl skickat: %(mail)s", mail=kinds[mail["kind"]])
        found.append(Happening(clock.local(mail["sent_at"]), what))
    opened = scalar(db, "SELECT opened_at FROM invitation WHERE id = ?", (invitation_id,))
    if opened:
        found.append(Happening(clock.local(opened), _("Formuläret öppnades")))
    for each in responses.versions(db, invitation_id):
        when = clock.local(each.handed_in_at)
        found.append(Happening(when, _("Version %(n)s lämnades in", n=each.version)))
    return sorted(found, key=lambda happening: happening.at, reverse=True)


@blueprint.get("/svar.<any(csv, xlsx):suffix>")
@asks_again_for_file
def export_answers(suffix: str) -> Response:
    """The newest hand-in of each enterprise as it stands after the review, by name."""
    db = survey_db()
    survey_round = newest_round()
    asked = questionnaires.of_round(survey_round.id, survey_round.questionnaire).questions
    places = {
        s.enterprise_id: (s.name, s.municipality) for s in progress.standings(db, survey_round)
    }
    spoken = language()
    names = [f"{question.short(spoken)} ({question.name})" for question in asked]
    columns = (_("Företag"), _("Kommun"), _("Inlämnat"), *names)
    lines = (
        (*places[each.enterprise_id], f"{clock.local(each.response.handed_in_at):%Y-%m-%d %H:%M}",
         *(_answer_cell(q, each.response.answers.get(q.name), spoken) for q in asked))
        for each in sorted(
            trail.responses_as_reviewed(db, survey_round.year),
            key=lambda each: places[each.enterprise_id],
        )
    )  # fmt: skip
    logs.note_event("microdata_taken")
    return download(f"asf-{survey_round.year}-svar", columns, lines, suffix)


def _answer_cell(question: Question, value: Value, language: str) -> Cell:
    if value is None:
        return ""
    if question.kind in NUMBERS and isinstance(value, int):
        return value
    return question.show(value, language)
