"""The coordinator's comments beside the charts: written, changed, taken away."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.office import blueprint
from forms.office.typed_fields import no_personal_number
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.publishing import comments
from survey_data.publishing.comments import LONGEST, LONGEST_NAME


def chart_names() -> dict[str, str]:
    """Every chart of the report by its key, as app.py hands them over from there."""
    names = current_app.extensions["chart_names"]
    return {key: words[language()] for key, words in names.items()}


class CommentForm(FlaskForm):  # type: ignore[misc]
    """Which chart and year, the words in both languages, and who signs."""

    chart = SelectField()
    year = SelectField(coerce=int)
    text_sv = TextAreaField()
    text_en = TextAreaField()
    signed = StringField()

    def __init__(self, years: list[int], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.chart.choices = list(chart_names().items())
        self.year.choices = [(year, str(year)) for year in years]
        long = Length(max=LONGEST, message=_("Skriv högst %(n)s tecken.", n=LONGEST))
        needed = InputRequired(_("Skriv vad som förklarar siffran."))
        self.text_sv.validators = [needed, long, no_personal_number]
        self.text_en.validators = [long, no_personal_number]
        self.signed.validators = [
            InputRequired(_("Skriv vem som undertecknar.")),
            Length(max=LONGEST_NAME, message=_("Skriv högst %(n)s tecken.", n=LONGEST_NAME)),
            no_personal_number,
        ]


@blueprint.get("/kommentarer")
def show_comments() -> str:
    """The comments that stand, and a form to write one or change the one asked for."""
    db = survey_db()
    form = CommentForm(comments.years(db))
    chart, year = request.args.get("diagram", ""), request.args.get("ar", "")
    for each in comments.standing(db):
        if (each.chart, str(each.year)) == (chart, year):
            form.text_sv.data, form.text_en.data = each.text_sv, each.text_en
            form.signed.data = each.signed
    if chart in chart_names():
        form.chart.data = chart
    if year.isdecimal():
        form.year.data = int(year)
    return _page(db, form)


@blueprint.post("/kommentarer")
def write_comment() -> str | Response:
    """Keep a comment for the next release, or say what is wrong with it."""
    db = survey_db()
    form = CommentForm(comments.years(db))
    if not form.validate():
        return _page(db, form)
    swedish, english, signed = (
        " ".join((f.data or "").split()) for f in (form.text_sv, form.text_en, form.signed)
    )
    comments.save(db, form.year.data, form.chart.data, swedish, english, signed, actor())
    flash(_("Kommentaren är sparad. Den visas i rapporten från nästa utgåva."))
    return redirect(url_for("office.show_comments"))


@blueprint.post("/kommentarer/<int:year>/<chart>/ta-bort")
def take_comment_away(year: int, chart: str) -> Response:
    """Let no comment stand beside that chart for that year, from the next release on."""
    db = survey_db()
    if any((c.year, c.chart) == (year, chart) for c in comments.standing(db)):
        comments.save(db, year, chart, "", "", "", actor())
        flash(_("Kommentaren är borttagen. Den försvinner ur rapporten med nästa utgåva."))
    return redirect(url_for("office.show_comments"))


def _page(db: Database, form: CommentForm) -> str:
    return render_template(
        "office/publishing/comments.html",
        form=form,
        standing=comments.standing(db),
        names=chart_names(),
        local=clock.local,
    )
