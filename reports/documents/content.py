"""What the printed report says: everything published, in one language, as a template takes it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date

from reports.charts.card import ChartCard
from reports.charts.cards import cards, charts_of, years_named
from reports.data.chart_model import Language, YearCoverage
from reports.data.model import OpenData, within
from reports.data.reader import read
from reports.documents.texts import WORDS
from reports.text import summaries
from reports.text.grammar import upper_first, written
from reports.text.key_figures import KeyFigure, key_figures
from reports.text.what_happened import WhatHappened, what_happened

# More rows than this are for a file, not for paper.
MOST_ROWS = 300


@dataclass(frozen=True)
class Published:
    """One release in one language: what every document of it is made from."""

    data: OpenData
    language: Language
    address: str = ""
    # The year that a report of one year is about; its charts have the years before too.
    only: int = 0

    @property
    def day(self) -> date:
        """The day of the release, which is also the day of its documents."""
        return self.data.release.day if self.data.release else date(2016, 8, 1)

    @property
    def title(self) -> str:
        """What the report is called."""
        return WORDS["title"].in_(self.language)

    @property
    def subtitle(self) -> str:
        """The years it covers."""
        words = WORDS["subtitle"].in_(self.language)
        return words.format(self.only or years_named(self.data)).strip()

    @property
    def edition(self) -> str:
        """The release's number, day and kind, "Utgåva 2020-1, 1 februari 2021 (slutlig)"."""
        if not self.data.release:
            return ""
        release, words = self.data.release, WORDS["edition"].in_(self.language)
        kind = WORDS[f"kind_{release.kind}"].in_(self.language)
        return f"{words.format(release.id, day_in_words(self.day, self.language))} ({kind})."

    @property
    def note(self) -> str:
        """What is new in the release, in a person's words."""
        return self.data.release.note.in_(self.language) if self.data.release else ""

    @property
    def key_figures(self) -> list[KeyFigure]:
        """The key figures with what has changed since last year and since the first."""
        return key_figures(charts_of(self.data), self.language)

    @property
    def what_happened(self) -> WhatHappened:
        """What a reader is told first."""
        return what_happened(charts_of(self.data), self.language)

    @cached_property
    def cards(self) -> list[ChartCard]:
        """Every chart of the report that has something to show, in its order."""
        return cards(self.data, self.language)


def of_years(
    data: OpenData, language: Language, years: tuple[int, int], address: str = ""
) -> Published:
    """A report of some years; one of a single year keeps those before: the change is the news."""
    first, last = years
    known = {point.year for points in data.points.values() for point in points}
    if first != last or first not in known:
        return Published(within(data, first, last), language, address)
    return Published(within(data, 0, last), language, address, only=first)


def day_in_words(day: date, language: Language) -> str:
    """ "1 februari 2021"."""
    return format_date(day, "d MMMM y", language)


def publisher(data: OpenData) -> str:
    """Who counts: the publisher that most sources name."""
    named = [source.publisher for source in data.sources if source.publisher]
    return max(named, key=named.count, default="")


def sign(core: Any, about: Published) -> None:
    """Write into an office file's properties what it is called, who made it, and when."""
    core.title, core.subject = about.title, about.edition
    core.author = core.last_modified_by = publisher(about.data)
    core.language = "sv-SE" if about.language == "sv" else "en-GB"
    core.created = core.modified = datetime.combine(about.day, time(12))


def subtitle(card: ChartCard, language: Language) -> str:
    """What is measured, and whether it is invented."""
    return card.subtitle + (f" ({WORDS['example'].in_(language)})" if card.is_example else "")


def comments(card: ChartCard, language: Language) -> list[str]:
    """The coordinator's words beside a chart, with the year, the signature and the day."""
    return [
        f"{WORDS['why'].in_(language).format(each.year)} {each.text.in_(language)}"
        f" ({each.signed}, {each.written_on})"
        for each in card.comments
    ]


def row_heads(card: ChartCard, language: Language) -> list[str]:
    """What leads each row of a chart's table, with a word where the year is invented."""
    example = f" ({WORDS['example'].in_(language)})"
    return [row.heading + (example if row.is_example else "") for row in card.table.rows]


def cut(card: ChartCard, rows: int, language: Language) -> tuple[ChartCard, str]:
    """A chart with a table no longer than can be read, and a sentence about what was left out."""
    left = len(card.table.rows) - rows
    if left <= 0:
        return card, ""
    shorter = replace(card, table=replace(card.table, rows=card.table.rows[:rows]))
    return shorter, WORDS["more_rows"].in_(language).format(written(left, language))


def source_line(card: ChartCard, language: Language) -> str:
    """Where the numbers of a chart come from."""
    named = [
        f"{source.title.in_(language)}{', ' if source.publisher else ''}{source.publisher}."
        for source in card.sources
    ]
    return f"{WORDS['source'].in_(language)}: {' '.join(named)}" if named else ""


def declaration(about: Published) -> dict[str, Any]:
    """The quality declaration: coverage, discrepancies, signs and definitions."""
    data, language = about.data, about.language
    years = [row.year for row in data.coverage]
    return {
        "coverage": [_coverage(row, *_counted(data, row.year), language) for row in data.coverage],
        "hidden": hidden_sentence(*_counted(data, *years), language),
        "discrepancies": [summaries.discrepancy_note(row, language) for row in data.discrepancies],
        "signs": [
            [s.symbol, upper_first(s.label.in_(language)), s.explanation.in_(language)]
            for s in data.statuses.values()
        ],
        "definitions": [
            [each.label.in_(language), each.unit.in_(language), each.definition.in_(language)]
            for each in data.indicators.values()
            if each.name in data.source_keys
        ],
    }


def _counted(data: OpenData, *years: int) -> tuple[int, int]:
    """How many values are published in some years, and how many of these are hidden."""
    every = [p for points in data.points.values() for p in points if p.year in years]
    return len(every), sum(point.value is None for point in every)


def _coverage(row: YearCoverage, values: int, hidden: int, language: Language) -> list[str]:
    share = None
    if row.asked and row.answered is not None:
        share = round(100 * row.answered / row.asked)
    example = f" ({WORDS['example'].in_(language)})" if row.is_example else ""
    asked, answered, part = (
        "–" if n is None else written(n, language) for n in (row.asked, row.answered, share)
    )
    day = day_in_words(row.reference_day, language) if row.reference_day else "–"
    counts = (written(n, language) for n in (values, hidden))
    return [f"{row.year}{example}", asked, answered, part, day, *counts]


def hidden_sentence(values: int, hidden: int, language: Language) -> str:
    """How many of the published values are hidden, at none, one and many."""
    if hidden < 2:
        key = "one_hidden" if hidden else "none_hidden"
        return WORDS[key].in_(language).format(written(values, language))
    return (
        WORDS["some_hidden"]
        .in_(language)
        .format(written(hidden, language), written(values, language))
    )


def brief(open_db: Path, language: str) -> dict[str, Any] | None:
    """What a mail says of the current release; None before there is one."""
    about = Published(read(open_db), cast(Language, language))
    if about.data.release is None or not (cards := about.cards):
        return None
    release = about.data.release
    return {
        "release": release.id,
        "years": years_named(about.data),
        "headline": about.what_happened.headline,
        "finding": cards[0].title,
        "figures": about.key_figures,
        "has_examples": release.includes_examples,
        "pdf": f"/rapport/rapport-{release.id}-{language}.pdf",
    }
