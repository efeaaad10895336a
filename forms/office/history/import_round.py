"""An earlier round from a file: upload, say what each column is, look, and then store it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import FileField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from forms.archive import column_mapping
from forms.archive.cells import Fault, Sheet, sheet
from forms.archive.earlier_totals import compared
from forms.archive.import_plan import (
    Plan,
    Planner,
    Wanted,
    choices_of,
    header_faults,
    said,
    wanted_from,
)
from forms.office import blueprint
from forms.office.publishing.figure_labels import indicator_words
from forms.office.typed_fields import Day
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.module_titles import MODULES
from forms.respondent import submission_checks
from forms.web.request_context import actor, survey_db
from forms.web.translations import language
from survey_data import clock
from survey_data.database import writing
from survey_data.errors import PreviewGone, RoundAlreadyHeld
from survey_data.history import imported_rounds, printed_years, uploads
from survey_data.history.imported_rounds import Found
from survey_data.history.stated_totals import FIRST_YEAR
from survey_data.personal_numbers import has_personal_number
from survey_data.register import enterprises
from survey_data.responses import responses

SAMPLES = 3
Page = str | Response | tuple[str, int]


class RoundFileForm(FlaskForm):  # type: ignore[misc]
    """Which year and day a file is of, the file, and whether it has all who were asked."""

    year = IntegerField()
    reference_date = Day()
    frame = RadioField(validate_choice=False)
    file = FileField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        last = clock.today().year
        self.year.validators = [
            InputRequired(_("Skriv årtalet med fyra siffror, till exempel 2026.")),
            NumberRange(FIRST_YEAR, last, _("Skriv ett år mellan %(first)s och %(last)s.",
                                            first=FIRST_YEAR, last=last)),
        ]  # fmt: skip
        self.reference_date.validators = [InputRequired(_("Skriv datumet som ÅÅÅÅ-MM-DD."))]
        self.frame.choices = [
            ("all", _("Alla som fick frågan, även de som inte svarade")),
            ("answered", _("Bara de som svarade, eller så vet vi inte")),
        ]
        self.frame.validators = [InputRequired(_("Välj vilka som står i filen."))]

    def validate_reference_date(self, field: Day) -> None:
        """The day lies in the year and has been."""
        if field.data and (field.data.year != self.year.data or field.data > clock.today()):
            raise ValidationError(_("Räknedagen ska ligga i omgångens år, och ha varit."))


@blueprint.route("/tidigare/mikrodata", methods=["GET", "POST"])
def upload_round() -> Page:
    """Take a file of answers; one with a personal identity number in it is not kept."""
    year = request.args.get("ar", type=int)
    form, faults = RoundFileForm(data={"year": year}), list[Fault]()
    if form.validate_on_submit() and _is_free(form) and (given := _file(form)):
        content = given.read()
        found, faults = sheet(content)
        if not faults:
            return redirect(
                url_for("office.map_round", draft_id=_keep(form, given, content, found))
            )
    page = render_template("office/history/upload_round.html", form=form, faults=faults)
    return (page, 422) if faults else page


def _is_free(form: RoundFileForm) -> bool:
    try:
        imported_rounds.refuse(survey_db(), form.year.data)
    except RoundAlreadyHeld as fault:
        form.year.errors = [held_words(fault.year)]
        return False
    return True


def held_words(year: int) -> str:
    """That the year has a round already, and nothing is put beside it."""
    return str(_("Det finns redan en omgång för %(year)s. En fil kan inte läsas in bredvid den.",
                 year=year))  # fmt: skip


def _file(form: RoundFileForm) -> FileStorage | None:
    given = request.files.get("file")
    if given is None or not given.filename:
        form.file.errors = [_("Välj först en CSV- eller XLSX-fil.")]
        return None
    return given


def _keep(form: RoundFileForm, given: FileStorage, content: bytes, found: Sheet) -> int:
    year, name = form.year.data, PurePath(given.filename or "").name[:200]
    wanted = Wanted(
        year, form.reference_date.data, tuple(column_mapping.propose(found.header, year)),
        form.frame.data == "all",
    )  # fmt: skip
    db = survey_db()
    kept = {
        # A file can be called by someone's number as well.
        "file_name": "" if has_personal_number(name) else name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "header": found.header,
        "lines": found.lines,
    }
    draft_id = uploads.keep(db, "round", kept, actor())
    uploads.choose(db, draft_id, choices_of(wanted))
    return draft_id


def _kept(db: Database, draft_id: int) -> tuple[dict[str, Any], Sheet, Wanted]:
    content, choices = uploads.find(db, "round", draft_id, actor())
    lines = tuple((number, tuple(cells)) for number, cells in content["lines"])
    return content, Sheet(tuple(content["header"]), lines), wanted_from(choices)


def _gone() -> Response:
    flash(_("Filen är redan inläst, eller låg för länge. Välj den igen."))
    return redirect(url_for("office.show_earlier"))


@blueprint.route("/tidigare/mikrodata/<int:draft_id>", methods=["GET", "POST"])
def map_round(draft_id: int) -> Page:
    """Say which question each column is; proposed by the columns' names."""
    db = survey_db()
    try:
        content, found, wanted = _kept(db, draft_id)
    except PreviewGone:
        return _gone()
    faults: list[Fault] = []
    if request.method == "POST":
        known = {column_mapping.YEAR, *column_mapping.asked(wanted.year).by_name}
        typed = (request.form.get(f"column-{at}", "") for at in range(len(found.header)))
        wanted = replace(wanted, columns=tuple(n if n in known else "" for n in typed))
        faults = [*header_faults(found.header, wanted.columns)]
        uploads.choose(db, draft_id, choices_of(wanted))
        if not faults:
            return redirect(url_for("office.preview_round", draft_id=draft_id))
    page = render_template(
        "office/history/map_round.html",
        draft_id=draft_id, file_name=content["file_name"], wanted=wanted,
        columns=_columns(found, wanted), groups=_groups(wanted.year), faults=faults,
        lines=len(found.lines),
    )  # fmt: skip
    return (page, 422) if faults else page


