"""What the printed report says: everything published, in one language, as a template takes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports import summaries
from reports.cards import Card, cards
from reports.charts import Language, Point
from reports.documents.words import WORDS, in_
from reports.figures.frame import written
from reports.published import published_on, years
from reports.quality import Quality, Year
from reports.series import National, OpenData
from reports.words import upper_first

MONTHS = {
    "sv": ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
           "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip


@dataclass(frozen=True)
class Published:
    """One release in one language: what every document of it is made from."""

    data: OpenData
    quality: Quality
    language: Language
    address: str = ""

    @property
    def day(self) -> date:
        """The day of the release, which is also the day of its documents."""
        return published_on(self.data) or date(2016, 8, 1)

    @property
    def title(self) -> str:
        """What the report is called."""
        return WORDS["title"][self.language]

    @property
    def subtitle(self) -> str:
        """The years it covers."""
        return WORDS["subtitle"][self.language].format(years(self.data)).strip()

    @property
    def edition(self) -> str:
        """The release's number, day and kind, "Utgåva 2020-1, 1 februari 2021 (slutlig)"."""
        if not self.data.release:
            return ""
        release, words = self.data.release, WORDS["edition"][self.language]
        kind = WORDS[f"kind_{release.kind}"][self.language]
        return f"{words.format(release.id, day_in_words(self.day, self.language))} ({kind})."

    @property
    def cards(self) -> list[Card]:
        """Every chart of the report that has something to show, in its order."""
        return cards(self.data, self.language)


def day_in_words(day: date, language: Language) -> str:
    """ "1 februari 2021", the same on every machine."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def content(about: Published) -> dict[str, Any]:
    """Everything the report's template needs."""
    data, language = about.data, about.language
    every = about.cards
    return {
        "title": about.title,
        "subtitle": about.subtitle,
        "publisher": publisher(data),
        "author": publisher(data),
        "headline": every[0].title if every else "",
        "figures": key_figures(about),
        "edition": about.edition,
        "foot": f"{about.title}. {about.edition}",
        "note": data.release.note.in_(language) if data.release else "",
        "brief": [card.summary for card in every],
        "years": [],
        "charts": [_chart(card, language) for card in every],
        "address": about.address,
        "words": in_(language),
        **declaration(about),
    }


def publisher(data: OpenData) -> str:
    """Who counts: the publisher that most sources name."""
    named = [source.publisher for source in data.sources if source.publisher]
    return max(named, key=named.count, default="")


def key_figures(about: Published) -> list[dict[str, Any]]:
    """The headline figures with what they were before."""
    found = summaries.headlines(about.data.charts, about.language)
    return [_figure(headline, about.language) for headline in found]


def _figure(headline: summaries.Headline, language: Language) -> dict[str, Any]:
    return {
        "value": headline.value,
        "thing": headline.thing,
        "year": headline.year,
        "details": headline.details,
        "changes": changes(headline.points, headline.year, language),
    }


def changes(points: Iterable[Point], year: int, language: Language) -> list[str]:
    """What a key figure was the year before and in the first year, in plain numbers."""
    known = {p.year: p.value for p in points if p.value is not None and p.year < year}
    earlier = dict.fromkeys(y for y in (max(known, default=0), min(known, default=0)) if y)
    return [f"{y}: {written(known[y], language)}" for y in earlier]


def _chart(card: Card, language: Language) -> dict[str, Any]:
    return {
        "title": card.title,
        "subtitle": card.subtitle,
        "drawing": str(card.wide),
        "alt": card.summary,
        "summary": card.summary,
        "notes": [{"mark": note.mark, "text": note.text} for note in card.notes],
        "table": {"corner": card.table.corner, **_table(card, language)},
        "source": source_line(card, language),
    }


def _table(card: Card, language: Language) -> dict[str, Any]:
    example = f" ({WORDS['example'][language]})"
    return {
        "headings": list(card.table.headings),
        "rows": [
            {
                "head": row.heading + (example if row.is_example else ""),
                "cells": [{"text": cell.text, "sign": cell.sign} for cell in row.cells],
            }
            for row in card.table.rows
        ],
    }


def source_line(card: Card, language: Language) -> str:
    """Where the numbers of a chart come from."""
    named = [
        f"{source.title.in_(language)}{', ' if source.publisher else ''}{source.publisher}."
        for source in card.sources
    ]
    return f"{WORDS['source'][language]}: {' '.join(named)}" if named else ""


def declaration(about: Published) -> dict[str, Any]:
    """The quality declaration: coverage, discrepancies, signs, definitions and sources."""
    data, language = about.data, about.language
    return {
        "coverage": [_coverage(year, language) for year in about.quality.years],
        "hidden": hidden_sentence(about.quality, language),
        "discrepancies": [summaries.discrepancy_note(row, language) for row in data.discrepancies],
        "signs": [
            [s.symbol, upper_first(s.label.in_(language)), s.explanation.in_(language)]
            for s in data.statuses.values()
        ],
        "definitions": [
            [each.label.in_(language), each.unit.in_(language), each.text.in_(language)]
            for each in about.quality.definitions
        ],
        "national": [_national(row, language) for row in data.national],
        "sources": [
            {"title": s.title.in_(language), "publisher": s.publisher, "url": s.url}
            for s in data.sources
        ],
    }


def _national(row: National, language: Language) -> list[str]:
    value = written(row.value, language)
    return [row.year, value, row.definition.in_(language), row.source.in_(language)]


def _coverage(year: Year, language: Language) -> list[str]:
    share = (
        written(round(100 * year.answered / year.asked), language)
        if year.asked and year.answered is not None
        else "–"
    )
    example = f" ({WORDS['example'][language]})" if year.is_example else ""
    counts = (year.asked, year.answered)
    asked, answered = ("–" if n is None else written(n, language) for n in counts)
    day = day_in_words(year.reference_day, language) if year.reference_day else "–"
    values, hidden = (written(n, language) for n in (year.values, year.hidden))
    return [f"{year.year}{example}", asked, answered, share, day, values, hidden]


def hidden_sentence(quality: Quality, language: Language) -> str:
    """How many of the published values are hidden, at none, one and many."""
    values = written(quality.values, language)
    if quality.hidden < 2:
        key = "one_hidden" if quality.hidden else "none_hidden"
        return WORDS[key][language].format(values)
    return WORDS["some_hidden"][language].format(written(quality.hidden, language), values)
