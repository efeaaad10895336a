"""Every answer of the round as a file: one line an enterprise, one column a question."""

from __future__ import annotations

from flask import Response, abort
from flask_babel import gettext as _

from forms.office import blueprint
from forms.office.table_downloads import download
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.question import Question
from forms.respondent.receipt import NUMBERS
from forms.translations import language
from forms.web import logs
from forms.web.guards import asks_again_for_file
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.follow_up import progress
from survey_data.responses.drafts import Value
from survey_data.review.decisions import responses_as_reviewed
from survey_data.rounds import rounds
from survey_data.tables_to_files import Cell


@blueprint.get("/svar.<any(csv, xlsx):suffix>")
@asks_again_for_file
def export_answers(suffix: str) -> Response:
    """The newest hand-in of each enterprise as it stands after the review, by name."""
    db = survey_db()
    survey_round = rounds.current(db) or rounds.latest(db)
    if survey_round is None:
        abort(404)
    asked = questionnaires.of_round(survey_round.id, survey_round.questionnaire).questions
    places = {
        s.enterprise_id: (s.name, s.municipality) for s in progress.standings(db, survey_round)
    }
    columns = (_("Företag"), _("Kommun"), _("Inlämnat"), *(_heading(q) for q in asked))
    lines = (
        (*places[each.enterprise_id], _in_sweden(each.response.handed_in_at),
         *(_cell(q, each.response.answers.get(q.name)) for q in asked))
        for each in sorted(
            responses_as_reviewed(db, survey_round.year),
            key=lambda each: places[each.enterprise_id],
        )
    )  # fmt: skip
    logs.note_event("microdata_taken")
    return download(f"asf-{survey_round.year}-svar", columns, lines, suffix)


def _in_sweden(moment: str) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _heading(question: Question) -> str:
    return f"{question.short(language())} ({question.name})"


def _cell(question: Question, value: Value) -> Cell:
    if question.kind in NUMBERS and isinstance(value, int):
        return value
    return question.show(value, language())
