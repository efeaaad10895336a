"""An earlier round from a file: upload it, and say what each of its columns is."""

import hashlib
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlite_utils import Database
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from forms.archive import Fault, UnreadableFile, answer_columns, rows_from
from forms.archive.file_table import FileTable, found_notes, header_choices, opened, table
from forms.archive.import_plan import Wanted, choices_of, header_faults, wanted_from
from forms.office import blueprint, go_to
from forms.office.typed_fields import Day, Year
from forms.questionnaire.inventory import MODULES
from forms.translations import language
from forms.web.request_context import Reply, actor, survey_db
from survey_data import clock
from survey_data.errors import PreviewGone, RoundExists
from survey_data.history import imported_rounds
from survey_data.history.stated_totals import FIRST_YEAR
from survey_data.typed_text import has_personal_number

SAMPLES = 3


class RoundFileForm(FlaskForm):  # type: ignore[misc]
    """Which year and day a file is of, the file, and whether it has all who were asked."""

    year = Year(FIRST_YEAR, lambda: clock.today().year)
    reference_date = Day()
    frame = RadioField(
        choices=lambda: [
            ("all", _("Alla som fick frågan, även de som inte svarade")),
            ("answered", _("Bara de som svarade, eller så vet vi inte")),
        ],
        validate_choice=False,
        validators=[InputRequired(_l("Välj vilka som står i filen."))],
    )
    file = FileField(validators=[FileRequired(_l("Välj först en CSV- eller XLSX-fil."))])

    def validate_reference_date(self, field: Day) -> None:
        """The day lies in the year and has been."""
        if field.data and (field.data.year != self.year.data or field.data > clock.today()):
            raise ValidationError(_("Räknedagen ska ligga i omgångens år, och ha varit."))


@blueprint.route("/tidigare/mikrodata", methods=["GET", "POST"])
def upload_round() -> Reply:
    """Take a file of answers; one with a personal identity number in it is not kept."""
    year = request.args.get("ar", type=int)
    form, faults, sheet = RoundFileForm(data={"year": year}), list[Fault](), ""
    if form.validate_on_submit():
        try:
            imported_rounds.refuse(survey_db(), form.year.data)
            return go_to("map_round", draft_id=_keep(form, form.file.data.read()))
        except RoundExists as fault:
            form.year.errors = [round_exists_words(fault.year)]
        except UnreadableFile as refused:
            faults, sheet = [*refused.faults], refused.sheet
    page = render_template(
        "office/history/upload_round.html",
        form=form, faults=faults, file_name=file_name(form.file.data), sheet=sheet,
    )  # fmt: skip
    return (page, 422) if faults else page


def file_name(given: FileStorage | None) -> str:
    """What a file is called by the one who chose it."""
    name = PurePath((given and given.filename) or "").name[:200]
    # A file can be called by someone's number as well.
    return "" if has_personal_number(name) else name


def round_exists_words(year: int) -> str:
    """That the year has a round already, and nothing is put beside it."""
    return _("Det finns redan en omgång för %(year)s. En fil kan inte läsas in bredvid den.",
             year=year)  # fmt: skip


def _keep(form: RoundFileForm, content: bytes) -> int:
    year = form.year.data
    found = opened(content, answer_columns.knows(year))
    header = table(found, answer_columns.knows(year)).header
    wanted = Wanted(
        year, form.reference_date.data, tuple(answer_columns.propose(header, year)),
        form.frame.data == "all",
    )  # fmt: skip
    db = survey_db()
    kept = {
        "file_name": file_name(form.file.data),
        "sha256": hashlib.sha256(content).hexdigest(),
        "file": found.to_dict(),
    }
    draft_id = imported_rounds.keep_upload(db, "round", kept, actor())
    imported_rounds.keep_choices(db, draft_id, choices_of(wanted))
    return draft_id


def kept_file(db: Database, draft_id: int) -> tuple[dict[str, Any], FileTable, Wanted]:
    """A kept file, read as was decided about it; raises PreviewGone."""
    content, choices = imported_rounds.find_upload(db, "round", draft_id, actor())
    wanted = wanted_from(choices)
    rows = rows_from(content["file"])
    found = table(rows, answer_columns.knows(wanted.year), wanted.header_line)
    content["notes"], content["all"] = found_notes(rows, found), rows
    content["sheet"] = rows.sheet
    return content, found, wanted


@blueprint.errorhandler(PreviewGone)
def gone(_fault: PreviewGone) -> Response:
    """Back to where a file is chosen, wherever the one that is asked about is no longer kept."""
    of_register = ("office.look_at_register", "office.confirm_import", "office.download_bad_rows")
    if request.endpoint in of_register:
        said = _("Filen är redan importerad, eller låg för länge. Välj den igen.")
        return go_to("choose_register", said)
    return go_to("show_earlier", _("Filen är redan inläst, eller låg för länge. Välj den igen."))


@blueprint.route("/tidigare/mikrodata/<int:draft_id>", methods=["GET", "POST"])
def map_round(draft_id: int) -> Reply:
    """Say which question each column is; proposed by the columns' names."""
    db = survey_db()
    content, found, wanted = kept_file(db, draft_id)
    faults: list[Fault] = []
    if request.method == "POST":
        line = request.form.get("header-line", type=int)
        if line and line != found.header_line:
            return _with_header(db, draft_id, wanted, line)
        known = {answer_columns.YEAR, *answer_columns.asked(wanted.year).by_name}
        typed = (request.form.get(f"column-{at}", "") for at in range(len(found.header)))
        wanted = replace(wanted, columns=tuple(n if n in known else "" for n in typed))
        faults = [*header_faults(found.header, wanted.columns, found.header_line)]
        imported_rounds.keep_choices(db, draft_id, choices_of(wanted))
        if not faults:
            return go_to("preview_round", draft_id=draft_id)
    page = render_template(
        "office/history/map_round.html",
        draft_id=draft_id, content=content, wanted=wanted,
        columns=_columns(found, wanted), groups=_groups(wanted.year), faults=faults,
        header_line=found.header_line, first_rows=header_choices(content["all"], found.header_line),
    )  # fmt: skip
    return (page, 422) if faults else page


def _with_header(db: Database, draft_id: int, wanted: Wanted, line: int) -> Response:
    """Take another row for the one with the columns' names, and propose anew what they are."""
    content, _choices = imported_rounds.find_upload(db, "round", draft_id, actor())
    try:
        found = table(rows_from(content["file"]), answer_columns.knows(wanted.year), line)
    except UnreadableFile as refused:
        flash(refused.faults[0].words)
    else:
        columns = tuple(answer_columns.propose(found.header, wanted.year))
        wanted = replace(wanted, columns=columns, header_line=line, left_out=None)
        imported_rounds.keep_choices(db, draft_id, choices_of(wanted))
    return go_to("map_round", draft_id=draft_id)


def _columns(found: FileTable, wanted: Wanted) -> list[tuple[int, str, list[str], str]]:
    """Each column: its place, its name, some of what stands in it, and the question chosen."""
    said = [[cells[at] for _n, cells in found.lines if at < len(cells) and cells[at]][:SAMPLES]
            for at in range(len(found.header))]  # fmt: skip
    return [(at, found.header[at], said[at], wanted.columns[at]) for at in range(len(said))]


def _groups(year: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions to choose among, by module."""
    asked, code = answer_columns.asked(year), language()
    groups = [
        (module.title(code), [(q.name, q.short(code)) for q in asked.in_module(key)])
        for key, module in MODULES.items()
    ]
    return [(title, questions) for title, questions in groups if questions]
