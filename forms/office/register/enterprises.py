"""The register at the office: every enterprise as a table, and one to add or change."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import Column, Listing, Table, among, file_only, search, text
from forms.office.mail.undelivered import bounced_facts
from forms.office.register.contacts import known_enterprise
from forms.office.register.enterprise_rounds import in_round, years_facts
from forms.office.register.labels import RegisterWords, legal_form_words, towns
from forms.office.round.events import recent_facts
from forms.office.typed_fields import Address, Choice, Day, ShortText, telephone_alone
from forms.web.request_context import actor, survey_db
from survey_data import audit_trail, clock
from survey_data.errors import DuplicateEnterprise, InvalidOrgNumber, PersonalIdentityNumber
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.review import proposals
from survey_data.rounds import round_changes, rounds

CONTACT_FIELDS = ("contact_email", "contact_name", "contact_role", "contact_phone")


class EnterpriseForm(FlaskForm):  # type: ignore[misc]
    """One enterprise of the register with its main contact."""

    name = ShortText(needed=_l("Skriv företagets namn."))
    org_number = StringField(
        validators=[InputRequired(_l("Skriv organisationsnumret, tio siffror."))]
    )
    unit_name = ShortText()
    municipality_code = Choice(towns, _l("Välj kommun."), _l("Välj kommun"))
    legal_form = Choice(legal_form_words, first=_l("Inte angivet"))
    active_from = Day(_l("Skriv från vilken dag företaget är verksamt, ÅÅÅÅ-MM-DD."))
    active_to = Day(needed=None)
    contact_name = ShortText()
    contact_role = ShortText()
    contact_email = Address(_l("Skriv en e-postadress, annars kan vi inte skicka inbjudan."))
    contact_phone = ShortText(rules=[telephone_alone])


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
        proposed=len(proposals.waiting(db)),
    )


@blueprint.route("/foretag/nytt", methods=["GET", "POST"])
def add_enterprise() -> str | Response:
    """Put a new enterprise in the register."""
    return _edit(EnterpriseForm(), None)


@blueprint.route("/foretag/<int:enterprise_id>", methods=["GET", "POST"])
def change_enterprise(enterprise_id: int) -> str | Response:
    """Change an enterprise of the register."""
    known = known_enterprise(enterprise_id)
    first, last = (day and date.fromisoformat(day) for day in (known.active_from, known.active_to))
    form = EnterpriseForm(data=vars(known) | {"active_from": first, "active_to": last})
    # Contacts have pages of their own once there can be several.
    for name in CONTACT_FIELDS:
        del form[name]
    return _edit(form, known)


def _edit(form: EnterpriseForm, known: Enterprise | None) -> str | Response:
    if form.validate_on_submit() and (saved := _saved(form, known)):
        db, said = survey_db(), _("%(name)s är sparat.", name=form.name.data)
        survey_round = rounds.current(db)
        if survey_round and round_changes.may_join(db, survey_round, saved):
            return go_to("change_enterprise", said, enterprise_id=saved)
        return go_to("show_register", said)
    about = _about(known) if known else {}
    return render_template("office/register/enterprise.html", form=form, known=known, **about)


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
    }


def _saved(form: EnterpriseForm, known: Enterprise | None) -> int | None:
    """The enterprise's id, or None where something is wrong, which is said beside its field."""
    first, last = form.active_from.data, form.active_to.data
    if last is not None and last < first:
        form.active_to.errors = [_("Sista dagen kan inte ligga före första dagen.")]
        return None
    wanted = Enterprise(
        id=known.id if known else 0,
        is_example=bool(known and known.is_example),
        org_number=form.org_number.data,
        name=form.name.data,
        unit_name=form.unit_name.data,
        municipality_code=form.municipality_code.data,
        legal_form=form.legal_form.data,
        active_from=first.isoformat(),
        active_to=last.isoformat() if last else None,
    )
    contact = None if known else Contact(*(form[name].data for name in CONTACT_FIELDS))
    try:
        return enterprises.save_enterprise(survey_db(), wanted, contact, actor())
    except PersonalIdentityNumber:
        words = _("Det här ser ut som ett personnummer och sparas inte. Skriv organisationsnumret.")
        form.org_number.data = ""
    except InvalidOrgNumber:
        words = _("Kontrollera organisationsnumret: tio siffror med rätt kontrollsiffra.")
    except DuplicateEnterprise:
        words = _("Ett annat företag har redan det numret och enhetsnamnet. Skriv enhetens namn.")
    form.org_number.errors = [words]
    return None


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
        return f"{first}–{last[:4]}" if last else _("sedan %(year)s", year=first)


@as_file("foretagslista")
def register_list() -> Listing[RegisterRow]:
    """The register as the address asks for it."""
    db = survey_db()
    names, reached, nobody = towns(), enterprises.main_contacts(db), Contact(email="")
    return _table(names).of(
        RegisterRow(e, names[e.municipality_code], reached.get(e.id, nobody))
        for e in enterprises.enterprises(db)
    )


def _table(names: dict[str, str]) -> Table[RegisterRow]:
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
            among("kommun", _("Kommun"), lambda e: e.enterprise.municipality_code, names),
            among("verksamt", _("Verksamt"), lambda e: e.is_active,
                  {"ja": _("Verksamma"), "nej": _("Avslutade")}),
        ],
        "name", "asf-foretag",
    )  # fmt: skip
