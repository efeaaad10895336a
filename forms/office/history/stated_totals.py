"""Totals of a year without answers: typed in, or from a file that is looked at first."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.archive import CLEAR, Fault, UnreadableFile, rows_from, shown
from forms.archive.file_table import opened
from forms.archive.totals_file import StatedFile, knows, read_totals
from forms.office import blueprint, download, go_to
from forms.office.history.import_round import file_name
from forms.office.history.stated_form import TotalsFileForm, TotalsForm, box, form_of
from forms.office.publishing.figures import area_names, figure_words, indicator_words
from forms.translations import language
from forms.web.request_context import Reply, actor, survey_db
from survey_data.database import writing
from survey_data.geography import COUNTY, NAMES, PROVINCES
from survey_data.history import imported_rounds, stated_totals
from survey_data.history.printed_years import Gap, gaps
from survey_data.history.stated_totals import Source, Spot, StatedYear, Total
from survey_data.statistics.indicators import INDICATORS

TEMPLATE = ("år", "område", "mått", "värde", "anmärkning", "anmärkning (engelska)")


@blueprint.route("/tidigare/totaler", methods=["GET", "POST"])
def state_totals() -> str | Response:
    """The totals of a year as they were printed somewhere: type them in, or put them right."""
    db, names = survey_db(), area_names()
    asked = request.form.get("year") if request.method == "POST" else request.args.get("ar")
    year = int(asked) if asked and asked.isdecimal() and len(asked) == 4 else None
    known = stated_totals.of_year(db, year) if year else None
    form = form_of(known, year, names)
    if form.validate_on_submit() and _saved(db, form, known):
        return go_to("show_earlier")
    return render_template(
        "office/history/stated_totals.html",
        form=form, known=known, groups=_groups(form), names=names, areas=(COUNTY, *PROVINCES),
        is_released=bool(year and stated_totals.is_released(db, year)),
        off=_off(known.totals, names) if known else [],
    )  # fmt: skip


def _groups(form: TotalsForm) -> list[tuple[str, list[tuple[Spot, Any]]]]:
    """Each indicator with its boxes, the county's first."""
    boxes = form.boxes()
    return [
        (indicator_words(i.name), [(spot, f) for spot, f in boxes.items() if spot[2] == i.name])
        for i in INDICATORS
    ]


def _saved(db: Database, form: TotalsForm, known: StatedYear | None) -> bool:
    wanted = form.stated(known)
    try:
        changed = stated_totals.save(db, wanted, actor())
    except stated_totals.YearTaken as fault:
        form.year.errors = [taken_words(fault)]
        return False
    except stated_totals.TotalsReleased:
        for spot in set(known.totals if known else ()) - set(wanted.totals):
            form[box(spot)].errors = [_("Siffran är publicerad. Den kan rättas men inte tas bort.")]
        return False
    off = len(_gaps(wanted.totals))
    flash(_saved_words(wanted.year, off) if changed else _("Inget var ändrat."))
    return True


def _saved_words(year: int, off: int) -> str:
    saved = _("Totalerna för %(year)s är sparade och kommer med i nästa utgåva.", year=year)
    if not off:
        return saved
    more = ngettext(
        "%(num)s summa stämmer inte med sina delar. Båda talen visas.",
        "%(num)s summor stämmer inte med sina delar. Båda talen visas.",
        off,
    )
    return f"{saved} {more}"


def taken_words(fault: stated_totals.YearTaken) -> str:
    """Why a year takes no totals."""
    words = {
        "printed": _("Siffrorna för %(year)s finns redan, som de är tryckta.", year=fault.year),
        "answers": _("Företagen har svarat för %(year)s. Det är svaren som publiceras.",
                     year=fault.year),
        "open": _("Omgången %(year)s är öppen. Det är svaren som publiceras.", year=fault.year),
        "outside": _("Året %(year)s kan inte fyllas med totaler.", year=fault.year),
        "kept": _(
            "Förbundets egen serie är klar för %(year)s. Ta bort totalerna för nådda och platser.",
            year=fault.year,
        ),
    }  # fmt: skip
    return str(words[fault.why])


def _gaps(totals: Mapping[Spot, Total]) -> list[Gap]:
    return gaps({spot: total.value for spot, total in totals.items()})


def _off(totals: Mapping[Spot, Total], names: Mapping[Any, str]) -> list[str]:
    """Each total that its parts do not add up to, in words."""
    place = 1 if language() == "en" else 0
    return [
        f"{figure_words(gap.spot, names)}: {gap.words(totals[gap.spot].value)[place]}"
        for gap in _gaps(totals)
    ]


@blueprint.post("/tidigare/totaler/<int:year>/ta-bort")
def remove_totals(year: int) -> Response:
    """Take a year's totals away, as long as no release has them."""
    try:
        is_gone = stated_totals.remove(survey_db(), year, actor())
        said = _("Totalerna för %(year)s är borttagna.", year=year) if is_gone else ""
    except stated_totals.TotalsReleased:
        said = _("Totalerna för %(year)s är publicerade. De kan rättas men inte tas bort.",
                 year=year)  # fmt: skip
    return go_to("show_earlier", said)


