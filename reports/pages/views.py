"""Blueprint: the public start page, how we count, and a page for each municipality.

The pages of the report stand under it. A municipality's page is also one A4 and one slide.
"""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from reports.charts import outline_map, theme
from reports.charts.cards import charts_of, years_named
from reports.charts.figures.lines import WIDTH as sparkline_width
from reports.charts.figures.lines import sparkline
from reports.charts.figures.svg import draw
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.documents.municipality import MunicipalityFacts, by_slug, sheet
from reports.documents.texts import MUNICIPALITY, in_
from reports.pages.chart_pages import charts, explorer
from reports.pages.report import as_document, documents, meeting, report
from reports.request import from_kept, language_asked, let_readers_keep_it, made_once, published
from reports.text import key_figures, summaries
from reports.text.key_figures import Headline
from survey_data.geography import FILE_STEM, MUNICIPALITIES

board = Blueprint(
    "board",
    __name__,
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/static/reports",
)
municipality = Blueprint("municipality", __name__)

SPARKLINE_COLOURS = {"enterprises": theme.NAVY, "employees": theme.NAVY, "placed": theme.ORANGE}


@board.get("/")
def start() -> str:
    """The public start page: what this is, how it stands, where to read on."""
    found, lines = made_once(headlines, language_asked())
    return render_template(
        "reports/start.html", headlines=found, sparklines=lines, years=made_once(years_named)
    )


def headlines(data: OpenData, language: Language) -> tuple[list[Headline], dict[str, Markup]]:
    """The start page's figures, and by the key of each the small line of its course."""
    found, lines = key_figures.headlines(charts_of(data), language), {}
    for each in found:
        drawn = sparkline(each.points, SPARKLINE_COLOURS[each.key], language)
        # A screen reader passes over it: the figure beside it and the report say the same in words.
        line = draw(drawn, "", width=sparkline_width, name="sparkline") if drawn else ""
        lines[each.key] = Markup(line)  # noqa: S704 (escapes)
    return found, lines


@board.get("/om")
def about() -> str:
    """How we count, what is protected, how sure the figures are, where they come from."""
    data, language = published(), language_asked()
    return render_template(
        "reports/about.html",
        data=data,
        discrepancies=[summaries.discrepancy_note(row, language) for row in data.discrepancies],
        milestones=data.milestones_by_year(language),
        years=made_once(years_named),
    )


@municipality.get("/kommun/", endpoint="every")
def every_municipality() -> str:
    """The county's municipalities, each with what it has decided."""
    return render_template(
        "reports/municipalities.html", found=made_once(_every_title, language_asked())
    )


@municipality.get("/kommun/<name>", endpoint="show")
def show_municipality(name: str) -> str | WerkzeugResponse:
    """One municipality; a name as it is written leads to its address."""
    language = language_asked()
    facts = made_once(_facts, name, language)
    if facts is None:
        written = next((a for a in MUNICIPALITIES if a.name.lower() == name.lower()), None)
        return redirect(url_for(".show", name=written.slug)) if written else abort(404)
    return render_template(
        "reports/municipality.html",
        facts=facts,
        name=name,
        words=in_(MUNICIPALITY, language),
        others=[(area.name, area.slug) for area in MUNICIPALITIES],
        map_source=outline_map.SOURCE.in_(language),
        release=published().release,
    )


@municipality.get("/kommun/<name>-<any(sv, en):language>.<any(pdf, pptx):kind>", endpoint="file")
def municipality_file(name: str, language: Language, kind: str) -> Response:
    """The same on one A4 or on one slide, once there is a release to tell of."""
    if by_slug(name) is None or published().release is None:
        abort(404)
    base = current_app.config.get("BASE_URL", "")
    address = f"{base}/kommun/{name}" if base else ""
    if kind == "pdf":
        body = made_once(sheet, name, language, address)
    else:
        from reports.documents.slides import municipality_slide

        body = made_once(municipality_slide, name, language, address)
    return as_document(body, kind, f"{FILE_STEM}-{name}-{language}.{kind}")


def _facts(data: OpenData, name: str, language: Language) -> MunicipalityFacts | None:
    area = by_slug(name)
    return MunicipalityFacts(data, area, language) if area else None


def _every_title(data: OpenData, language: Language) -> list[tuple[str, str, str]]:
    return [
        (area.name, area.slug, MunicipalityFacts(data, area, language).title)
        for area in MUNICIPALITIES
    ]


board.before_request(from_kept)
board.after_request(let_readers_keep_it)
board.register_blueprint(report)
board.register_blueprint(charts)
board.register_blueprint(explorer)
board.register_blueprint(documents)
board.register_blueprint(meeting)
board.register_blueprint(municipality)
