"""The facts about the association as a form, with what each must look like."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Regexp

from forms.office.register.contacts import no_personal_number
from forms.office.typed_fields import Address, whole_address
from forms.web.request_context import survey_db
from survey_data import settings
from survey_data.follow_up import mailings
from survey_data.rounds.rounds import Round
from survey_data.settings import Association

REQUIRED = ("name", "phone", "hours", "hours_en", "email", "data_protection_email",
            "legal_basis", "legal_basis_en", "retention", "retention_en")  # fmt: skip
PHONE = re.compile(r"\+?[0-9][0-9 \-()/]{4,30}")


def a_day(_form: object, field: StringField) -> None:
    """Refuse what is not a date that has been; empty is none yet."""
    try:
        day = date.fromisoformat(field.data) if field.data else None
    except ValueError:
        raise ValidationError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None
    field.data = day.isoformat() if day else ""


class AssociationForm(FlaskForm):  # type: ignore[misc]
    """Who asks, and what the law wants said about it."""

    name = StringField()
    phone = StringField()
    hours = StringField()
    hours_en = StringField()
    email = Address()
    address = StringField()
    data_protection_email = Address()
    legal_basis = StringField()
    legal_basis_en = StringField()
    retention = StringField()
    retention_en = StringField()
    accessibility_status = SelectField()
    accessibility_reviewed = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.accessibility_status.choices = [
            ("helt", _("Helt förenlig med kraven")),
            ("delvis", _("Delvis förenlig med kraven")),
            ("inte", _("Inte förenlig med kraven")),
        ]
        self._demand()

    def _demand(self) -> None:
        for field in self:
            if isinstance(field, StringField) and field.type in ("StringField", "Address"):
                field.validators = [
                    Length(max=500, message=_("Skriv högst 500 tecken.")),
                    no_personal_number,
                ]
        for name in REQUIRED:
            self[name].validators = [InputRequired(_("Fyll i det här.")), *self[name].validators]
        for name in ("email", "data_protection_email"):
            self[name].validators = [*self[name].validators, whole_address]
        number = Regexp(PHONE, message=_("Skriv ett telefonnummer."), matcher=re.fullmatch)
        self.phone.validators = [*self.phone.validators, number]
        self.accessibility_reviewed.validators = [a_day]

    def facts(self) -> dict[str, str]:
        """What was typed, by fact."""
        names = Association.__dataclass_fields__.keys() & self._fields.keys()
        return {name: " ".join((self[name].data or "").split()) for name in sorted(names)}


def fact_words() -> dict[str, str]:
    """What each fact that must be real before the first mail is called."""
    return {
        "name": _("förbundets namn"),
        "phone": _("telefon"),
        "email": _("e-post"),
        "address": _("postadress"),
        "data_protection_email": _("dataskyddsombudets e-post"),
    }


def made_up(survey_round: Round | None) -> list[str]:
    """What must be filled in before the first real mail, in words; of no round, what is so yet."""
    db = survey_db()
    if survey_round is not None:
        names = mailings.made_up_facts(db, survey_round)
    else:
        names = settings.placeholders(db) if settings.mail_leaves(db) else []
    return [fact_words()[name] for name in names]
