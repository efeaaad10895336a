"""The register as a table: every enterprise with its town and whom to reach."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise


@dataclass(frozen=True)
class Entry:
    """One enterprise as the register's page shows it."""

    enterprise: Enterprise
    town: str
    contact: Contact

    @property
    def name(self) -> str:
        """The name, with the unit's where there is one."""
        return " – ".join(n for n in (self.enterprise.name, self.enterprise.unit_name) if n)

    @property
    def is_active(self) -> bool:
        """Whether it is still running today."""
        last = self.enterprise.active_to
        return last is None or last >= clock.today().isoformat()


def listing() -> Listing[Entry]:
    """The register as the address asks for it."""
    db = survey_db()
    towns = {m.code: m.name for m in enterprises.municipalities(db)}
    reached, nobody = enterprises.main_contacts(db), Contact(email="")
    return _table(towns).of(
        Entry(e, towns[e.municipality_code], reached.get(e.id, nobody))
        for e in enterprises.enterprises(db)
    )


def _table(towns: dict[str, str]) -> Table[Entry]:
    return Table(
        "foretagslista", "office.show_register", _columns(), _filters(towns), "name", "asf-foretag"
    )


def _filters(towns: dict[str, str]) -> list[Filter[Entry]]:
    activity = {"ja": _("Verksamma"), "nej": _("Avslutade")}
    return [
        Filter("sok", _("Sök på namn eller nummer"), _matches),
        Filter("kommun", _("Kommun"), lambda e, c: e.enterprise.municipality_code == c, towns),
        Filter(
            "verksamt", _("Verksamt"), lambda e, is_it: e.is_active == (is_it == "ja"), activity
        ),
    ]


def _matches(entry: Entry, search: str) -> bool:
    return holds(search, entry.name, entry.enterprise.org_number, entry.contact.email)


def _columns() -> list[Column[Entry]]:
    return [
        Column("name", _("Företag"), lambda e: alphabetical(e.name), lambda e: e.enterprise.name),
        Column("unit", _("Enhet"), None, lambda e: e.enterprise.unit_name, on_page=False),
        Column("number", _("Organisationsnummer"), lambda e: e.enterprise.org_number,
               lambda e: e.enterprise.org_number),
        Column("town", _("Kommun"), lambda e: alphabetical(e.town), lambda e: e.town),
        Column("from", _("Verksamt från"), None, lambda e: e.enterprise.active_from, on_page=False),
        Column("to", _("Verksamt till"), None, lambda e: e.enterprise.active_to or "",
               on_page=False),
        Column("active", _("Verksamt"), lambda e: e.enterprise.active_from),
        Column("contact", _("Kontakt"), lambda e: alphabetical(e.contact.name) or None,
               lambda e: e.contact.name),
        Column("email", _("E-post"), None, lambda e: e.contact.email, on_page=False),
        Column("phone", _("Telefon"), None, lambda e: e.contact.phone, on_page=False),
    ]  # fmt: skip
