"""An enterprise's contacts at the office: add, change, remove, and which one is main."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from forms.office import blueprint
from forms.office.typed_fields import (
    Address,
    ShortText,
    no_personal_number,
    telephone_alone,
    whole_address,
)
from forms.web.guards import asks_again
from forms.web.request_context import actor, survey_db
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise


class ContactForm(FlaskForm):  # type: ignore[misc]
    """One contact."""

    email = Address()
    name = ShortText()
    role = ShortText()
    phone = ShortText()
    language = SelectField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        longest = Length(max=200, message=_("Skriv högst 200 tecken."))
        self.email.validators = [
            InputRequired(_("Skriv hela e-postadressen.")),
            whole_address,
            longest,
        ]
        for field in (self.name, self.role):
            field.validators = [no_personal_number, longest]
        self.phone.validators = [telephone_alone, longest]
        self.language.choices = [("sv", _("Svenska")), ("en", _("Engelska"))]
        # A page from before there was a choice says nothing of it.
        self.language.validate_choice = False

    def contact(self) -> Contact:
        """What was typed."""
        email, name, role, phone = (
            (self[n].data or "").strip() for n in ("email", "name", "role", "phone")
        )
        language = "en" if self.language.data == "en" else "sv"
        return Contact(email, name, role, phone, language=language)


def known_enterprise(enterprise_id: int) -> Enterprise:
    """The enterprise of the address; aborts with 404 where there is none."""
    known = enterprises.enterprise(survey_db(), enterprise_id)
    if known is None:
        abort(404)
    return known


@blueprint.route("/foretag/<int:enterprise_id>/kontakt/ny", methods=["GET", "POST"])
@asks_again
def add_contact(enterprise_id: int) -> str | Response:
    """Add a contact to an enterprise."""
    known, form = known_enterprise(enterprise_id), ContactForm()
    if form.validate_on_submit() and _is_free(form, enterprise_id, 0):
        contacts.add(survey_db(), enterprise_id, form.contact(), actor())
        flash(_("Kontakten är sparad."))
        return _back(enterprise_id)
    return render_template("office/register/contact.html", form=form, enterprise=known, listed=None)


@blueprint.route("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>", methods=["GET", "POST"])
@asks_again
def change_contact(enterprise_id: int, contact_id: int) -> str | Response:
    """Change a contact."""
    known = known_enterprise(enterprise_id)
    listed = contacts.find(survey_db(), enterprise_id, contact_id)
    if listed is None:
        abort(404)
    form = ContactForm(obj=listed)
    if form.validate_on_submit() and _is_free(form, enterprise_id, contact_id):
        contacts.change(survey_db(), enterprise_id, contact_id, form.contact(), actor())
        flash(_("Kontakten är sparad."))
        return _back(enterprise_id)
    return render_template(
        "office/register/contact.html", form=form, enterprise=known, listed=listed
    )


@blueprint.post("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/ta-bort")
@asks_again
def remove_contact(enterprise_id: int, contact_id: int) -> Response:
    """Remove a contact for good."""
    known_enterprise(enterprise_id)
    contacts.remove(survey_db(), enterprise_id, contact_id, actor())
    flash(_("Kontakten är borttagen."))
    return _back(enterprise_id)


@blueprint.post("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/huvudkontakt")
@asks_again
def choose_main_contact(enterprise_id: int, contact_id: int) -> Response:
    """Let a contact be the one that mails go to."""
    known_enterprise(enterprise_id)
    contacts.make_main(survey_db(), enterprise_id, contact_id, actor())
    flash(_("Mejlen går nu till den kontakten."))
    return _back(enterprise_id)


def _is_free(form: ContactForm, enterprise_id: int, contact_id: int) -> bool:
    if contacts.address_is_taken(survey_db(), enterprise_id, form.contact().email, contact_id):
        form.email.errors = [_("Företaget har redan en kontakt med den adressen.")]
        return False
    return True


def _back(enterprise_id: int) -> Response:
    return redirect(url_for("office.change_enterprise", enterprise_id=enterprise_id))
