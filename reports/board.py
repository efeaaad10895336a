"""Blueprint: the public start page, the board's report, its downloads, and how we count."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import get_locale, to_user_timezone
from markupsafe import Markup

from reports import summaries, tables, theme
from reports.cards import cards
from reports.charts import CHARTS, Language
from reports.series import OpenData, read
from reports.sparkline import sparkline
from reports.words import span

board = Blueprint(
    "board",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/reports",
)

SPARKLINE_COLOURS = {
    "enterprises": "series-one",
    "employees": "series-one",
    "placed": "series-two",
}


@board.get("/")
def start() -> str:
    """The public start page: what this is, how it stands, where to read on."""
    data, language = _published(), _language()
    found = summaries.headlines(data.charts, language)
    lines = {headline.key: _sparkline(headline, language) for headline in found}
    return render_template(
        "reports/start.html", headlines=found, sparklines=lines, years=_years(data)
    )


@board.get("/rapport/")
def report() -> str:
    """The four charts, each with its finding, notes, table and downloads."""
    data, language = _published(), _language()
    return render_template(
        "reports/report.html",
        cards=cards(data, language),
        release=data.release,
        published=_published_on(data),
        years=_years(data),
        palette=theme.TOKENS,
    )


@board.get("/rapport/<chart>.csv")
def chart_csv(chart: str) -> Response:
    """The numbers of one chart, every value with its status."""
    if chart not in CHARTS:
        abort(404)
    body = tables.chart_csv(_published().charts[chart]).encode("utf-8-sig")
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="asf-gavleborg-{chart}.csv"'
    return response


@board.get("/om")
def about() -> str:
    """How we count, what is protected, how sure the figures are, where they come from."""
    data, language = _published(), _language()
    return render_template(
        "reports/about.html",
        data=data,
        published=_published_on(data),
        discrepancies=[summaries.discrepancy_note(row, language) for row in data.discrepancies],
        milestones=_milestones_by_year(data, language),
        years=_years(data),
    )


@board.after_request
def _let_readers_keep_it(response: Response) -> Response:
    """Browsers may keep a page but must ask whether a new release has changed it."""
    if response.status_code == 200 and not response.direct_passthrough:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.update(("Cookie", "Accept-Language"))
        response.add_etag()
        response.make_conditional(request)
    return response


def _published() -> OpenData:
    return read(current_app.config["OPEN_DB"])


def _language() -> Language:
    return "en" if str(get_locale()).startswith("en") else "sv"


def _years(data: OpenData) -> str:
    """The years that are not invented, as "2016–2020"; empty when there are none."""
    examples = {row.year for row in data.coverage if row.is_example}
    years = [year for year in data.years if year not in examples] or list(data.years)
    return span(years[0], years[-1]) if years else ""


def _published_on(data: OpenData) -> date | None:
    """The release's day as it was in Sweden, not in UTC."""
    if not data.release:
        return None
    moment: datetime = to_user_timezone(datetime.fromisoformat(data.release.published_at))
    return moment.date()


def _milestones_by_year(data: OpenData, language: Language) -> dict[int, dict[str, list[str]]]:
    """By year: what happened, and where it did; the same thing in five places is one line."""
    by_year: dict[int, dict[str, list[str]]] = {}
    for milestone in data.milestones:
        places = by_year.setdefault(milestone.year, {}).setdefault(
            milestone.label.in_(language), []
        )
        if milestone.municipality and milestone.municipality not in places:
            places.append(milestone.municipality)
    return by_year


def _sparkline(headline: summaries.Headline, language: Language) -> Markup:
    colour = SPARKLINE_COLOURS[headline.key]
    return Markup(sparkline(headline.points, colour, language))  # noqa: S704 (years and numbers)
