"""Blueprint: the explorer's page and its files; the address holds what was chosen."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup

from reports.charts import tables
from reports.charts.cards import Card, notes
from reports.charts.drawing import svg, theme
from reports.charts.figures import annotations, figure
from reports.data.chart_model import Language
from reports.data.events import events_in
from reports.data.model import OpenData
from reports.pages import explore
from reports.pages.chart_pages import as_file, as_picture
from reports.pages.explore import Choice
from reports.pages.explore_queries import query
from reports.request import language_asked, published

explorer = Blueprint("explorer", __name__)


@explorer.get("/rapport/utforska")
def show() -> str:
    """Choose indicator, years, areas and how to show them; the answer is drawn here."""
    data, language = published(), language_asked()
    chosen = explore.choice(request.args.to_dict(flat=False), data)
    return render_template(
        "reports/explore.html",
        chosen=chosen,
        card=explored(chosen, data, language) if chosen else None,
        data=data,
        indicators=explore.indicators(data),
        areas=explore.areas(data, chosen.indicator) if chosen else [],
        every_year=explore.years(data),
        release=data.release,
        palette=theme.TOKENS,
    )


@explorer.get("/rapport/utforska.csv")
def as_csv() -> Response:
    """The chosen numbers, every value with its status."""
    data = published()
    chosen = explore.choice(request.args.to_dict(flat=False), data) or abort(404)
    body = tables.chart_csv(explore.numbers(chosen, data))
    return as_file(body.encode("utf-8-sig"), "text/csv", f"{explore.KEY}.csv")


@explorer.get("/rapport/utforska.svg")
def as_svg() -> Response:
    """The chosen view as a picture."""
    data, language = published(), language_asked()
    chosen = explore.choice(request.args.to_dict(flat=False), data) or abort(404)
    return as_picture(explored(chosen, data, language), data, language)


def explored(chosen: Choice, data: OpenData, language: Language) -> Card:
    """The chosen view as a card like any other."""
    numbers = explore.numbers(chosen, data)
    drawn, words = figure(numbers, language), explore.summary(numbers, language)
    wide, narrow = (_drawing(drawn, words, narrow=on) for on in (False, True))
    return Card(
        key=explore.KEY,
        title=explore.title(numbers, chosen, data, language),
        subtitle=numbers.chart.subtitle.in_(language),
        summary=words,
        figure=drawn,
        wide=wide,
        narrow=narrow,
        events=() if annotations.has_pins(drawn) else events_in(numbers),
        notes=notes(numbers, drawn, language),
        table=tables.table(numbers, language),
        sources=data.sources_for(chosen.indicator),
        query=query(chosen, data),
        state=chosen.address,
    )


def _drawing(drawn: dict[str, Any] | None, label: str, *, narrow: bool) -> Markup:
    if drawn is None:
        return Markup("")
    uid = f"{explore.KEY}-{'narrow' if narrow else 'wide'}"
    return Markup(svg.draw(drawn, label, narrow=narrow, uid=uid))  # noqa: S704 (svg escapes)
