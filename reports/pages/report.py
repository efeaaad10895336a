"""Blueprint: the board's report, what happened first, and everything behind it one press away."""

from typing import Any

from flask import Blueprint, render_template

from reports.charts import cards
from reports.charts.cards import charts_of, years_named
from reports.charts.opening import QUESTIONS, opening
from reports.data.chart_model import Language
from reports.data.model import ChartComment, OpenData
from reports.request import language_asked, made_once, published, published_cards
from reports.text.key_figures import key_figures
from reports.text.paragraph import leading, paragraphs

report = Blueprint("report", __name__)


@report.get("/rapport/")
def show() -> str:
    """What happened, three key figures, and a chart for each of a board's questions."""
    data, language = published(), language_asked()
    found = {card.key: card for card in published_cards(language)}
    asked = [(QUESTIONS[key], found[key]) for key in QUESTIONS if key in found]
    return render_template(
        "reports/report.html",
        **made_once(first, language),
        asked=asked,
        deeper=[(card.key, _name(card.key, language), card.title)
                for card in found.values() if card.key not in QUESTIONS],
        release=data.release,
        years=made_once(years_named),
        periods=made_once(_years),
        statuses=data.statuses,
    )  # fmt: skip


@report.get("/rapport/fordjupning")
def deeper() -> str:
    """Every chart, each with its finding, notes, table and downloads, and every year in words."""
    data, language = published(), language_asked()
    found = published_cards(language)
    years_in_words = made_once(paragraphs, language)
    return render_template(
        "reports/deeper.html",
        cards=found,
        names={card.key: _name(card.key, language) for card in found},
        release=data.release,
        years=made_once(years_named),
        paragraphs=years_in_words,
        leading=leading(data, years_in_words),
        timeline=data.milestones_by_year(language),
    )


def first(data: OpenData, language: Language) -> dict[str, Any]:
    """The opening of a release, as its page and its meeting show it."""
    found = opening(data, language)
    return {
        "opening": found.said,
        "headline_card": found.card,
        "key_figures": key_figures(charts_of(data), language),
        "comments": _newest_comments(data, found.said.chart),
    }


def _newest_comments(data: OpenData, chart: str) -> list[ChartComment]:
    """The coordinator's words about what the headline is about, those of the latest year."""
    about = [comment for comment in data.comments if comment.chart == chart]
    newest = max((comment.year for comment in about), default=0)
    return [comment for comment in about if comment.year == newest]


def _years(data: OpenData) -> list[int]:
    """The years that a report can begin and end with."""
    return sorted({year for each in charts_of(data).values() for year in each.years})


def _name(key: str, language: Language) -> str:
    return cards.names()[key][language]
