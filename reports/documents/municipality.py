"""What is known of one municipality, for its page and its slide, and as one A4."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from reports.charts import outline_map
from reports.charts.card import ChartTable, TableRow, cell
from reports.charts.milestone_grid import KINDS, taken_by
from reports.data.chart_model import COUNTY, Language, Words
from reports.data.model import OpenData, PublishedMilestone
from reports.documents.content import Published, publisher
from reports.documents.texts import MUNICIPALITY, PROTECTION, in_
from reports.text.grammar import answered, joined, lower_first, span, upper_first, written
from reports.text.summaries import discrepancy_note
from survey_data.geography import MUNICIPALITIES, PROVINCES, Area
from survey_data.typesetting import compile_pdf

TEMPLATE = Path(__file__).parent / "municipality.typ"
MEASURES = {
    "enterprises": Words("Företag", "Enterprises"),
    "employees": Words("Anställda", "Employees"),
    "placed": Words("Placerade", "People placed"),
}
YearLine = tuple[str, str]


def by_slug(name: str) -> Area | None:
    """The municipality with this name in its address."""
    return next((area for area in MUNICIPALITIES if area.slug == name), None)


@dataclass(frozen=True)
class MunicipalityFacts:
    """One municipality in one release and language."""

    data: OpenData
    area: Area
    language: Language

    def _said(self, swedish: str, english: str) -> str:
        return swedish if self.language == "sv" else english

    @cached_property
    def _milestones(self) -> list[PublishedMilestone]:
        return sorted(
            (m for m in self.data.milestones if m.code == self.area.code), key=lambda m: m.year
        )

    @cached_property
    def _decisions(self) -> dict[str, list[PublishedMilestone]]:
        taken = taken_by(self.data)
        return {kind: taken.get((self.area.code, kind), []) for kind in KINDS}

    @property
    def title(self) -> str:
        """What the municipality has decided, with the years."""
        taken = [
            f"{lower_first(KINDS[kind][0].in_(self.language))} {found[0].year}"
            for kind, found in self._decisions.items()
            if found
        ]
        if taken:
            return f"{self.area.name}: {joined(taken, self.language)}"
        return f"{self.area.name}: {self._no_decisions}"

    @property
    def _no_decisions(self) -> str:
        """What is said of one that no decision is known of."""
        if not self.data.milestones:
            return self._said("inga beslut är publicerade", "no decisions are published")
        return self._said("källan nämner inga beslut", "the source mentions no decisions")

    @property
    def lead(self) -> str:
        """How many of the places granted were used, or what the page is about."""
        years = [year for year, _, _ in self.places]
        if not years:
            return self._said(
                "Vad kommunen har beslutat, vad som har gjorts och vad inventeringen visar.",
                "What the municipality has decided, what was done and what the inventory shows.",
            )
        granted, used = (sum(row[place] for row in self.places) for place in (1, 2))
        when = span(years[0], years[-1])
        return self._said(
            f"{used} av {granted} beviljade handledarstödda platser användes {when}.",
            f"{used} of {granted} supervised places granted were used, {when}.",
        )

    @property
    def decided(self) -> list[YearLine]:
        """Each decision with its year, then in one line what the source does not name."""
        if not self.data.milestones:
            return [("–", f"{upper_first(self._no_decisions)}.")]
        found = [m for kind in self._decisions.values() for m in kind]
        lines = [self._line(m) for m in sorted(found, key=lambda m: m.year)]
        group = self._decisions["collaboration_group"]
        if len(group) == 1:
            year = group[0].year
            lines.append(
                ("–", self._said(f"Källan nämner inte gruppen efter {year}.",
                                 f"The source does not mention the group after {year}."))
            )  # fmt: skip
        absent = [
            lower_first(KINDS[kind][0].in_(self.language))
            for kind, taken in self._decisions.items()
            if not taken
        ]
        if absent:
            names = upper_first(joined(absent, self.language))
            lines.append(
                ("–", self._said(f"{names}: källan nämner inget för {self.area.name}.",
                                 f"{names}: the source mentions nothing for {self.area.name}."))
            )  # fmt: skip
        return lines

    @property
    def done(self) -> list[YearLine]:
        """What else has happened in the municipality: conferences, trainings, prizes."""
        return [self._line(m) for m in self._milestones if m.kind not in KINDS]

    def _line(self, milestone: PublishedMilestone) -> YearLine:
        return str(milestone.year), f"{milestone.label.in_(self.language)}."

    @property
    def source(self) -> str:
        """Where the decisions and what was done are said."""
        keys = {milestone.source for milestone in self._milestones or self.data.milestones}
        titles = [s.title.in_(self.language) for s in self.data.sources if s.key in keys]
        return f"{self._said('Källa', 'Source')}: {'; '.join(titles)}." if titles else ""

    @cached_property
    def places(self) -> list[tuple[int, int, int]]:
        """Year, places granted and places used, where both can be shown."""
        found = []
        for point in self.data.points.get((self.area.code, "places_granted"), []):
            used = self.data.value("places_used", point.year, self.area.code)
            if point.value is not None and used is not None:
                found.append((point.year, int(point.value), used))
        return found

    @property
    def places_table(self) -> list[tuple[str, str, str]]:
        """The places as written, a year a row."""
        return [(str(y), *(written(n, self.language) for n in pair)) for y, *pair in self.places]  # type: ignore[misc]

    @cached_property
    def year(self) -> int:
        """The latest year of the county that is not invented; 0 while there is none."""
        points = [p for key in MEASURES for p in self.data.points.get((COUNTY, key), [])]
        every = {point.year for point in points}
        return max(every - self.data.examples or every, default=0)

    @property
    def table(self) -> ChartTable:
        """The municipality's figures beside its province's and the county's."""
        province = next(p for p in PROVINCES if p.code == self.area.part_of)
        places = [(self.area.code, self.area.name), (province.code, province.name),
                  (COUNTY, self._said("Länet", "The county"))]  # fmt: skip
        rows = [
            TableRow(
                label.in_(self.language),
                self.year in self.data.examples,
                tuple(
                    cell(self.data.point(key, self.year, code), self.data.statuses, self.language)
                    for code, _ in places
                ),
            )
            for key, label in MEASURES.items()
        ]
        corner = self._said(f"Hösten {self.year}", f"Autumn {self.year}")
        return ChartTable(tuple(name for _, name in places), tuple(rows), corner)

    @property
    def note(self) -> str:
        """Why the county's total has its mark, where it has one."""
        rows = (r for r in self.data.discrepancies if r.period == str(self.year))
        notes = [f"s: {discrepancy_note(r, self.language)}" for r in rows]
        county = [self.data.point(key, self.year) for key in MEASURES]
        row = next((each for each in self.data.coverage if each.year == self.year), None)
        if any(point and "u" in point.letters for point in county):
            few = answered(row, self.language)
            notes.append(self._said(f"u: {few} i länet.", f"u: {few} in the county."))
        return " ".join(notes)

    @cached_property
    def map(self) -> Markup:
        """The county in outline with the municipality marked."""
        return Markup(outline_map.drawn(self.area, self.language))  # noqa: S704 (svg escapes)

    @property
    def protected(self) -> list[str]:
        """What does not stand here, and why: the source does not have it, or it is protected."""
        points = {key: self.data.point(key, self.year, self.area.code) for key in MEASURES}
        absent = [key for key, point in points.items() if point is None]
        hidden = [key for key, point in points.items() if point and point.value is None]
        lines = []
        if absent and self.year:
            names = joined([lower_first(MEASURES[k].in_(self.language)) for k in absent],
                           self.language)  # fmt: skip
            lines.append(
                self._said(
                    f"– betyder att källan inte redovisar {names} per kommun {self.year}.",
                    f"– means that the source does not give {names} by municipality"
                    f" in {self.year}.",
                )
            )
        if hidden:
            names = joined([lower_first(MEASURES[k].in_(self.language)) for k in hidden],
                           self.language)  # fmt: skip
            lines.append(
                self._said(
                    f"x betyder att antalet {names} är dolt: företagen är så få att talet kan"
                    " peka ut någon.",
                    f"x means that the number of {names} is hidden: the enterprises are so few"
                    " that it could point somebody out.",
                )
            )
        return [*lines, *self.kept, *PROTECTION[self.language]]

    @property
    def kept(self) -> Iterator[str]:
        """Which numbers stand as in an earlier release, and in which."""
        found: dict[str, list[str]] = {}
        for key, measure in MEASURES.items():
            point = self.data.point(key, self.year, self.area.code)
            if point and point.is_kept:
                name = lower_first(measure.in_(self.language))
                found.setdefault(point.note.in_(self.language), []).append(name)
        for note, names in found.items():
            things = joined(names, self.language)
            head = self._said(
                f"k betyder att antalet {things} kan ha ändrats men att det inte kan visas ännu.",
                f"k means that the number of {things} may have changed, which cannot be shown yet.",
            )
            yield f"{head} {note}"


