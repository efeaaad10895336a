"""The register at the office: look, add, change, import and export."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from forms.office import blueprint
from forms.office.mail.undelivered_panel import bounced_facts
from forms.office.register.contacts import no_personal_number
from forms.office.register.in_round import in_round
from forms.office.register.labels import RegisterWords
from forms.office.register.register_table import register_list
from forms.office.register.through_years import years_facts
from forms.office.round.events import recent_facts
from forms.office.table_downloads import download
from forms.office.typed_fields import Address, Day, ShortText, whole_address
from forms.questionnaire.business import LEGAL_FORMS
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import audit_trail, clock
from survey_data.errors import DuplicateEnterprise, InvalidOrgNumber, PersonalIdentityNumber
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.register.register_file import COLUMNS, register_rows
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
        towns = enterprises.municipalities(survey_db())
        named = [(town.code, town.name) for town in towns]
        self.municipality_code.choices = [("", _("Välj kommun")), *named]
        self.legal_form.choices = [
            ("", _("Inte angivet")),
            *((c.code, c.label_en if english else c.label_sv) for c in LEGAL_FORMS),
        ]
        self._demand()

    def _demand(self) -> None:
        self.name.validators = [
            InputRequired(_("Skriv företagets namn.")),
            Length(max=200, message=_("Korta namnet till högst 200 tecken.")),
            no_personal_number,
        ]
        for field in (self.unit_name, self.contact_name, self.contact_role, self.contact_phone):
            field.validators = [no_personal_number]
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
        words = {
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
    return render_template(
        "office/register/register.html",
        listing=register_list(),
        proposed=len(register_proposals.waiting(survey_db())),
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


@blueprint.get("/foretag.csv")
def export_register() -> Response:
    """The register as a CSV file, as it can be read in again."""
    return download("asf-register", COLUMNS, register_rows(survey_db()), "csv")
