"""The coordinator's fields that are read in a way of their own: days, texts and addresses."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from wtforms import DateField, Field, StringField, TimeField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, ValidationError

from survey_data import clock
from survey_data.personal_numbers import has_personal_number, is_in_contact
from survey_data.typed_text import is_address, tidy_address, visible


class Day(DateField):  # type: ignore[misc]
    """A date whose refusal says how to write it, in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None


class Written(InputRequired):  # type: ignore[misc]
    """Something is sent, and it is more than blanks."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Refuse what is not there, and what cannot be seen."""
        super().__call__(form, field)
        DataRequired(self.message)(form, field)


class ShortText(StringField):  # type: ignore[misc]
    """A name or another short text, without characters that cannot be seen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text."""
        super().process_formdata([" ".join(visible(text).split()) for text in valuelist])


class Address(StringField):  # type: ignore[misc]
    """An e-mail address, also as a mail program copies it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the address."""
        super().process_formdata([tidy_address(text) for text in valuelist])


def is_one_moment(field: TimeField, day: date, hour: time) -> bool:
    """Whether clocks in Sweden show an hour once that day; says beside the field where not."""
    words = {
        0: _("Klockan %(hour)s finns inte den %(day)s: då ställs klockorna fram från 02:00 till "
             "03:00. Välj en annan tid."),
        2: _("Klockan är %(hour)s två gånger den %(day)s: då ställs klockorna tillbaka från 03:00 "
             "till 02:00. Välj en annan tid."),
    }.get(clock.times_shown(day, hour))  # fmt: skip
    if words:
        field.errors = [words % {"hour": f"{hour:%H:%M}", "day": format_date(day, "d MMMM")}]
    return not words


def whole_address(_form: Any, field: StringField) -> None:
    """Refuse what is not one whole e-mail address."""
    if not is_address(field.data or ""):
        raise ValidationError(_("Skriv hela e-postadressen."))


def telephone_alone(_form: object, field: StringField) -> None:
    """Refuse a personal identity number where a telephone number belongs."""
    if is_in_contact(field.data or ""):
        refuse_personal_number(field)


def no_personal_number(_form: object, field: StringField) -> None:
    """Refuse a text with a personal identity number in it, and do not show it back."""
    if has_personal_number(field.data or ""):
        refuse_personal_number(field)


def refuse_personal_number(field: StringField) -> None:
    """Say that one stands there, and do not show it back."""
    field.data = ""
    raise ValidationError(_("Det här ser ut som ett personnummer och sparas inte."))
