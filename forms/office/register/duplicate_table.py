"""Entries of the register that may be one enterprise, as a table of pairs."""

from __future__ import annotations

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.office.register.labels import Reader
from forms.web.request_context import survey_db
from survey_data.register import duplicates, enterprises
from survey_data.register.duplicates import Pair
from survey_data.register.enterprises import Enterprise


def listing() -> Listing[Pair]:
    """The pairs worth looking at, as the address asks for them."""
    db = survey_db()
    table = Table(
        "dubbletter", "office.show_duplicates", _columns(Reader(db)), _filters(), "likeness",
        "asf-dubbletter",
    )  # fmt: skip
    return table.of(duplicates.find(enterprises.enterprises(db)))


def name_of(entry: Enterprise) -> str:
    """The name, with the unit's where there is one."""
    return " – ".join(n for n in (entry.name, entry.unit_name) if n)


def why_words() -> dict[str, str]:
    """Why two entries may be one."""
    return {"nummer": _("Samma nummer"), "namn": _("Liknande namn")}


def _why(pair: Pair) -> str:
    return "nummer" if pair.same_number else "namn"


def _filters() -> list[Filter[Pair]]:
    return [
        Filter("sok", _("Sök på namn eller nummer"), _matches),
        Filter("skal", _("Varför"), lambda pair, why: _why(pair) == why, why_words()),
    ]


def _matches(pair: Pair, search: str) -> bool:
    either = (pair.one, pair.other)
    return any(holds(search, name_of(each), each.org_number) for each in either)


def _columns(words: Reader) -> list[Column[Pair]]:
    def town(entry: Enterprise) -> str:
        return words.value("municipality_code", entry.municipality_code)

    return [
        Column("one", _("Ett företag"), lambda p: alphabetical(name_of(p.one)),
               lambda p: name_of(p.one)),
        Column("one_number", _("Dess nummer"), None, lambda p: p.one.org_number, on_page=False),
        Column("one_town", _("Dess kommun"), None, lambda p: town(p.one), on_page=False),
        Column("other", _("Det andra"), lambda p: alphabetical(name_of(p.other)),
               lambda p: name_of(p.other)),
        Column("other_number", _("Det andras nummer"), None, lambda p: p.other.org_number,
               on_page=False),
        Column("other_town", _("Det andras kommun"), None, lambda p: town(p.other),
               on_page=False),
        Column("why", _("Varför"), None, lambda p: why_words()[_why(p)]),
        Column("likeness", _("Likhet"), lambda p: (p.same_number, p.likeness),
               lambda p: round(100 * p.likeness), largest_first=True, look="number"),
        Column("act", _("Åtgärd"), only_heard=True),
    ]  # fmt: skip