def _columns(found: Sheet, wanted: Wanted) -> list[tuple[int, str, list[str], str]]:
    """Each column: its place, its name, some of what stands in it, and the question chosen."""
    said = [[cells[at] for _n, cells in found.lines if at < len(cells) and cells[at]][:SAMPLES]
            for at in range(len(found.header))]  # fmt: skip
    return [(at, found.header[at], said[at], wanted.columns[at]) for at in range(len(said))]


def _groups(year: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions to choose among, by module."""
    asked, code = column_mapping.asked(year), language()
    groups = [
        (module.title(code), [(q.name, q.short(code)) for q in asked.in_module(key)])
        for key, module in MODULES.items()
    ]
    return [(title, questions) for title, questions in groups if questions]


@blueprint.route("/tidigare/mikrodata/<int:draft_id>/granska", methods=["GET", "POST"])
def preview_round(draft_id: int) -> Page:
    """Show what the file would become; store exactly that when it is asked for."""
    db = survey_db()
    try:
        content, found, wanted = _kept(db, draft_id)
    except PreviewGone:
        return _gone()
    if request.method == "POST":
        wanted = replace(wanted, matches=_matches(request.form))
        uploads.choose(db, draft_id, choices_of(wanted))
        if request.form.get("go") == "import":
            return _stored(db, draft_id, content, found, wanted)
    return _preview(db, draft_id, content, found, wanted)


def _matches(form: Mapping[str, str]) -> dict[str, str]:
    named = ((name.removeprefix("match-"), value) for name, value in form.items()
             if name.startswith("match-"))  # fmt: skip
    return {line: value for line, value in named if line.isdecimal() and value}


def _preview(
    db: Database, draft_id: int, content: dict[str, Any], found: Sheet, wanted: Wanted,
    problem: str = "",
) -> Page:  # fmt: skip
    plan = Planner(db, found, wanted, language()).read()
    if plan.holds_a_person:
        uploads.forget(db, draft_id)
    page = render_template(
        "office/history/preview_round.html",
        draft_id=draft_id, content=content, plan=plan, wanted=wanted,
        problem=problem, hard=said(plan, "hard", language()), soft=said(plan, "soft", language()),
        totals=compared(plan, db, wanted.year), indicator_words=indicator_words,
        everyone=enterprises.enterprises(db),
        is_printed=wanted.year in printed_years.printed_years(db),
    )  # fmt: skip
    return (page, 422) if plan.faults or problem else page


def _stored(
    db: Database, draft_id: int, content: dict[str, Any], found: Sheet, wanted: Wanted
) -> Page:
    try:
        with writing(db):
            plan = Planner(db, found, wanted, language()).read()
            problem = _problem(plan)
            if not problem:
                _store(db, plan, content, found, wanted)
                uploads.forget(db, draft_id)
    except RoundAlreadyHeld as fault:
        problem = held_words(fault.year)
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


def _store(db: Database, plan: Plan, content: dict[str, Any], found: Sheet, wanted: Wanted) -> None:
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
        submission_checks.keep_checks(db, response)


@blueprint.post("/tidigare/mikrodata/<int:draft_id>/avbryt")
def discard_round(draft_id: int) -> Response:
    """Let go of a file that is not to be imported."""
    db = survey_db()
    try:
        _kept(db, draft_id)
    except PreviewGone:
        return _gone()
    uploads.forget(db, draft_id)
    flash(_("Filen är borttagen. Inget är inläst."))
    return redirect(url_for("office.show_earlier"))