@blueprint.get("/tidigare/totaler/mall.<any(csv, xlsx):suffix>")
def totals_template(suffix: str) -> Response:
    """A file with a line for each figure of a year, to fill in."""
    year = request.args.get("ar", type=int)
    lines = [
        (year, "länet" if spot[:2] == COUNTY.key else NAMES[spot[:2]], indicator_words(spot[2]))
        for spot in stated_totals.spots()
    ]
    return download("totaler", TEMPLATE, [(*line, None, "", "") for line in lines], suffix)


@blueprint.route("/tidigare/totaler/fil", methods=["GET", "POST"])
def upload_totals() -> Reply:
    """Totals of one or several years from a file: shown first, and nothing is stored."""
    form, faults, name, sheet = TotalsFileForm(), list[Fault](), "", ""
    if form.validate_on_submit():
        name = file_name(form.file.data)
        try:
            rows = opened(form.file.data.read(), knows)
            found, sheet = read_totals(rows), rows.sheet
            faults = [] if found.faults else [f for f in _refused(found) if not f.line]
        except UnreadableFile as refused:
            faults, sheet = [*refused.faults], refused.sheet
        # A line that is wrong can be left out of the rest, so the preview names it.
        if not faults:
            content = {"source": asdict(form.source), "file": rows.to_dict(), "name": name}
            return _preview(imported_rounds.keep_upload(survey_db(), "totals", content, actor()))
    page = render_template(
        "office/history/upload_totals.html", form=form, faults=faults, file_name=name, sheet=sheet
    )
    return (page, 422) if faults else page


def _refused(found: StatedFile) -> Iterable[Fault]:
    if not found.totals:
        yield Fault(0, "", _("Ingen rad i filen har ett värde."))
    for year, totals in found.totals.items():
        try:
            stated_totals.refuse(survey_db(), year, {spot[2] for spot in totals})
        except stated_totals.YearTaken as fault:
            yield Fault(found.line_of_year[year], _("år"), taken_words(fault), str(year))


def _kept(draft_id: int) -> tuple[StatedFile, list[StatedYear], dict[str, Any]]:
    content, choices = imported_rounds.find_upload(survey_db(), "totals", draft_id, actor())
    found = read_totals(rows_from(content["file"]), choices.get("left_out"))
    source = Source(**content["source"])
    years = [_joined(year, source, totals) for year, totals in sorted(found.totals.items())]
    return found, years, content


def _joined(year: int, source: Source, totals: dict[Spot, Total]) -> StatedYear:
    """What the file says of a year, with those figures of it that the file does not name."""
    known = stated_totals.of_year(survey_db(), year)
    if known is None:
        return StatedYear(year, source, totals)
    given = {spot: _with_notes(total, known.totals.get(spot)) for spot, total in totals.items()}
    return StatedYear(year, source, {**known.totals, **given}, known.note_sv, known.note_en)


def _with_notes(total: Total, known: Total | None) -> Total:
    """The total with the notes that it has already, where the file says nothing of them."""
    old = known or Total(total.value)
    notes = [
        "" if note.casefold() in CLEAR else note or before
        for note, before in ((total.note_sv, old.note_sv), (total.note_en, old.note_en))
    ]
    return Total(total.value, *notes)


def _preview(draft_id: int) -> Reply:
    names, (found, years, content) = area_names(), _kept(draft_id)
    faults = found.faults or [*_refused(found)]
    page = render_template(
        "office/history/preview_totals.html", draft_id=draft_id, names=names, words=figure_words,
        years=[(y, stated_totals.of_year(survey_db(), y.year), _off(y.totals, names))
               for y in years], found=found, faults=faults, shown=shown,
        content={"file_name": content["name"], "sheet": content["file"]["sheet"]},
    )  # fmt: skip
    return (page, 422) if faults else page


@blueprint.post("/tidigare/totaler/fil/<int:draft_id>")
def confirm_totals(draft_id: int) -> Reply:
    """Read the file anew without some lines, or keep its totals: all that were shown, or none."""
    db = survey_db()
    try:
        with writing(db):
            found, years, _content = _kept(draft_id)
            left_out = sorted(request.form.getlist("leave", type=int))
            is_new = "lines" in request.form and left_out != sorted(found.left_out)
            if is_new:
                imported_rounds.keep_choices(db, draft_id, {"left_out": left_out})
            if is_new or request.form.get("go") == "update" or found.faults:
                return _preview(draft_id)
            for each in years:
                stated_totals.save(db, each, actor())
            imported_rounds.forget_upload(db, draft_id)
    except stated_totals.YearTaken as fault:
        return go_to("show_earlier", taken_words(fault))
    said = ngettext("Totaler för %(num)s år är sparade.", "Totaler för %(num)s år är sparade.",
                    len(years))  # fmt: skip
    return go_to("show_earlier", said)
