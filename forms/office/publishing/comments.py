"""The coordinator's own words: comments beside the charts, and the chapters of the report."""

from flask import abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from forms.office import blueprint, go_to
from forms.office.typed_fields import ShortText, free_text
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data.database import scalar
from survey_data.publishing import comments
from survey_data.publishing.comments import LONGEST, LONGEST_CHAPTER, LONGEST_NAME, Chapter, Comment
from survey_data.releases.texts import CHAPTERS


def chart_names() -> dict[str, str]:
    """Every chart of the report by its key, as app.py hands them over from there."""
    names = current_app.extensions["chart_names"]
    return {key: words[language()] for key, words in names.items()}


class CommentForm(FlaskForm):  # type: ignore[misc]
    """Which chart and year, the words in both languages, and who signs."""

    chart = SelectField(choices=lambda: list(chart_names().items()))
    year = SelectField(
        coerce=int, choices=lambda: [(y, str(y)) for y in comments.years(survey_db())]
    )
    text_sv = ShortText(LONGEST, _l("Skriv vad som förklarar siffran."), widget=TextArea())
    text_en = ShortText(LONGEST, widget=TextArea())
    signed = ShortText(LONGEST_NAME, _l("Skriv vem som undertecknar."))


@blueprint.route("/kommentarer", methods=["GET", "POST"])
def show_comments() -> str | Response:
    """The comments that stand, and a form to write one or change the one asked for."""
    db = survey_db()
    standing = comments.standing(db)
    form = CommentForm(data=_asked_for(standing))
    if form.validate_on_submit():
        comments.save(db, form.year.data, form.chart.data, form.text_sv.data, form.text_en.data,
                      form.signed.data, actor())  # fmt: skip
        said = _("Kommentaren är sparad. Den visas i rapporten från nästa utgåva.")
        return go_to("show_comments", said)
    return render_template(
        "office/publishing/comments.html", form=form, standing=standing, names=chart_names()
    )


def _asked_for(standing: list[Comment]) -> dict[str, object]:
    """The comment that the address names, or its chart and year while nothing stands there."""
    chart, year = request.args.get("diagram", ""), request.args.get("ar", "")
    for each in standing:
        if (each.chart, str(each.year)) == (chart, year):
            return vars(each)
    asked: dict[str, object] = {"chart": chart} if chart in chart_names() else {}
    return asked | ({"year": int(year)} if year.isdecimal() else {})


@blueprint.post("/kommentarer/<int:year>/<chart>/ta-bort")
def take_comment_away(year: int, chart: str) -> Response:
    """Let no comment stand beside that chart for that year, from the next release on."""
    db, said = survey_db(), ""
    if any((c.year, c.chart) == (year, chart) for c in comments.standing(db)):
        comments.save(db, year, chart, "", "", "", actor())
        said = _("Kommentaren är borttagen. Den försvinner ur rapporten med nästa utgåva.")
    return go_to("show_comments", said)


# The chapters of the report.


def known_figures(_form: object, field: TextAreaField) -> None:
    """Refuse a figure that the inventory does not have, by the words that it was written with."""
    if unknown := comments.unknown_figures(field.data or ""):
        raise ValidationError(
            _("%(figure)s är inget tal i inventeringen. Välj det i listan.", figure=unknown[0])
        )


class ChapterForm(FlaskForm):  # type: ignore[misc]
    """A chapter in both languages, and who signs it."""

    text_sv = TextAreaField(validators=[*free_text(LONGEST_CHAPTER), known_figures])
    text_en = TextAreaField(validators=[*free_text(LONGEST_CHAPTER), known_figures])
    signed = ShortText(LONGEST_NAME)

    def validate_signed(self, field: StringField) -> None:
        """Somebody signs what is written."""
        if (self.text_sv.data or "").strip() and not field.data:
            raise ValidationError(_("Skriv vem som undertecknar."))


def chapter_asks(name: str) -> str:
    """What the writer of a chapter is asked for."""
    asked: dict[str, str] = {
        "subtitle": _("En rad under rapportens namn på framsidan."),
        "summary": _("En eller två rader, sist av sammanfattningens fem. De andra räknas ut."),
        "aims": _("Ett mål i varje stycke."),
        "outcomes": _("Vad det blev av varje mål, ett stycke för varje, i målens ordning."),
        "done": _("Vad förbundet och parterna gjorde under året, i hela meningar."),
        "now": _("Vad som ska göras härnäst. Det står också sist på rapportens första sida."),
    }
    return asked.get(name, "")


@blueprint.get("/rapportkapitel")
def show_chapters() -> str:
    """Every chapter of a period, with what stands in it."""
    db = survey_db()
    years = comments.years(db)
    if not years:
        return render_template("office/publishing/report_chapters.html", years=years)
    first, last = (_asked_year(name, years) for name in ("fran", "till"))
    first, last = min(first, last), max(first, last)
    standing = comments.chapters(db)
    found = [
        (place, chapter_words(place[2]), standing.get(place)) for place in _places(first, last)
    ]
    return render_template(
        "office/publishing/report_chapters.html",
        first=first, last=last, years=years, found=found,
    )  # fmt: skip


def _asked_year(name: str, years: list[int]) -> int:
    """The year of an address; without one the latest."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isdecimal() and int(asked) in years else years[0]


def _places(first: int, last: int) -> list[tuple[int, int, str]]:
    """The chapters of a period in the order of the report, some of them once for each year."""
    return [
        (*years, name)
        for name, chapter in CHAPTERS.items()
        for years in (
            [(year, year) for year in range(first, last + 1)]
            if chapter.is_of_a_year
            else [(first, last)]
        )
    ]


def chapter_words(name: str) -> str:
    """What a chapter is called."""
    return CHAPTERS[name].en if language() == "en" else CHAPTERS[name].sv


@blueprint.route("/rapportkapitel/<int:first>-<int:last>/<name>", methods=["GET", "POST"])
def show_chapter(first: int, last: int, name: str) -> str | Response:
    """One chapter to write, with what it said before and the figures of the period beside it."""
    _known_place(first, last, name)
    db = survey_db()
    form = ChapterForm(obj=comments.chapters(db).get((first, last, name)))
    if form.validate_on_submit():
        swedish, english = _paragraphs(form.text_sv.data), _paragraphs(form.text_en.data)
        chapter = Chapter(first, last, name, swedish, english, form.signed.data)
        comments.save_chapter(db, chapter, actor())
        said = _("Kapitlet är sparat. Det kommer med i rapporten från nästa utgåva.")
        return go_to("show_chapters", said, fran=first, till=last)
    return render_template(
        "office/publishing/report_chapter.html",
        first=first, last=last, name=name, words=chapter_words(name), asks=chapter_asks(name),
        form=form, before=comments.earlier(db, first, last, name),
        figures=comments.insertable(db, first, last),
        release=scalar(db, "SELECT id FROM release ORDER BY rowid DESC LIMIT 1"),
    )  # fmt: skip


def _paragraphs(text: str | None) -> str:
    """Paragraphs with one empty line between them."""
    parts = (text or "").replace("\r\n", "\n").split("\n\n")
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _known_place(first: int, last: int, name: str) -> None:
    years = comments.years(survey_db())
    if name not in CHAPTERS or first > last or not {first, last} <= set(years):
        abort(404)
    if CHAPTERS[name].is_of_a_year and first != last:
        abort(404)
