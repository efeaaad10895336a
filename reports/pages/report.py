"""Blueprints: the board's report, what happened first, and everything behind it one press away.

The same report on a screen in a room (a meeting), and as files: PDF, Word and slides.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, render_template, request

from reports.charts import cards
from reports.charts.card import ChartCard
from reports.charts.cards import CHARTS, charts_of, over_years, years_named
from reports.data.chart_model import Language, Words
from reports.data.chart_numbers import numbers_of
from reports.data.model import ChartComment, OpenData, PublishedRelease
from reports.data.reader import read
from reports.documents.annual_report import Report, report_pdf
from reports.documents.content import Published, of_years
from reports.request import language_asked, made_once, published, published_cards
from reports.text.key_figures import key_figures
from reports.text.paragraph import leading, paragraphs
from reports.text.what_happened import WhatHappened, what_happened
from survey_data.geography import FILE_STEM

report = Blueprint("report", __name__)
meeting = Blueprint("meeting", __name__)
documents = Blueprint("documents", __name__)
# In the order in which a board asks.
QUESTIONS = {
    "employees": Words("Är det fler eller färre människor?", "Are there more people or fewer?"),
    "placed": Words("Vem anvisar dem?", "Who refers them?"),
    "enterprises": Words("Var finns företagen?", "Where are the enterprises?"),
    "reached": Words("Vad gjordes?", "What was done?"),
}
# What a chair can ask the meeting, by the chart that is shown.
ASKING = {
    "headline": Words(
        "Vad vill vi veta innan vi går vidare?", "What do we want to know before we go on?"
    ),
    "employees": Words(
        "Vad krävs för att fler ska bli anställda?", "What would it take for more to be employed?"
    ),
    "placed": Words(
        "Vad kan var och en av parterna göra för att fler ska få en plats?",
        "What can each of the parties do for more people to be given a place?",
    ),
    "enterprises": Words(
        "Var saknas det företag, och vem kan hjälpa dem i gång?",
        "Where are enterprises lacking, and who can help them start?",
    ),
    "reached": Words(
        "Vilka når vi inte, och hur når vi dem?", "Whom do we not reach, and how could we?"
    ),
    "other": Words("Stämmer bilden med det ni ser?", "Does this match what you see?"),
}
SUBTITLES = {
    "enterprises": Words("Registrerade företag, antal per år", "Registered enterprises, by year"),
    "employees": Words("Anställda personer, antal per år", "Employees, number of people by year"),
    "placed": Words("Placerade personer, antal per år", "People placed, number by year"),
}
# Milestones that neither the association nor a municipality brought about.
OUTSIDE = ("context", "national")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Opening:
    """What happened, with the chart that shows it; none where no change is spoken of."""

    said: WhatHappened
    card: ChartCard | None

    @property
    def screen(self) -> ChartCard | None:
        """The same as a meeting's first screen: its title is the headline."""
        if self.card is None:
            return None
        return replace(self.card, title=self.said.headline, subtitle=self.said.lead)


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
        outside={m.label.in_(language) for m in data.milestones if m.kind in OUTSIDE},
    )


def first(data: OpenData, language: Language) -> dict[str, Any]:
    """The opening of a release, as its page and its meeting show it."""
    found, whole = opening(data, language), Report(Published(data, language))
    return {
        "now": whole.said("now"),
        "now_signed": whole.signature(now) if (now := whole.chapter("now")) else "",
        "opening": found.said,
        "headline_card": found.card,
        "key_figures": key_figures(charts_of(data), language),
        "comments": comments_on(found.said, data),
    }


def opening(data: OpenData, language: Language) -> Opening:
    """The first thing that the report, its slides and a meeting say."""
    said = what_happened(charts_of(data), language)
    return Opening(said, _card(said, data, language) if said.chart else None)


def _card(said: WhatHappened, data: OpenData, language: Language) -> ChartCard:
    """The totals alone, as bars: the parts have a chart of their own further down."""
    full = CHARTS[said.chart]
    total = replace(full.total or full.parts[0], colour="navy")
    chart = replace(full.of_parts((total,), "bars"), key="headline", subtitle=SUBTITLES[said.chart])
    return over_years(numbers_of(chart, data), data, language, title=said.chart_title)