def sheet(data: OpenData, name: str, language: Language, address: str) -> bytes:
    """One A4 as a tagged PDF; raises `KeyError` when there is no such municipality."""
    facts, about = facts_of(data, name, language), Published(data, language)
    table = facts.table
    content = {
        "title": facts.title,
        "lead": facts.lead,
        "author": publisher(data),
        "foot": f"{facts.area.official_name}. {about.edition}",
        "decided": facts.decided,
        "done": facts.done,
        "source": facts.source,
        "places": facts.places_table,
        "corner": table.corner,
        "headings": table.headings,
        "rows": [
            {"head": row.heading, "cells": [{"text": c.text, "sign": c.sign} for c in row.cells]}
            for row in table.rows
        ],
        "note": facts.note,
        "protected": facts.protected,
        "map": {
            "drawing": str(facts.map),
            "alt": outline_map.label(facts.area, language),
            "source": outline_map.SOURCE.in_(language),
        },
        "address": address,
        "words": in_(MUNICIPALITY, language),
    }
    return compile_pdf(TEMPLATE, content, language, about.day)


def facts_of(data: OpenData, name: str, language: Language) -> MunicipalityFacts:
    """The municipality with this name in its address; raises `KeyError` where there is none."""
    area = by_slug(name)
    if area is None:
        raise KeyError(name)
    return MunicipalityFacts(data, area, language)
