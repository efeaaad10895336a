"""What answers propose about the register, as a table."""

from __future__ import annotations

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.office.register.labels import Reader
from forms.web.request_context import survey_db
from survey_data.review import register_proposals
from survey_data.review.register_proposals import FIELDS, STATUS, Proposal
from survey_data.tables_to_files import moment_cell


def name_of(proposal: Proposal) -> str:
    """The enterprise with its unit, as the register has them."""
    known = proposal.enterprise
    return " – ".join(n for n in (known.name, known.unit_name) if n)


def listing() -> Listing[Proposal]:
    """Every proposal that waits, as the address asks for it."""
    db = survey_db()
    words = Reader(db)
    facts = {field: words.facts[field] for field in (*FIELDS, STATUS)}
    filters: list[Filter[Proposal]] = [
        Filter("sok", _("Sök på företag"), lambda p, search: holds(search, name_of(p))),
        Filter("uppgift", _("Uppgift"), lambda p, field: p.field == field, facts),
    ]
    table = Table(
        "forslag", "office.show_proposals", _columns(words), filters, "name", "asf-forslag"
    )
    return table.of(register_proposals.waiting(db))


def _columns(words: Reader) -> list[Column[Proposal]]:
    return [
        Column("name", _("Företag"), lambda p: alphabetical(name_of(p)), name_of),
        Column("fact", _("Uppgift"), lambda p: alphabetical(words.facts[p.field]),
               lambda p: words.facts[p.field]),
        Column("known", _("I registret"), None, lambda p: words.known(p.field, p.known)),
        Column("value", _("I svaret"), None, lambda p: words.value(p.field, p.value)),
        Column("when", _("Inlämnat"), lambda p: p.handed_in_at,
               lambda p: moment_cell(p.handed_in_at), largest_first=True),
        Column("act", _("Åtgärd"), only_heard=True),
    ]  # fmt: skip
