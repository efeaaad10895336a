"""An earlier round from a file, its columns known: look at what it becomes, and then store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.archive import shown
from forms.archive.file_table import FileTable
from forms.archive.import_plan import Plan, Planner, Wanted, choices_of, said
from forms.archive.totals_file import compared
from forms.office import blueprint
from forms.office.history.import_round import gone, kept_file, round_exists_words
from forms.office.publishing.figure_labels import indicator_words
from forms.questionnaire.inventory import as_dicts
from forms.respondent import handing_in
from forms.translations import language
from forms.web.request_context import Reply, actor, survey_db
from survey_data.database import writing
from survey_data.errors import PreviewGone, RoundExists
from survey_data.history import imported_rounds, printed_years, uploads
from survey_data.history.imported_rounds import Found
from survey_data.register import enterprises
from survey_data.responses import responses


@blueprint.route("/tidigare/mikrodata/<int:draft_id>/granska", methods=["GET", "POST"])
def preview_round(draft_id: int) -> Reply:
    """Show what the file would become; store exactly that when it is asked for."""
    db = survey_db()
    try:
        content, found, wanted = kept_file(db, draft_id)
    except PreviewGone:
        return gone()
    if request.method == "POST":
        wanted = replace(
            wanted,
            matches=_matches(request.form),
            left_out=tuple(request.form.getlist("leave", type=int)),
        )
        uploads.choose(db, draft_id, choices_of(wanted))
        if request.form.get("go") == "import":
            return _stored(db, draft_id, content, found, wanted)
    return _preview(db, draft_id, content, found, wanted)


def _matches(form: Mapping[str, str]) -> dict[str, str]:
    named = ((name.removeprefix("match-"), value) for name, value in form.items()
             if name.startswith("match-"))  # fmt: skip
    return {line: value for line, value in named if line.isdecimal() and value}


def _preview(
    db: Database, draft_id: int, content: dict[str, Any], found: FileTable, wanted: Wanted,
    problem: str = "",
) -> Reply:  # fmt: skip
    plan = Planner(db, found, wanted, language()).read()
    if plan.holds_a_person:
        uploads.forget(db, draft_id)
    page = render_template(
        "office/history/preview_round.html",
        draft_id=draft_id, content=content, plan=plan, wanted=wanted, table=found,
        left_out=found.sums if wanted.left_out is None else wanted.left_out, shown=shown,
        problem=problem, hard=said(plan, "hard", language()), soft=said(plan, "soft", language()),
        totals=compared(plan, db, wanted.year), indicator_words=indicator_words,
        everyone=enterprises.enterprises(db),
        is_printed=wanted.year in printed_years.printed_years(db),
    )  # fmt: skip
    return (page, 422) if plan.faults or problem else page


def _stored(
    db: Database, draft_id: int, content: dict[str, Any], found: FileTable, wanted: Wanted
) -> Reply:
    try:
        with writing(db):
            plan = Planner(db, found, wanted, language()).read()
            problem = _problem(plan)
            if not problem:
                _store(db, plan, content, found, wanted)
                uploads.forget(db, draft_id)
    except RoundExists as fault:
        problem = round_exists_words(fault.year)
    if problem:
        return _preview(db, draft_id, content, found, wanted, problem)
    flash(ngettext("%(num)s svar för %(year)s är inläst.", "%(num)s svar för %(year)s är inlästa.",
                   plan.answered, year=wanted.year))  # fmt: skip
    return redirect(url_for("office.show_imported", year=wanted.year))


def _problem(plan: Plan) -> str:
    """Why a file that has been looked at is not stored yet, or ""."""
    if plan.faults:
        return str(_("Rätta felen i filen och läs in den igen."))
    if plan.undecided:
        return str(_("Välj vad som ska göras med varje företag som inte finns i registret."))
    if plan.mark != request.form.get("seen"):
        return str(_("Något har ändrats sedan sidan visades. Titta igen innan ni läser in."))
    if plan.hard and not request.form.get("keep_faulty"):
        return str(_("Kryssa i att svaren ska tas in som de är, eller rätta dem i filen."))
    return ""


def _store(
    db: Database, plan: Plan, content: dict[str, Any], found: FileTable, wanted: Wanted
) -> None:
    mapping = [
        {"column": column, "question": name}
        for column, name in zip(found.header, wanted.columns, strict=True)
    ]
    survey_round = imported_rounds.store(
        db,
        Found(
            wanted.year, wanted.reference_date,
            [question.to_dict() for question in plan.questionnaire.questions],
            as_dicts(wanted.year), plan.to_store(), wanted.frame_is_known,
            content["file_name"], content["sha256"], mapping,
        ),
        actor(),
    )  # fmt: skip
    for _enterprise, response in responses.of_year(db, survey_round.year):
        handing_in.keep_checks(db, response)


@blueprint.post("/tidigare/mikrodata/<int:draft_id>/avbryt")
def discard_round(draft_id: int) -> Response:
    """Let go of a file that is not to be imported."""
    db = survey_db()
    try:
        kept_file(db, draft_id)
    except PreviewGone:
        return gone()
    uploads.forget(db, draft_id)
    flash(_("Filen är borttagen. Inget är inläst."))
    return redirect(url_for("office.show_earlier"))
