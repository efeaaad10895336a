"""The register as a table: every enterprise with its town and whom to reach."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from forms.office.data_table import Column, Listing, Table, among, file_only, search, text
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise


@dataclass(frozen=True)
class RegisterRow:
    """One enterprise as the register's page shows it."""

    enterprise: Enterprise
    town: str
    contact: Contact

    @property
    def is_active(self) -> str:
        """Whether it is still running today: "ja" or "nej"."""
        last = self.enterprise.active_to
        return "ja" if last is None or last >= clock.today().isoformat() else "nej"

    @property
    def years(self) -> str:
        """The years in which it has been running."""
        first, last = self.enterprise.active_from[:4], self.enterprise.active_to
        return f"{first}–{last[:4]}" if last else str(_("sedan %(year)s", year=first))


def register_list() -> Listing[RegisterRow]:
    """The register as the address asks for it."""
    db = survey_db()
    towns = {m.code: m.name for m in enterprises.municipalities(db)}
    reached, nobody = enterprises.main_contacts(db), Contact(email="")
    return _table(towns).of(
        RegisterRow(e, towns[e.municipality_code], reached.get(e.id, nobody))
        for e in enterprises.enterprises(db)
    )


def _table(towns: dict[str, str]) -> Table[RegisterRow]:
    return Table(
        "foretagslista", "office.show_register",
        [
            text("name", _("Företag"), lambda e: e.enterprise.name,
                 shown=lambda e: e.enterprise.full_name,
                 link=lambda e: url_for("office.change_enterprise", enterprise_id=e.enterprise.id)),
            file_only("unit", _("Enhet"), lambda e: e.enterprise.unit_name),
            text("number", _("Organisationsnummer"), lambda e: e.enterprise.org_number,
                 look="plain nowrap"),
            text("town", _("Kommun"), lambda e: e.town, look="plain"),
            file_only("from", _("Verksamt från"), lambda e: e.enterprise.active_from),
            file_only("to", _("Verksamt till"), lambda e: e.enterprise.active_to or ""),
            Column("active", _("Verksamt"), lambda e: e.enterprise.active_from,
                   shown=lambda e: e.years, look="plain nowrap"),
            text("contact", _("Kontakt"), lambda e: e.contact.name,
                 shown=lambda e: e.contact.name or e.contact.email, look="plain"),
            file_only("email", _("E-post"), lambda e: e.contact.email),
            file_only("phone", _("Telefon"), lambda e: e.contact.phone),
        ],
        [
            search(lambda e: [e.enterprise.full_name, e.enterprise.org_number, e.contact.email],
                   _("Sök på namn eller nummer")),
            among("kommun", _("Kommun"), lambda e: e.enterprise.municipality_code, towns),
            among("verksamt", _("Verksamt"), lambda e: e.is_active,
                  {"ja": _("Verksamma"), "nej": _("Avslutade")}),
        ],
        "name", "asf-foretag",
    )  # fmt: skip
