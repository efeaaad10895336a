"""An enterprise's contacts at the office: add, change, remove, and which one is main."""

from flask import abort, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField

from forms.office import blueprint, go_to
from forms.office.typed_fields import Address, ShortText, telephone_alone
from forms.web.guards import asks_again
from forms.web.request_context import actor, survey_db
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise


class ContactForm(FlaskForm):  # type: ignore[misc]
    """One contact."""

    email = Address(_l("Skriv hela e-postadressen."))
    name = ShortText()
    role = ShortText()
    phone = ShortText(rules=[telephone_alone])
    # A page from before there was a choice says nothing of it.
    language = SelectField(
        choices=lambda: [("sv", _("Svenska")), ("en", _("Engelska"))], validate_choice=False
    )

    def contact(self) -> Contact:
        """What was typed."""
        language = "en" if self.language.data == "en" else "sv"
        return Contact(
            self.email.data, self.name.data, self.role.data, self.phone.data, language=language
        )


def known_enterprise(enterprise_id: int) -> Enterprise:
    """The enterprise of the address; aborts with 404 where there is none."""
    return enterprises.enterprise(survey_db(), enterprise_id) or abort(404)


@blueprint.route("/foretag/<int:enterprise_id>/kontakt/ny", methods=["GET", "POST"])
@asks_again
def add_contact(enterprise_id: int) -> str | Response:
    """Add a contact to an enterprise."""
    known, form = known_enterprise(enterprise_id), ContactForm()
    if form.validate_on_submit() and _is_free(form, enterprise_id, 0):
        contacts.add(survey_db(), enterprise_id, form.contact(), actor())
        return _back(enterprise_id, _("Kontakten är sparad."))
    return render_template("office/register/contact.html", form=form, enterprise=known, listed=None)


@blueprint.route("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>", methods=["GET", "POST"])
@asks_again
def change_contact(enterprise_id: int, contact_id: int) -> str | Response:
    """Change a contact."""
    known = known_enterprise(enterprise_id)
    listed = contacts.find(survey_db(), enterprise_id, contact_id) or abort(404)
    form = ContactForm(obj=listed)
    if form.validate_on_submit() and _is_free(form, enterprise_id, contact_id):
        contacts.change(survey_db(), enterprise_id, contact_id, form.contact(), actor())
        return _back(enterprise_id, _("Kontakten är sparad."))
    return render_template(
        "office/register/contact.html", form=form, enterprise=known, listed=listed
    )


@blueprint.post("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/ta-bort")
@asks_again
def remove_contact(enterprise_id: int, contact_id: int) -> Response:
    """Remove a contact for good."""
    known_enterprise(enterprise_id)
    contacts.remove(survey_db(), enterprise_id, contact_id, actor())
    return _back(enterprise_id, _("Kontakten är borttagen."))


@blueprint.post("/foretag/<int:enterprise_id>/kontakt/<int:contact_id>/huvudkontakt")
@asks_again
def choose_main_contact(enterprise_id: int, contact_id: int) -> Response:
    """Let a contact be the one that mails go to."""
    known_enterprise(enterprise_id)
    contacts.make_main(survey_db(), enterprise_id, contact_id, actor())
    return _back(enterprise_id, _("Mejlen går nu till den kontakten."))


def _is_free(form: ContactForm, enterprise_id: int, contact_id: int) -> bool:
    if contacts.address_is_taken(survey_db(), enterprise_id, form.contact().email, contact_id):
        form.email.errors = [_("Företaget har redan en kontakt med den adressen.")]
        return False
    return True


def _back(enterprise_id: int, said: str) -> Response:
    return go_to("change_enterprise", said, enterprise_id=enterprise_id)
