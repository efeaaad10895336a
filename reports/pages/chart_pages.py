"""Blueprints: each chart by itself, its page, files and frame; and any that a reader chooses."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from reports.catalogue import pages as catalogue
from reports.catalogue import release_folder
from reports.charts import cards, theme
from reports.charts.card import ChartCard, as_csv, csv_lines, font_data, picture
from reports.charts.cards import changes, chosen_card, csv_of, over_years, uncounted
from reports.data import equivalent_sql
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.pages import explore
from reports.pages.explore import ExploreChoice, query
from reports.request import (
    as_known_in,
    asked_of,
    for_any_page,
    language_asked,
    made_once,
    newest,
    published,
    published_cards,
)
from survey_data.geography import FILE_STEM

charts = Blueprint("charts", __name__)
explorer = Blueprint("explorer", __name__)
# As on every page, but for who may show it in a frame.
EMBEDDED = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)


@charts.app_context_processor
def in_every_template() -> dict[str, Any]:
    """What the charts of a page share: their template, and the page's token for each colour."""
    return {
        "chart_template": theme.TEMPLATE,
        "palette": theme.TOKENS,
        "query_address": equivalent_sql.address,
    }


@charts.before_request
def as_it_was_known() -> None:
    """An address may ask for an earlier release: its figures, titles and notes are then shown."""
    asked, now = request.args.get("utgava", ""), published().release
    if asked and not (now and now.id == asked):
        found = catalogue.find(asked)
        as_known_in(catalogue.folder() / found.id / "open.db")
        g.edition = found.id


@charts.get("/rapport/<chart>")
def chart(chart: str) -> str:
    """One chart on a page of its own, with all there is to say of it."""
    language, card = language_asked(), _card(chart)
    return _page(
        "reports/chart.html",
        chart,
        then=g.get("edition"),
        changed=changes(card.table, _card(chart, newest).table) if g.get("edition") else [],
        editions=release_folder.every(catalogue.folder()),
        choice=[*request.args.items(multi=True)],
        uncounted=uncounted(card),
        beside=_beside(chart, language),
    )


def _beside(key: str, language: Language) -> list[tuple[str, str, int]]:
    """The charts before and after one: key, name and the way there."""
    every = [each.key for each in published_cards(language)]
    places = ((every.index(key) + way, way) for way in (-1, 1))
    beside = [(every[place], way) for place, way in places if 0 <= place < len(every)]
    return [(each, cards.names()[each][language], way) for each, way in beside]


@charts.get("/rapport/<chart>/badda-in")
def embedded(chart: str) -> Response:
    """One chart and nothing else, for a frame on somebody's page."""
    response = Response(_page("reports/embed.html", chart))
    response.headers["Content-Security-Policy"] = EMBEDDED
    return response


@charts.get("/rapport/<chart>.csv")
def chart_csv(chart: str) -> Response:
    """The numbers of one chart, every value with its status."""
    if (asked := asked_of(chart)) and asked.address:
        lines = _card(chart).lines
        return as_file(as_csv(lines, for_programs=_for_programs()), "text/csv", f"{chart}.csv")
    body = csv_of(chart, published(), for_programs=_for_programs())
    if body is None:
        abort(404)
    return as_file(body, "text/csv", f"{chart}.csv")


@charts.get("/rapport/<chart>.svg")
def chart_svg(chart: str) -> Response:
    """One chart as a picture that can be put in a document."""
    return as_picture(_card(chart))


@charts.get("/rapport/<chart>.html")
def chart_html(chart: str) -> Response:
    """One chart, interactive, as one file that needs no network."""
    return as_interactive(_card(chart))


@explorer.get("/rapport/utforska")
def show() -> str:
    """Choose indicator, years, areas and how to show them; the answer is drawn here."""
    data, chosen = published(), _chosen()
    return render_template(
        "reports/explore.html",
        chosen=chosen,
        card=_explored(chosen) if chosen else None,
        data=data,
        indicators=explore.indicators(data),
        areas=explore.areas(data, chosen.indicator) if chosen else [],
        every_year=explore.years(data),
        release=data.release,
    )


