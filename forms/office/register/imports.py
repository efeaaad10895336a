"""The register from a file: say what its columns are, look, and take in what is right."""

from collections.abc import Iterator
from dataclasses import replace

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.archive import UnreadableFile, register_import, shown
from forms.archive.file_table import header_choices
from forms.archive.register_import import RegisterFile, RegisterProposal, file_from, lacking
from forms.archive.register_lines import BadRow
from forms.office import blueprint, download, go_to
from forms.office.history.import_round import file_name
from forms.office.register.labels import RegisterWords, fact_words
from forms.web.guards import ask_again
from forms.web.request_context import Reply, actor, survey_db
from survey_data.errors import ChangedMeanwhile
from survey_data.register import register_file
from survey_data.register.register_file import COLUMNS, register_rows
from survey_data.tables_to_files import Cell
from survey_data.typed_text import has_personal_number

SHOWN = 10


@blueprint.get("/foretag/import")
def choose_register() -> str:
    """Choose a file, or take a template to fill in."""
    return render_template("office/register/choose_file.html", faults=[])


@blueprint.post("/foretag/import")
def import_register() -> Reply:
    """Take a CSV or XLSX file to look at; nothing is stored in the register."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return go_to("choose_register", _("Välj först en CSV- eller XLSX-fil."))
    db, name = survey_db(), file_name(given)
    try:
        file = register_import.opened(given.read(), name)
    except UnreadableFile as refused:
        page = render_template(
            "office/register/choose_file.html",
            faults=refused.faults, file_name=name, sheet=refused.sheet,
        )  # fmt: skip
        return page, 422
    # What can only be a person's number is taken out before anything is kept.
    file = register_import.proposed(db, file).file
    key = register_file.keep(db, file.to_dict(), actor())
    return go_to("look_at_register", key=key)


@blueprint.get("/foretag/import/<key>")
def look_at_register(key: str) -> Reply:
    """What the columns are taken for, what can be taken in, and what is left to correct."""
    return _page(survey_db(), key, _kept(key))


@blueprint.post("/foretag/import/bekrafta")
def confirm_import() -> Reply:
    """Read anew with what was changed, or take in exactly what was shown."""
    db, key = survey_db(), request.form.get("key", "")
    kept = _kept(key)
    try:
        if request.form.get("act") == "again":
            return _read_again(db, key, _decided(kept))
        if "column-0" in request.form and _would_differ(db, kept):
            flash(_("Ni har ändrat något sedan sidan visades. Titta igen innan ni tar in."))
            return _read_again(db, key, _decided(kept))
        return ask_again() or _taken(db, key, kept)
    except UnreadableFile as refused:
        return go_to("look_at_register", refused.faults[0].words, key=key)
    except ChangedMeanwhile:
        return _page(db, key, kept, again=True), 409


def _would_differ(db: Database, kept: RegisterFile) -> bool:
    """Whether what is chosen on the page would take in something else than what it shows."""
    changes = register_import.proposed(db, _decided(kept)).reading.changes
    shown_changes = register_import.proposed(db, kept).reading.changes
    return register_file.mark_of(changes) != register_file.mark_of(shown_changes)


def _read_again(db: Database, key: str, file: RegisterFile) -> Response:
    """Keep what was decided, without what can only be a person's number."""
    found = register_import.proposed(db, file)
    register_file.keep_again(db, key, found.file.to_dict())
    return go_to("look_at_register", key=key)


def _kept(key: str) -> RegisterFile:
    """A file that is looked at; raises PreviewGone."""
    return file_from(register_file.find(survey_db(), key, actor()))


def _decided(file: RegisterFile) -> RegisterFile:
    """The file with what the page's fields say of it."""
    line = request.form.get("header-line", type=int)
    if line and line != file.header_line and line != request.form.get("header-was", type=int):
        return replace(file, header_line=line, columns=None, left_out=None, corrected={})
    count = sum(name.startswith("column-") for name in request.form)
    typed = (request.form.get(f"column-{at}", "") for at in range(count))
    columns = tuple(fact if fact in COLUMNS else "" for fact in typed)
    # Each fact for one column only: the first that was chosen for it.
    once = tuple("" if fact in columns[:at] else fact for at, fact in enumerate(columns))
    return replace(
        file,
        columns=once,
        left_out=tuple(request.form.getlist("leave", type=int)),
        corrected={**file.corrected, **dict(_typed_cells())},
    )


