"""The report, chapter by chapter: what is computed of a period, and what a person has written.

A report is a list of sections, each a heading and its blocks: paragraphs, lists, tables and charts.
PDF, Word and the web page show the same list. In a chapter that the coordinator has written,
"{placerade 2018}" stands for the figure of that release:

    "Från {placerade 2018} till {placerade 2020}."  ->  "Från ", 244 s, " till ", 123 s, "."
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from reports.charts.milestone_grid import KINDS, taken_by
from reports.charts.milestone_grid import title as steps_title
from reports.data.chart_model import COUNTY
from reports.data.model import PublishedArea, ReportChapter
from reports.documents.blocks import (
    Block,
    bullets,
    cells,
    chart,
    chart_table,
    heading,
    number,
    paragraph,
    piece,
    sentence,
    table,
    valued,
)
from reports.documents.content import Published, declaration, publisher
from reports.documents.texts import PROTECTION, REPORT, WORDS, in_
from reports.text.grammar import joined, lower_first, upper_first, written
from reports.text.paragraph import paragraphs
from survey_data.releases.texts import FIGURE
from survey_data.typesetting import compile_pdf

TEMPLATE = Path(__file__).parent / "report.typ"
MOST_LINES = 5
# The charts whose findings are the lines of the summary, after what happened.
SUMMED_UP = ("employees", "enterprises", "placed", "reached")


def report_pdf(about: Published) -> bytes:
    """The report as a tagged PDF; the same release in one language gives the same bytes."""
    report = Report(about)
    given = {
        "title": about.title,
        "subtitle": report.subtitle,
        "author": publisher(about.data),
        "publisher": publisher(about.data),
        "edition": about.edition,
        "foot": f"{about.title}. {about.edition}",
        "note": about.note,
        "address": about.address,
        "words": in_(WORDS, about.language) | {"summary": report.words["summary"]},
        "summary": report.summary,
        "footnotes": report.footnotes,
        "sections": report.sections,
    }
    return compile_pdf(TEMPLATE, given, about.language, about.day)


class Report:
    """One report: a release, a language and the years that are in it."""

    def __init__(self, about: Published) -> None:
        self.about, self.data, self.language = about, about.data, about.language
        self.words = in_(REPORT, about.language)

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last year that is not invented; zeros where there is none."""
        if only := self.about.only:
            return only, only
        found = {p.year for points in self.data.points.values() for p in points}
        real = found - self.data.examples or found
        return (min(real), max(real)) if real else (0, 0)

    def chapter(self, name: str, year: int = 0) -> ReportChapter | None:
        """What is written of the whole period, or of one of its years."""
        place = (year, year) if year else self.years
        found = (c for c in self.data.chapters if (c.first_year, c.last_year) == place)
        return next((c for c in found if c.chapter == name), None)

    def written(self, name: str, year: int = 0) -> list[str]:
        """The paragraphs of a chapter; none where nobody has written it."""
        found = self.chapter(name, year)
        text = found.text.in_(self.language) if found else ""
        return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]

    def runs(self, text: str) -> list[Block]:
        """A paragraph in pieces, the figures of the release among them."""
        found, at = list[Block](), 0
        for match in FIGURE.finditer(text):
            found += [piece(text[at : match.start()]), self._figure(**match.groupdict())]
            at = match.end()
        return [each for each in (*found, piece(text[at:])) if each["text"]]

    def _figure(self, name: str, year: str, area: str | None) -> Block:
        point = self.data.point_named(name, int(year), area)
        found = valued(point, self.language) if point else piece("–")
        return found | {"is_figure": point is not None}

    def said(self, name: str, year: int = 0) -> list[Block]:
        """The paragraphs of a chapter as blocks."""
        return [{"kind": "text", "runs": self.runs(text)} for text in self.written(name, year)]

    def signature(self, chapter: ReportChapter) -> str:
        """Who wrote a chapter and when, or which printed report it retells."""
        if chapter.written_on:
            return f"{chapter.signed}, {chapter.written_on}"
        titles = (s.title.in_(self.language) for s in self.data.sources if s.key == chapter.source)
        return self.words["retold"].format(next(titles, ""))

    @property
    def subtitle(self) -> str:
        """What the report is: the coordinator's words, or its years."""
        return " ".join(self.written("subtitle")) or self.about.subtitle

    @cached_property
    def summary(self) -> list[list[Block]]:
        """At most five lines: what happened, what else is found, and what a person adds last."""
        news = self.about.what_happened
        own = [self.runs(text) for text in self.written("summary")][: MOST_LINES - 1]
        found = [card.title for key in SUMMED_UP for card in self.about.cards
                 if card.key == key and key != news.chart]  # fmt: skip
        if taken := taken_by(self.data):
            found.insert(2, steps_title(taken, len(self.data.municipalities), self.language))
        first = f"{sentence(news.headline)} {news.lead}".strip()
        lines = [[piece(sentence(line))] for line in (first, *found) if line]
        return [*lines[: MOST_LINES - len(own)], *own]

    @property
    def footnotes(self) -> list[str]:
        """The totals that differ from their parts: the summary may name one of them."""
        found: list[str] = declaration(self.about)["discrepancies"]
        return [line for line in found if "–" not in line.split(":")[0]]

    @cached_property
    def sections(self) -> list[Block]:
        """Every section that has something to say, its tables and figures numbered."""
        titled = (
            ("background", self._background()),
            ("parties", self.said("parties")),
            ("aims", self._aims()),
            ("work", self.said("work")),
            ("done", self._done()),
            ("places", self._places()),
            ("charts", [chart(card, self.language) for card in self.about.cards]),
            ("municipalities", self._municipalities()),
            ("analysis", self.said("analysis")),
            ("conclusions", self.said("conclusions")),
            ("now", self.said("now")),
            ("quality", self._quality()),
            ("sources", self._sources()),
            # To read, and to go on working with.
            ("tables", [chart_table(card, self.language) for card in self.about.cards]),
        )
        said = enumerate(((key, blocks) for key, blocks in titled if blocks), start=1)
        found = [{"title": f"{n}. {self.words[key]}", "blocks": each} for n, (key, each) in said]
        number(found, self.words)
        return found

    def _background(self) -> list[Block]:
        assignment = self.said("assignment")
        head = [heading(self.words["assignment"])] if assignment else []
        return [*self.said("background"), *head, *assignment]

    def _aims(self) -> list[Block]:
        """Each aim beside what came of it, where there is one of these for each."""
        aims, outcomes = self.written("aims"), self.written("outcomes")
        if len(aims) != len(outcomes):
            between = [heading(self.words["outcome"])] if outcomes else []
            return [*self.said("aims"), *between, *self.said("outcomes")]
        head = (self.words["aim"], self.words["outcome"])
        rows = [
            [piece("".join(run["text"] for run in self.runs(text))) for text in pair]
            for pair in zip(aims, outcomes, strict=True)
        ]
        return [table(self.words["aims"], head, rows)] if rows else []

    def _done(self) -> list[Block]:
        """Each year: what was done, and the inventory of that autumn."""
        blocks = []
        first, last = self.years
        every = sorted(paragraphs(self.data, self.language))
        for year, inventory in (each for each in every if first <= each[0] <= last):
            has_inventory = self.data.point("enterprises", year) is not None
            key = "inventory" if has_inventory else "figures"
            blocks += [heading(str(year)), *(self.said("done", year) or self._milestones(year))]
            blocks += [heading(self.words[key].format(year), 3), paragraph(inventory)]
        return [*blocks, *self._reached()] if blocks else []

    def _milestones(self, year: int) -> list[Block]:
        happened = self.data.milestones_by_year(self.language).get(year, {})
        lines = [f"{label}{f' ({joined(places, self.language)})' if places else ''}."
                 for label, places in happened.items()]  # fmt: skip
        return [bullets(lines)] if lines else []

    def _reached(self) -> list[Block]:
        points = self.data.points.get((COUNTY, "reached"), [])
        rows = [[piece(point.year), valued(point, self.language)] for point in points]
        if not rows:
            return []
        head = (self.words["year"], self.words["persons"])
        return [heading(self.words["reached"]), paragraph(self.words["audiences"]),
                table(self.words["reached"], head, rows, (False, True))]  # fmt: skip

    def _places(self) -> list[Block]:
        """What was learned, and what each municipality was granted and used."""
        years = [p.year for p in self.data.points.get((COUNTY, "places_granted"), [])]
        rows = [row for area in self.data.municipalities for year in years
                if (row := self._place(area, year))]  # fmt: skip
        names = ("municipality", "year", "granted", "used")
        head = [self.words[name] for name in names]
        listed = [table(self.words["places"], head, rows, (False, False, True, True))]
        return [*self.said("places"), *(listed if rows else [])]

    def _place(self, area: PublishedArea, year: int) -> list[Block]:
        found = [self.data.point(f"places_{n}", year, area.code) for n in ("granted", "used")]
        values = [valued(point, self.language) for point in found if point]
        return [piece(area.name), piece(year), *values] if len(values) == len(found) else []

    def _municipalities(self) -> list[Block]:
        """What each has decided, its group and its places, and what a person sees in that."""
        taken = taken_by(self.data)
        if not taken:
            return self.said("municipalities")
        lead = sentence(steps_title(taken, len(self.data.municipalities), self.language))
        head = [self.words[name] for name in ("municipality", "decisions", "group", "granted_used")]
        areas = sorted(self.data.municipalities, key=lambda area: area.name)
        rows = [self._municipality(area) for area in areas]
        listed = table(self.words["steps"], head, rows, (False, False, False, True),
                       [self.words["source_silent"]])  # fmt: skip
        see = self.said("municipalities")
        return [paragraph(f"{lead} {self.words['no_figures_below']}"), listed,
                *([heading(self.words["we_see"])] if see else []), *see]  # fmt: skip

    def _municipality(self, area: PublishedArea) -> list[Block]:
        taken = taken_by(self.data)
        years_of = {kind: {m.year for m in taken.get((area.code, kind), [])} for kind in KINDS}
        by_kind = {kind: sorted(years) for kind, years in years_of.items()}
        groups = by_kind.pop("collaboration_group")
        decided = [f"{lower_first(KINDS[kind][0].in_(self.language))} {years[0]}"
                   for kind, years in by_kind.items() if years]  # fmt: skip
        said = (upper_first(", ".join(decided)) or "–", self._group(groups))
        return [piece(each) for each in (area.name, *said, self._granted_used(area))]

    def _group(self, years: Sequence[int]) -> str:
        if not years:
            return "–"
        if years[-1] == self.years[1] and len(years) == 1:
            return str(years[0])
        key = "group_went_on" if len(years) > 1 else "group_once"
        return self.words[key].format(years[0], years[-1])

    def _granted_used(self, area: PublishedArea) -> str:
        sums = []
        for name in ("places_granted", "places_used"):
            values = [p.value for p in self.data.points.get((area.code, name), [])]
            sums.append("x" if None in values else written(sum(map(int, values)), self.language))  # type: ignore[arg-type]
        return " / ".join(sums) if self.data.points.get((area.code, "places_granted")) else "–"

    def _quality(self) -> list[Block]:
        said, words = declaration(self.about), in_(WORDS, self.language)

        def listed(key: str, *names: str) -> tuple[Block, Block]:
            listing = table(words[key], [words[n] for n in names], cells(said[key]))
            return heading(words[key]), listing

        names = ("year", "asked", "answered", "share", "reference_day", "values", "hidden")
        head, numeric = [words[n] for n in names], (False, *[True] * 6)
        coverage = table(words["answers"], head, cells(said["coverage"]), numeric)
        off = [heading(words["discrepancies"]), paragraph(words["discrepancies_text"]),
               bullets(said["discrepancies"])] if said["discrepancies"] else []  # fmt: skip
        return [
            paragraph(words["quality_lead"]), heading(words["answers"]),
            paragraph(words["answers_text"]), coverage, paragraph(said["hidden"]), *off,
            heading(words["protection"]), *map(paragraph, PROTECTION[self.language]),
            *listed("signs", "sign", "meaning", "explanation"),
            *listed("definitions", "measure", "unit", "definition"),
        ]  # fmt: skip

    def _sources(self) -> list[Block]:
        named = [", ".join(filter(None, (s.title.in_(self.language), s.publisher, s.url)))
                 for s in self.data.sources]  # fmt: skip
        return [bullets(named), *map(paragraph, self._writers()), paragraph(self.about.edition)]

    def _writers(self) -> list[str]:
        """Who wrote the chapters, and which of them are taken from a printed report."""
        first, last = self.years
        periods = {self.years, *((year, year) for year in range(first, last + 1))}
        here = [c for c in self.data.chapters if (c.first_year, c.last_year) in periods]
        names = dict.fromkeys(map(self.signature, here))
        return [self.words["signed"].format("; ".join(names))] if names else []
