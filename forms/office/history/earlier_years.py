"""Earlier years: what there is of each, and a round from a file, looked at, stored, or undone.

`import_round` takes the file and says what its columns are; here they are known.
"""

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.archive import shown
from forms.archive.file_table import FileTable
from forms.archive.import_plan import Plan, Planner, Wanted, choices_of, said
from forms.archive.totals_file import compared
from forms.office import blueprint, go_to
from forms.office.history.import_round import kept_file, round_exists_words
from forms.office.publishing.figures import indicator_words
from forms.office.register.labels import RegisterWords
from forms.questionnaire.inventory import as_dicts
from forms.respondent import handing_in
from forms.translations import language
from forms.web.request_context import Reply, actor, survey_db
from survey_data import clock
from survey_data.database import writing
from survey_data.errors import RoundExists
from survey_data.history import imported_rounds, printed_series, printed_years, stated_totals
from survey_data.history.imported_rounds import EarlierReleased, Found
from survey_data.history.printed_years import inventory_years
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.review import review
from survey_data.rounds import rounds


@blueprint.get("/tidigare")
def show_earlier() -> str:
    """Every year with what there is of it, the newest first."""
    db = survey_db()
    printed, stated = inventory_years(printed_series.published()), set(stated_totals.years(db))
    rounds_by_year = {each.year: each for each in rounds.all_rounds(db)}
    every = printed | stated | rounds_by_year.keys()
    every |= {clock.today().year - 1}
    last = max(every)
    return render_template(
        "office/history/earlier_years.html",
        years=range(last, min(every) - 1, -1), printed=printed, stated=stated,
        rounds=rounds_by_year, imported=imported_rounds.imported(db),
    )  # fmt: skip


@blueprint.route("/tidigare/mikrodata/<int:draft_id>/granska", methods=["GET", "POST"])
def preview_round(draft_id: int) -> Reply:
    """Show what the file would become; store exactly that when it is asked for."""
    db = survey_db()
    content, found, wanted = kept_file(db, draft_id)
    if request.method == "POST":
        wanted = replace(
            wanted,
            matches={
                line: value
                for name, value in request.form.items()
                if (line := name.removeprefix("match-")) != name and line.isdecimal() and value
            },
            left_out=tuple(request.form.getlist("leave", type=int)),
        )
        imported_rounds.keep_choices(db, draft_id, choices_of(wanted))
        if request.form.get("go") == "import":
            return _stored(db, draft_id, content, found, wanted)
    return _preview(db, draft_id, content, found, wanted)


def _preview(
    db: Database, draft_id: int, content: dict[str, Any], found: FileTable, wanted: Wanted,
    problem: str = "",
) -> Reply:  # fmt: skip
    plan = Planner(db, found, wanted, language()).read()
    if plan.holds_a_person:
        imported_rounds.forget_upload(db, draft_id)
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
                imported_rounds.forget_upload(db, draft_id)
    except RoundExists as fault:
        problem = round_exists_words(fault.year)
    if problem:
        return _preview(db, draft_id, content, found, wanted, problem)
    said = ngettext("%(num)s svar för %(year)s är inläst.", "%(num)s svar för %(year)s är inlästa.",
                    plan.answered, year=wanted.year)  # fmt: skip
    return go_to("show_imported", said, year=wanted.year)


def _problem(plan: Plan) -> str:
    """Why a file that has been looked at is not stored yet, or ""."""
    if plan.faults:
        return _("Rätta felen i filen och läs in den igen.")
    if plan.undecided:
        return _("Välj vad som ska göras med varje företag som inte finns i registret.")
    if plan.mark != request.form.get("seen"):
        return _("Något har ändrats sedan sidan visades. Titta igen innan ni läser in.")
    if plan.hard and not request.form.get("keep_faulty"):
        return _("Kryssa i att svaren ska tas in som de är, eller rätta dem i filen.")
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
    kept_file(survey_db(), draft_id)
    imported_rounds.forget_upload(survey_db(), draft_id)
    return go_to("show_earlier", _("Filen är borttagen. Inget är inläst."))


@blueprint.get("/tidigare/omgang/<int:year>")
def show_imported(year: int) -> str:
    """Where an imported round came from: the file, its columns, its lines and what waits."""
    db = survey_db()
    imported = imported_rounds.imported(db).get(year)
    if imported is None:
        abort(404)
    survey_round, lines = rounds.find(db, year), imported_rounds.lines(db, year)
    questions = {q["name"]: q["label_en" if language() == "en" else "label_sv"]
                 for q in survey_round.questionnaire}  # fmt: skip
    waiting = [line for line in lines if line["response_id"] and not line["decision"]]
    return render_template(
        "office/history/imported_round.html",
        imported=imported, survey_round=survey_round, lines=lines, questions=questions,
        waiting=waiting, words=RegisterWords(db),
        unquestioned=[line for line in waiting if not line["checks"]],
    )  # fmt: skip


@blueprint.post("/tidigare/omgang/<int:year>/godkann")
def accept_imported(year: int) -> Response:
    """Accept the imported answers that no check has anything to say about."""
    db = survey_db()
    found = [line["response_id"] for line in imported_rounds.lines(db, year) if line["response_id"]]
    if not found:
        abort(404)
    count = review.accept_unquestioned(db, found, actor())
    said = ngettext("%(num)s svar är godkänt.", "%(num)s svar är godkända.", count)
    return go_to("show_imported", said, year=year)


@blueprint.post("/tidigare/omgang/<int:year>/angra")
def undo_imported(year: int) -> Response:
    """Take an imported round away with all that came with it, as long as no release has it."""
    db = survey_db()
    if year not in imported_rounds.imported(db):
        abort(404)
    try:
        imported_rounds.undo(db, year, actor())
        said = _("Inläsningen av %(year)s är ångrad. Inget av den är kvar.", year=year)
    except EarlierReleased:
        said = _("Omgången %(year)s är med i en utgåva och kan inte ångras. Rätta svaren i"
                 " granskningen i stället.", year=year)  # fmt: skip
    return go_to("show_earlier", said)