def _typed_cells() -> Iterator[tuple[str, str]]:
    """The cells that were typed in the page; never what seems to be a person's number."""
    for name, text in request.form.items():
        place = name.removeprefix("cell-")
        is_cell = name != place and all(part.isdecimal() for part in place.split(":"))
        if is_cell and text.strip() and not has_personal_number(text):
            yield place, text.strip()[:200]


def _taken(db: Database, key: str, kept: RegisterFile) -> Response:
    """Store what was shown, and keep only the lines that could not be taken in."""
    found = register_import.proposed(db, kept)
    changes = found.reading.changes
    if request.form.get("seen") != register_file.mark_of(changes):
        raise ChangedMeanwhile
    count = register_file.store(db, changes, actor())
    said = ngettext("%(num)s företag importerades.", "%(num)s företag importerades.", count)
    if not found.reading.bad:
        register_file.forget(db, key)
        return go_to("show_register", said)
    taken = (*kept.taken, *(change.line for change in changes))
    left = replace(found.file, columns=found.columns, left_out=found.left_out, taken=taken)
    register_file.keep_again(db, key, left.to_dict())
    return go_to("look_at_register", said, key=key)


def _page(db: Database, key: str, file: RegisterFile, *, again: bool = False) -> str:
    found = register_import.proposed(db, file)
    words, facts = RegisterWords(db), fact_words()
    return render_template(
        "office/register/import.html",
        key=key, found=found, again=again, seen=register_file.mark_of(found.reading.changes),
         words=words, facts=facts, shown=shown, most=SHOWN,
        columns=_columns(found, words), choices=[(name, facts[name]) for name in COLUMNS],
        lacking=[facts[name] for name in lacking(found.columns)],
        first_rows=header_choices(found.file.rows, found.table.header_line),
        place_of={fact: at for at, fact in enumerate(found.columns) if fact},
    )  # fmt: skip


def _columns(found: RegisterProposal, words: RegisterWords) -> list[tuple[int, str, str, str, str]]:
    """Each column: its place, its heading, an example, what it is taken for, and why."""
    result = []
    for at, proposal in enumerate(found.proposals):
        texts = [cells[at] for _line, cells in found.table.lines if at < len(cells) and cells[at]]
        sample = shown(texts[0]) if texts else ""
        why = _becomes(found, proposal.fact, at, words) or proposal.why
        result.append((at, found.table.header[at], sample, proposal.fact, why))
    return result


def _becomes(found: RegisterProposal, fact: str, at: int, words: RegisterWords) -> str:
    """What the first text of a column is read as, where that is not how it is written."""
    if fact not in ("municipality_code", "legal_form", "active_from", "active_to"):
        return ""
    by_line = {change.line: change for change in found.reading.changes}
    for line, cells in found.table.lines:
        if at < len(cells) and cells[at] and line in by_line:
            value = words.value(fact, getattr(by_line[line].wanted, fact))
            return "" if value == cells[at] else _("Blir %(value)s", value=value)
    return ""


@blueprint.get("/foretag/import/<key>/fel.xlsx")
def download_bad_rows(key: str) -> Response:
    """The lines that cannot be taken in, with the reason of each, to correct and read in again."""
    db = survey_db()
    found = register_import.proposed(db, _kept(key))
    cells, bad = dict(found.table.lines), found.reading.bad
    head = [*found.table.header, _("Rad"), _("Att rätta")]
    lines: list[list[Cell]] = [[*cells[row.line], row.line, _reasons(row)] for row in bad]
    return download("att-ratta", head, lines, "xlsx")


def _reasons(row: BadRow) -> str:
    faults = (fault for _fact, fault in row.faults)
    return " ".join(f"{f.column}: {f.words}" if f.column else f.words for f in faults)


@blueprint.get("/foretag/mall.<any(csv, xlsx):suffix>")
def register_template(suffix: str) -> Response:
    """An empty list with a column for each fact of the register, to fill in."""
    names = fact_words()
    return download(
        "foretag-mall", [names[name] for name in COLUMNS if name != "is_example"], [], suffix
    )


@blueprint.get("/foretag.csv")
def export_register() -> Response:
    """The register as a CSV file, as it can be read in again."""
    return download("asf-register", COLUMNS, register_rows(survey_db()), "csv")
