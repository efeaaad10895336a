"""The register at the office: every enterprise as a table, and one to add or change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from forms.office import blueprint
from forms.office.data_table import Column, Listing, Table, among, file_only, search, text
from forms.office.mail.undelivered import bounced_facts
from forms.office.register.enterprise_rounds import in_round, years_facts
from forms.office.register.labels import RegisterWords
from forms.office.round.events import recent_facts
from forms.office.table_downloads import as_file
from forms.office.typed_fields import (
    Address,
    Day,
    ShortText,
    Written,
    no_personal_number,
    telephone_alone,
    whole_address,
)
from forms.questionnaire.business import LEGAL_FORMS
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import audit_trail, clock
from survey_data.errors import DuplicateEnterprise, InvalidOrgNumber, PersonalIdentityNumber
from survey_data.geography import MUNICIPALITIES
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.review import register_proposals
from survey_data.rounds import round_changes, rounds

CONTACT_FIELDS = ("contact_email", "contact_name", "contact_role", "contact_phone")


class EnterpriseForm(FlaskForm):  # type: ignore[misc]
    """One enterprise of the register with its main contact."""

    name = ShortText()
    org_number = StringField()
    unit_name = ShortText()
    municipality_code = SelectField()
    legal_form = SelectField()
    active_from = Day()
    active_to = Day()
    contact_name = ShortText()
    contact_role = ShortText()
    contact_email = Address()
    contact_phone = ShortText()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        english = language() == "en"
        named = [(town.code, town.name) for town in MUNICIPALITIES]
        self.municipality_code.choices = [("", _("Välj kommun")), *named]
        self.legal_form.choices = [
            ("", _("Inte angivet")),
            *((c.code, c.label_en if english else c.label_sv) for c in LEGAL_FORMS),
        ]
        self._demand()

    def _demand(self) -> None:
        self.name.validators = [
            Written(_("Skriv företagets namn.")),
            Length(max=200, message=_("Korta namnet till högst 200 tecken.")),
            no_personal_number,
        ]
        for field in (self.unit_name, self.contact_name, self.contact_role):
            field.validators = [no_personal_number]
        self.contact_phone.validators = [telephone_alone]
        self.org_number.validators = [InputRequired(_("Skriv organisationsnumret, tio siffror."))]
        self.municipality_code.validators = [InputRequired(_("Välj kommun."))]
        self.active_from.validators = [
            InputRequired(_("Skriv från vilken dag företaget är verksamt, ÅÅÅÅ-MM-DD."))
        ]
        self.active_to.validators = [Optional()]
        self.contact_email.validators = [
            InputRequired(_("Skriv en e-postadress, annars kan vi inte skicka inbjudan.")),
            whole_address,
        ]

    def refuse(self, fault: Exception) -> None:
        """Put what the register refused beside its field."""
        words: dict[type[Exception], str] = {
            PersonalIdentityNumber: _(
                "Det här ser ut som ett personnummer och sparas inte. Skriv organisationsnumret."
            ),
            InvalidOrgNumber: _(
                "Kontrollera organisationsnumret: tio siffror med rätt kontrollsiffra."
            ),
            DuplicateEnterprise: _(
                "Ett annat företag har redan det numret och enhetsnamnet. Skriv enhetens namn."
            ),
        }
        self.org_number.errors = [words[type(fault)]]
        if isinstance(fault, PersonalIdentityNumber):
            self.org_number.data = ""


@blueprint.get("/foretag")
def show_register() -> str:
    """Every enterprise, and import and export."""
    db = survey_db()
    survey_round = rounds.current(db)
    return render_template(
        "office/register/register.html",
        listing=register_list(),
        late=round_changes.not_invited(db, survey_round) if survey_round else [],
        year=survey_round.year if survey_round else None,
        proposed=len(register_proposals.waiting(db)),
    )


@blueprint.route("/foretag/nytt", methods=["GET", "POST"])
def add_enterprise() -> str | Response:
    """Put a new enterprise in the register."""
    return _edit(EnterpriseForm(), None)


@blueprint.route("/foretag/<int:enterprise_id>", methods=["GET", "POST"])
def change_enterprise(enterprise_id: int) -> str | Response:
    """Change an enterprise of the register."""
    known = enterprises.enterprise(survey_db(), enterprise_id)
    if known is None:
        abort(404)
    form = EnterpriseForm(data=_typed(known))
    # Contacts have pages of their own once there can be several.
    for name in CONTACT_FIELDS:
        del form[name]
    return _edit(form, known)


def _typed(known: Enterprise) -> dict[str, Any]:
    return {
        "name": known.name,
        "org_number": known.org_number,
        "unit_name": known.unit_name,
        "municipality_code": known.municipality_code,
        "legal_form": known.legal_form,
        "active_from": date.fromisoformat(known.active_from),
        "active_to": date.fromisoformat(known.active_to) if known.active_to else None,
    }


def _edit(form: EnterpriseForm, known: Enterprise | None) -> str | Response:
    if form.validate_on_submit() and _in_order(form):
        saved = _saved(form, known)
        if saved is not None:
            flash(_("%(name)s är sparat.", name=form.name.data))
            return redirect(_onward(saved))
    about = _about(known) if known else {}
    return render_template("office/register/enterprise.html", form=form, known=known, **about)


def _onward(enterprise_id: int) -> str:
    """The register; or the enterprise's page, where one that is not in the open round may join."""
    db = survey_db()
    survey_round = rounds.current(db)
    if survey_round and round_changes.may_join(db, survey_round, enterprise_id):
        return url_for("office.change_enterprise", enterprise_id=enterprise_id)
    return url_for("office.show_register")


def _about(known: Enterprise) -> dict[str, Any]:
    db = survey_db()
    return {
        **bounced_facts(known.id),
        **in_round(known.id),
        **recent_facts(known.id),
        **years_facts(known.id),
        "contacts": contacts.of(db, known.id),
        "closing": enterprises.closing(db, known.id),
        "history": audit_trail.history(db, known.id),
        "words": RegisterWords(db),
        "local": clock.local,
    }


def _in_order(form: EnterpriseForm) -> bool:
    end = form.active_to.data
    if end is not None and end < form.active_from.data:
        form.active_to.errors = [_("Sista dagen kan inte ligga före första dagen.")]
        return False
    return True


def _saved(form: EnterpriseForm, known: Enterprise | None) -> int | None:
    """The enterprise's id, or None where the register refused it."""
    wanted = Enterprise(
        id=known.id if known else 0,
        is_example=bool(known and known.is_example),
        org_number=form.org_number.data,
        name=form.name.data.strip(),
        unit_name=(form.unit_name.data or "").strip(),
        municipality_code=form.municipality_code.data,
        legal_form=form.legal_form.data,
        active_from=form.active_from.data.isoformat(),
        active_to=form.active_to.data.isoformat() if form.active_to.data else None,
    )
    contact = None if known else _typed_contact(form)
    try:
        return enterprises.save_enterprise(survey_db(), wanted, contact, actor())
    except (InvalidOrgNumber, DuplicateEnterprise) as fault:
        form.refuse(fault)
    return None


def _typed_contact(form: EnterpriseForm) -> Contact:
    email, name, role, phone = ((form[n].data or "").strip() for n in CONTACT_FIELDS)
    return Contact(email, name, role, phone)


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


@as_file("foretagslista")
def register_list() -> Listing[RegisterRow]:
    """The register as the address asks for it."""
    db = survey_db()
    towns = {town.code: town.name for town in MUNICIPALITIES}
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
