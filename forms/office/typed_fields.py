"""The coordinator's fields that are read in a way of their own: days, texts and addresses."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, StringField
from wtforms.validators import ValidationError

from survey_data.personal_numbers import has_personal_number
from survey_data.typed_text import is_address, tidy_address, visible


class Day(DateField):  # type: ignore[misc]
    """A date whose refusal says how to write it, in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None


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


def whole_address(_form: Any, field: StringField) -> None:
    """Refuse what is not one whole e-mail address."""
    if not is_address(field.data or ""):
        raise ValidationError(_("Skriv hela e-postadressen."))


def no_personal_number(_form: object, field: StringField) -> None:
    """Refuse a text with a personal identity number in it, and do not show it back."""
    if has_personal_number(field.data or ""):
        field.data = ""
        raise ValidationError(_("Det här ser ut som ett personnummer och sparas inte."))
