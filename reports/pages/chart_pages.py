"""Blueprint: each chart by itself: its page, its files, and the frame that others may embed."""

from flask import Blueprint, Response, abort, current_app, render_template
from flask_babel import format_date
from flask_babel import gettext as _

from reports.charts.cards import KEYS, Card, card_of, csv_of, years_named
from reports.charts.drawing import theme
from reports.charts.drawing.downloadable_svg import font_data, picture
from reports.data import equivalent_sql
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.request import language_asked, published

charts = Blueprint("charts", __name__)

# As on every page, but for who may show it in a frame.
EMBEDDED = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


@charts.app_template_global()
def query_address(query: str) -> str:
    """Where a query runs in the open data."""
    return equivalent_sql.address(query)


@charts.get("/rapport/<chart>")
def chart(chart: str) -> str:
    """One chart on a page of its own."""
    return _page("reports/chart.html", chart)


@charts.get("/rapport/<chart>/badda-in")
def embedded(chart: str) -> Response:
    """One chart and nothing else, for a frame on somebody's page."""
    response = Response(_page("reports/embed.html", chart))
    response.headers["Content-Security-Policy"] = EMBEDDED
    return response


@charts.get("/rapport/<chart>.csv")
def chart_csv(chart: str) -> Response:
    """The numbers of one chart, every value with its status."""
    body = csv_of(chart, published())
    if body is None:
        abort(404)
    return as_file(body.encode("utf-8-sig"), "text/csv", f"{chart}.csv")


@charts.get("/rapport/<chart>.svg")
def chart_svg(chart: str) -> Response:
    """One chart as a picture that can be put in a document."""
    data, language = published(), language_asked()
    return as_picture(_card(chart, data, language), data, language)


def as_picture(card: Card, data: OpenData, language: Language) -> Response:
    """A card's chart as an SVG file with its title, notes and source."""
    font = font_data(str(current_app.static_folder))
    body = picture(card, _foot(card, data, language), font).encode()
    return as_file(body, "image/svg+xml", f"{card.key}.svg")


def _page(template: str, key: str) -> str:
    data, language = published(), language_asked()
    return render_template(
        template,
        card=_card(key, data, language),
        release=data.release,
        years=years_named(data),
        palette=theme.TOKENS,
    )


def _card(key: str, data: OpenData, language: Language) -> Card:
    card = card_of(key, data, language) if key in KEYS else None
    return card or abort(404)


def _foot(card: Card, data: OpenData, language: Language) -> list[str]:
    notes = [f"{note.mark} {note.text}".strip() for note in card.notes]
    sources = " ".join(f"{source.title.in_(language)}." for source in card.sources)
    line = f"{_('Källa:')} {sources}"
    if data.release:
        day = format_date(data.release.day, "long")
        words = _("Utgåva %(id)s, %(day)s.", id=data.release.id, day=day)
        line = f"{line} {words}"
    return [*notes, line]


def as_file(body: bytes, kind: str, name: str) -> Response:
    """Something to take home, under the product's name."""
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="asf-gavleborg-{name}"'
    return response
