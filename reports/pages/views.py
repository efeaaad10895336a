"""Blueprint: the public start page and how we count; the pages of the report stand under it."""

from flask import Blueprint, render_template
from markupsafe import Markup

from reports.charts import theme
from reports.charts.cards import charts_of, years_named
from reports.charts.figures.lines import WIDTH as sparkline_width
from reports.charts.figures.lines import sparkline
from reports.charts.figures.svg import draw
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.pages.chart_pages import charts, explorer
from reports.pages.municipality import municipality
from reports.pages.report import documents, meeting, report
from reports.request import from_kept, language_asked, let_readers_keep_it, made_once, published
from reports.text import key_figures, summaries
from reports.text.key_figures import Headline

board = Blueprint(
    "board",
    __name__,
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/static/reports",
)

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
    found = key_figures.headlines(charts_of(data), language)
    return found, {each.key: _sparkline(each, language) for each in found}


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


board.before_request(from_kept)
board.after_request(let_readers_keep_it)
board.register_blueprint(report)
board.register_blueprint(charts)
board.register_blueprint(explorer)
board.register_blueprint(documents)
board.register_blueprint(meeting)
board.register_blueprint(municipality)


def _sparkline(headline: Headline, language: Language) -> Markup:
    drawn = sparkline(headline.points, SPARKLINE_COLOURS[headline.key], language)
    if drawn is None:
        return Markup("")
    # A screen reader passes over it: the figure beside it and the report say the same in words.
    return Markup(draw(drawn, "", width=sparkline_width, name="sparkline"))  # noqa: S704 (escapes)
