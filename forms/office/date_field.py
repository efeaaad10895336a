"""The one date field of the desk."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms import DateField


class Day(DateField):  # type: ignore[misc]
    """A date whose refusal says how to write it, in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None
