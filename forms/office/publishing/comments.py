"""The coordinator's own words: comments beside the charts, and the chapters of the report."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from forms.office import blueprint
from forms.office.typed_fields import Written, no_personal_number
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.database import scalar
from survey_data.publishing import comments
from survey_data.publishing.comments import LONGEST, LONGEST_CHAPTER, LONGEST_NAME, Chapter
from survey_data.releases.texts import CHAPTERS


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
        needed = Written(_("Skriv vad som förklarar siffran."))
        self.text_sv.validators = [needed, long, no_personal_number]
        self.text_en.validators = [long, no_personal_number]
        self.signed.validators = [
            Written(_("Skriv vem som undertecknar.")),
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


# The chapters of the report.


def known_figures(_form: object, field: TextAreaField) -> None:
    """Refuse a figure that the inventory does not have, by the words that it was written with."""
    if unknown := comments.unknown_figures(field.data or ""):
        raise ValidationError(
            _("%(figure)s är inget tal i inventeringen. Välj det i listan.", figure=unknown[0])
        )


class ChapterForm(FlaskForm):  # type: ignore[misc]
    """A chapter in both languages, and who signs it."""

    text_sv = TextAreaField()
    text_en = TextAreaField()
    signed = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        long = Length(
            max=LONGEST_CHAPTER, message=_("Skriv högst %(n)s tecken.", n=LONGEST_CHAPTER)
        )
        self.text_sv.validators = [long, no_personal_number, known_figures]
        self.text_en.validators = [long, no_personal_number, known_figures]
        self.signed.validators = [
            Length(max=LONGEST_NAME, message=_("Skriv högst %(n)s tecken.", n=LONGEST_NAME)),
            no_personal_number,
            self._is_signed,
        ]

    def _is_signed(self, _form: object, field: StringField) -> None:
        if (self.text_sv.data or "").strip() and not (field.data or "").strip():
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
    first, last = (_asked_year(name, years) for name in ("fran", "till"))
    first, last = min(first, last), max(first, last)
    standing = comments.chapters(db)
    found = [
        (place, chapter_words(place[2]), standing.get(place)) for place in _places(first, last)
    ]
    return render_template(
        "office/publishing/report_chapters.html",
        first=first, last=last, years=years, found=found, local=clock.local,
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


@blueprint.get("/rapportkapitel/<int:first>-<int:last>/<name>")
def show_chapter(first: int, last: int, name: str) -> str:
    """One chapter to write, with what it said before and the figures of the period beside it."""
    _known_place(first, last, name)
    standing = comments.chapters(survey_db()).get((first, last, name))
    form = ChapterForm(obj=standing)
    return _chapter_page(first, last, name, form)


@blueprint.post("/rapportkapitel/<int:first>-<int:last>/<name>")
def write_chapter(first: int, last: int, name: str) -> str | Response:
    """Keep a chapter for the next release, or say what is wrong with it."""
    _known_place(first, last, name)
    form = ChapterForm()
    if not form.validate():
        return _chapter_page(first, last, name, form)
    swedish, english = _paragraphs(form.text_sv.data), _paragraphs(form.text_en.data)
    signed = " ".join((form.signed.data or "").split())
    chapter = Chapter(first, last, name, swedish, english, signed)
    comments.save_chapter(survey_db(), chapter, actor())
    flash(_("Kapitlet är sparat. Det kommer med i rapporten från nästa utgåva."))
    return redirect(url_for("office.show_chapters", fran=first, till=last))


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


def _chapter_page(first: int, last: int, name: str, form: ChapterForm) -> str:
    db = survey_db()
    return render_template(
        "office/publishing/report_chapter.html",
        first=first, last=last, name=name, words=chapter_words(name), asks=chapter_asks(name),
        form=form, before=comments.earlier(db, first, last, name), local=clock.local,
        figures=comments.insertable(db, first, last),
        release=scalar(db, "SELECT id FROM release ORDER BY rowid DESC LIMIT 1"),
    )  # fmt: skip
