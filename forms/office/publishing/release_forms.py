"""The forms of the release page: what to estimate, what to publish, and why not."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from forms.office.register.contacts import no_personal_number

LONGEST_NOTE = 500


def _words() -> list[object]:
    return [Length(max=LONGEST_NOTE, message=_("Skriv högst 500 tecken.")), no_personal_number]


class EstimateForm(FlaskForm):  # type: ignore[misc]
    """Why some of those who did not answer are estimated; which ones are boxes of their own."""

    estimate_reason = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.estimate_reason.validators = _words()


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """Preliminary or final, what is new, and the mark of what was seen."""

    kind = RadioField(validate_choice=False)
    note_sv = StringField()
    note_en = StringField()
    seen = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            ("preliminary", _("Preliminär: siffrorna kan ändras")),
            ("final", _("Slutlig")),
        ]
        self.note_sv.validators = _words()
        self.note_en.validators = _words()

    def ask_for(self, missing: Iterable[str]) -> None:
        """Ask beside each field for what is missing there."""
        words = {
            "kind": _("Välj preliminär eller slutlig utgåva."),
            "note_sv": _("Skriv vad som är nytt eller rättat. Utgåvan ersätter en tidigare."),
            "note_en": _("Skriv samma sak på engelska."),
        }
        for name in missing:
            self[name].errors = [*self[name].errors, words[name]]


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a release is not approved."""

    decline_reason = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.decline_reason.validators = [
            InputRequired(_("Skriv varför, så att den som frågade kan rätta det.")),
            *_words(),
        ]
