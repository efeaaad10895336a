"""Activities that reached someone, as a table; the printed years are lines of their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from forms.office.association.entry import towns
from forms.office.association.labels import PRINTED, WHOLE_COUNTY, activity_words, audience_words
from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from forms.web.translations import language
from survey_data.association import reach
from survey_data.history.printed_series import SeriesValue, published


@dataclass(frozen=True)
class Line:
    """One activity, or a printed year; of that only the sum is known."""

    when: str
    kind: str
    audience: str
    code: str
    town: str
    persons: int
    note: str
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return self.kind == PRINTED


def printed() -> list[SeriesValue]:
    """The printed years, the latest first."""
    return [v for v in reversed(published()) if v.indicator == "reached"]


def kind_words() -> dict[str, str]:
    """Kinds of activities, and what a printed year is."""
    return activity_words() | {PRINTED: _("Hela året, ur slutrapporten")}


def listing() -> Listing[Line]:
    """Every activity and printed year, as the address asks for it."""
    names = towns()
    found = [
        Line(a.held_on, a.kind, a.audience, a.municipality_code or WHOLE_COUNTY,
             names[a.municipality_code] if a.municipality_code else _("Hela länet"),
             a.persons, a.note, a.id)
        for a in reach.everyone(survey_db())
    ]  # fmt: skip
    whole = _("Hela länet")
    found += [
        Line(str(v.year), PRINTED, PRINTED, WHOLE_COUNTY, whole, v.value,
             v.note_en if language() == "en" else v.note_sv)
        for v in printed()
    ]  # fmt: skip
    table = Table("information", "office.show_reach", _columns(), _filters(found, names), "when",
                  "asf-information")  # fmt: skip
    return table.of(found)


def _filters(found: list[Line], names: dict[str, str]) -> list[Filter[Line]]:
    years = sorted({line.when[:4] for line in found}, reverse=True)
    return [
        Filter("sok", _("Sök"), lambda f, s: holds(s, f.when, f.town, f.note)),
        Filter("ar", _("År"), lambda f, y: f.when[:4] == y, {year: year for year in years}),
        Filter("slag", _("Slag"), lambda f, k: f.kind == k, kind_words()),
        Filter("malgrupp", _("Målgrupp"), lambda f, a: f.audience == a,
               audience_words() | {PRINTED: _("Inte angiven")}),
        Filter("kommun", _("Kommun"), lambda f, c: f.code == c,
               {WHOLE_COUNTY: _("Hela länet")} | names),
    ]  # fmt: skip


def _columns() -> list[Column[Line]]:
    kinds, audiences = kind_words(), audience_words()
    return [
        Column("when", _("När"), lambda f: f.when, lambda f: f.when, largest_first=True),
        Column("kind", _("Slag"), lambda f: alphabetical(kinds[f.kind]), lambda f: kinds[f.kind]),
        Column("audience", _("Målgrupp"),
               lambda f: alphabetical(audiences.get(f.audience, "")) or None,
               lambda f: audiences.get(f.audience, "")),
        Column("town", _("Kommun"), lambda f: alphabetical(f.town), lambda f: f.town),
        Column("persons", _("Antal personer"), lambda f: f.persons, lambda f: f.persons,
               largest_first=True, look="number"),
        Column("note", _("Anteckning"), None, lambda f: f.note),
    ]  # fmt: skip