def comments_on(said: WhatHappened, data: OpenData) -> list[ChartComment]:
    """The coordinator's words about the year that the headline names, else of the latest year."""
    about = [comment for comment in data.comments if comment.chart == said.chart]
    newest = max((comment.year for comment in about), default=0)
    named = [comment for comment in about if comment.year == said.year]
    return named or [comment for comment in about if comment.year == newest]


def _years(data: OpenData) -> list[int]:
    """The years that a report can begin and end with."""
    return sorted({year for each in charts_of(data).values() for year in each.years})


@report.get("/rapport/hela")
def whole_report() -> str:
    """The report chapter by chapter, of the years that the address chooses."""
    data, language = published(), language_asked()
    first, last = _year("fran", 0), _year("till", 9999)
    made = made_once(_whole, language, (first, last))
    return render_template(
        "reports/whole_report.html",
        report=made,
        cards={card.key: card for card in made.about.cards},
        release=data.release,
        statuses=data.statuses,
        periods=made_once(_years),
        chosen={"fran": first or None, "till": last if last < 9999 else None},
    )


def _whole(data: OpenData, language: Language, years: tuple[int, int]) -> Report:
    return Report(of_years(data, language, years))


def _name(key: str, language: Language) -> str:
    return cards.names()[key][language]


@meeting.get("/rapport/mote", endpoint="show")
def show_meeting() -> str:
    """What happened, then every chart as a screen of its own; the address says which."""
    language = language_asked()
    screen = made_once(opening, language).screen
    found = [*filter(None, [screen]), *published_cards(language)]
    return render_template(
        "reports/meeting.html",
        cards=found,
        now=place(request.args.get("bild", ""), len(found)),
        release=published().release,
        key_figures=made_once(first, language)["key_figures"],
        asking=ASKING,
    )


def place(asked: str, count: int) -> int:
    """The screen an address asks for, from 1; what is no screen's number becomes the nearest."""
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    return max(1, min(number, count))


@documents.get("/rapport/rapport-<release>-<any(sv, en):language>.<any(pdf, pptx, docx):kind>")
def report_file(release: str, language: str, kind: str) -> Response:
    """The report of the release that is current; an earlier one is not here.

    `fran` and `till` in the address choose a first and a last year; without them it has them all.
    """
    path = Path(current_app.config["OPEN_DB"])
    current = read(path).release
    if current is None or current.id != release:
        abort(404)
    years = (_year("fran", 0), _year("till", 9999))
    base = current_app.config.get("BASE_URL", "")
    address = f"{base}/rapport/?lang={language}" if base else ""
    body = _made(path, current, language, kind, address, years)
    chosen = "".join(f"-{year}" for year in years if 0 < year < 9999)
    name = f"{FILE_STEM}-{release}{chosen}-{language}.{kind}"
    return as_document(body, kind, name)


def as_document(body: bytes, kind: str, name: str) -> Response:
    """A file under its name: a PDF is shown, another is kept."""
    response = Response(body, mimetype=MEDIA_TYPES[kind])
    shown = "inline" if kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


def _year(name: str, otherwise: int) -> int:
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else otherwise


@lru_cache(maxsize=16)
def _made(
    path: Path,
    release: PublishedRelease,
    language: str,
    kind: str,
    address: str,
    years: tuple[int, int],
) -> bytes:
    """A file is made once for each release, and kept: the arguments tell releases apart."""
    data = read(path)
    # A release that came meanwhile would be half in it; nothing is kept when this is raised.
    if data.release != release:
        abort(404)
    chosen = of_years(data, cast(Language, language), years, address)
    if not years_named(chosen.data):
        abort(404)
    return _written(chosen, kind)


def _written(chosen: Published, kind: str) -> bytes:
    # The libraries of the office files load slowly: who asks for one waits, and nobody else.
    if kind == "pptx":
        from reports.documents.slides import report_slides

        return report_slides(chosen)
    if kind == "docx":
        from reports.documents.word import report_word

        return report_word(chosen)
    return report_pdf(chosen)