@explorer.get("/rapport/utforska.csv")
def explored_csv() -> Response:
    """The chosen numbers, every value with its status."""
    numbers = explore.numbers(_chosen() or abort(404), published())
    body = as_csv(csv_lines(numbers), for_programs=_for_programs())
    return as_file(body, "text/csv", f"{explore.KEY}.csv")


def _for_programs() -> bool:
    """Whether the address asks for the CSV that R and pandas read without being told how."""
    return request.args.get("csv") == "program"


@explorer.get("/rapport/utforska.svg")
def explored_svg() -> Response:
    """The chosen view as a picture."""
    return as_picture(_explored(_chosen() or abort(404)))


@explorer.get("/rapport/utforska.html")
def explored_html() -> Response:
    """The chosen view as an interactive chart in one file."""
    return as_interactive(_explored(_chosen() or abort(404)))


def _chosen() -> ExploreChoice | None:
    return explore.choice(request.args.to_dict(flat=False), published())


def _explored(chosen: ExploreChoice) -> ChartCard:
    return made_once(explored, chosen, language_asked())


def explored(data: OpenData, chosen: ExploreChoice, language: Language) -> ChartCard:
    """The chosen view as a card like any other."""
    numbers = explore.numbers(chosen, data)
    return over_years(
        numbers,
        data,
        language,
        title=explore.title(numbers, chosen, data, language),
        summary=explore.summary(numbers, language),
        sources=data.sources_for(chosen.indicator),
        query=query(chosen, data),
        state=chosen.address,
    )


def as_picture(card: ChartCard) -> Response:
    """A card's chart as an SVG file with its title, notes and source."""
    body = picture(card, _foot(card), font_data(str(current_app.static_folder)))
    return as_file(body, "image/svg+xml", f"{card.key}.svg")


def as_interactive(card: ChartCard) -> Response:
    """A card's chart with the chart library in one HTML file.

    It is for a disk, not for a window here: our own policy would stop its script.
    """
    if not (card.figure and card.narrow_figure):
        abort(404)
    body = render_template(
        "reports/interactive.html",
        card=card,
        foot=_foot(card),
        figures=[each.to_plotly_json() for each in (card.figure, card.narrow_figure)],
        library=_text_of(Path(str(current_app.static_folder)) / "vendor" / "plotly-basic.min.js"),
        font=font_data(str(current_app.static_folder)),
    )
    return as_file(body, "text/html", f"{card.key}.html")


@cache
def _text_of(path: Path) -> str:
    return path.read_text("utf-8")


def _page(template: str, key: str, **more: Any) -> str:
    data = published()
    card = _card(key)
    measured = card.numbers.chart.indicators if card.numbers else []
    return render_template(
        template,
        card=card,
        asked=asked_of(key),
        release=data.release,
        definitions=[data.indicators[name] for name in measured if name in data.indicators],
        **more,
    )


def _card(key: str, made: Callable[..., Any] = made_once) -> ChartCard:
    """What is asked of a chart, of the release asked for or the `newest`; 404 where it is gone."""
    asked, language, edition = asked_of(key), language_asked(), g.get("edition")
    state = [asked.address] if asked and asked.address else []
    card: ChartCard | None
    if asked and state:
        card = made(chosen_card, key, language, (asked.first, asked.last), asked.columns)
    else:
        card = next((each for each in made(cards.cards, language) if each.key == key), None)
    if card is None:
        abort(404)
    return replace(card, state="&".join([*state, *([f"utgava={edition}"] if edition else [])]))


def _foot(card: ChartCard) -> list[str]:
    notes = [f"{note.mark} {note.text}".strip() for note in card.notes]
    sources = " ".join(f"{source.title.in_(language_asked())}." for source in card.sources)
    line = f"{_('Källa:')} {sources}"
    if release := published().release:
        day = format_date(release.day, "long")
        line = f"{line} {_('Utgåva %(id)s, %(day)s.', id=release.id, day=day)}"
    return [*notes, line]


def as_file(body: str, kind: str, name: str) -> Response:
    """Something to take home, under the product's name."""
    named = {"Content-Disposition": f'attachment; filename="{FILE_STEM}-{name}"'}
    return for_any_page(Response(body.encode(), mimetype=kind, headers=named))
