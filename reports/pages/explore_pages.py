"""Blueprint: the explorer's page and its files; the address holds what was chosen."""

from flask import Blueprint, Response, abort, render_template, request

from reports.charts import tables
from reports.charts.card import ChartCard
from reports.charts.cards import over_years
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.pages import explore
from reports.pages.chart_pages import as_file, as_interactive, as_picture
from reports.pages.explore import ExploreChoice
from reports.pages.explore_queries import query
from reports.request import language_asked, made_once, published

explorer = Blueprint("explorer", __name__)


@explorer.get("/rapport/utforska")
def show() -> str:
    """Choose indicator, years, areas and how to show them; the answer is drawn here."""
    data, chosen = published(), _chosen()
    return render_template(
        "reports/explore.html",
        chosen=chosen,
        card=_card(chosen) if chosen else None,
        data=data,
        indicators=explore.indicators(data),
        areas=explore.areas(data, chosen.indicator) if chosen else [],
        every_year=explore.years(data),
        release=data.release,
    )


@explorer.get("/rapport/utforska.csv")
def as_csv() -> Response:
    """The chosen numbers, every value with its status."""
    numbers = explore.numbers(_chosen() or abort(404), published())
    return as_file(tables.as_csv(tables.csv_lines(numbers)), "text/csv", f"{explore.KEY}.csv")


@explorer.get("/rapport/utforska.svg")
def as_svg() -> Response:
    """The chosen view as a picture."""
    return as_picture(_card(_chosen() or abort(404)))


@explorer.get("/rapport/utforska.html")
def as_html() -> Response:
    """The chosen view as an interactive chart in one file."""
    return as_interactive(_card(_chosen() or abort(404)))


def _chosen() -> ExploreChoice | None:
    return explore.choice(request.args.to_dict(flat=False), published())


def _card(chosen: ExploreChoice) -> ChartCard:
    return made_once(explored, chosen, language_asked())


def explored(data: OpenData, chosen: ExploreChoice, language: Language) -> ChartCard:
    """The chosen view as a card like any other."""
    numbers = explore.numbers(chosen, data)
    return over_years(
        numbers,
        language,
        title=explore.title(numbers, chosen, data, language),
        summary=explore.summary(numbers, language),
        sources=data.sources_for(chosen.indicator),
        query=query(chosen, data),
        state=chosen.address,
    )
