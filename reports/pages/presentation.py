"""Meeting mode: the report on a screen in a room, one chart at a time."""

from flask import Blueprint, render_template, request

from reports.charts.cards import charts_of
from reports.charts.opening import opening
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.request import language_asked, made_once, published, published_cards
from reports.text.key_figures import KeyFigure, key_figures

meeting = Blueprint("meeting", __name__)


@meeting.get("/rapport/mote")
def show() -> str:
    """What happened, then every chart as a screen of its own; the address says which."""
    language = language_asked()
    first = made_once(opening, language)
    found = [*([first.screen] if first.screen else []), *published_cards(language)]
    return render_template(
        "reports/meeting.html",
        cards=found,
        now=place(request.args.get("bild", ""), len(found)),
        release=published().release,
        key_figures=made_once(_key_figures, language),
    )


def place(asked: str, count: int) -> int:
    """The screen an address asks for, from 1; what is no screen's number becomes the nearest."""
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    return max(1, min(number, count))


def _key_figures(data: OpenData, language: Language) -> list[KeyFigure]:
    return key_figures(charts_of(data), language)
