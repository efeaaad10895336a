"""What the forms of the three series share: numbers, faults, doubts, the reason for a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from forms.office.association.labels import doubt_words
from forms.office.data_table import Filter, among
from forms.office.register.contacts import no_personal_number
from forms.questionnaire.types import Unreadable, read_whole_number
from forms.web.request_context import survey_db
from survey_data.association.errors import BadEntry
from survey_data.register import enterprises

LONGEST_REASON = 300
Texts = list[object]


class CountField(StringField):  # type: ignore[misc]
    """A whole number as people write it; `blank` is what an empty field means, None: a fault."""

    def __init__(self, blank: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.blank = blank
        self.number = 0
        # What to write where it is empty, so that a list of faults tells one field from another.
        self.if_empty = ""

    def pre_validate(self, form: object) -> None:
        """Read what was typed; raises ValidationError with what to write instead."""
        try:
            found = read_whole_number(self.data or "")
        except Unreadable:
            raise ValidationError(_("Skriv antalet med siffror, utan decimaler.")) from None
        if found is None and self.blank is None:
            raise ValidationError(self.if_empty)
        self.number = (self.blank or 0) if found is None else found


def longest(characters: int) -> Length:
    """A limit to a text, said in our words."""
    return Length(max=characters, message=_("Skriv högst %(n)s tecken.", n=characters))


def towns() -> dict[str, str]:
    """The municipalities by code."""
    return {town.code: town.name for town in enterprises.municipalities(survey_db())}


def in_years(years: Iterable[int | str]) -> dict[str, str]:
    """The years to narrow a list to, the latest first."""
    return {str(year): str(year) for year in sorted(set(years), reverse=True)}


def by_origin() -> Filter[Any]:
    """Narrows a list to what is printed, or to what has been entered here."""
    origins = {"tryckt": _("Ur slutrapporten"), "egen": _("Inskrivet här")}
    return among("varifran", _("Varifrån"), lambda f: "tryckt" if f.is_locked else "egen", origins)


def year_choices(first: int, last: int) -> list[tuple[int, str]]:
    """The years that can be chosen, the latest first."""
    return [(year, str(year)) for year in range(last, first - 1, -1)]


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why an entry is removed."""

    removal_reason = StringField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.removal_reason.validators = _demands(_("Skriv varför uppgiften tas bort."))


def _demands(words: str) -> Texts:
    return [InputRequired(words), longest(LONGEST_REASON), no_personal_number]


class EntryForm(FlaskForm):  # type: ignore[misc]
    """What every entry has: why it is changed, and what was asked and answered before."""

    reason = StringField()
    # Of an entry of this series, as `doubt_words` names it.
    series = ""

    def __init__(self, *args: object, is_new: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []
        if is_new:
            del self.reason
        else:
            self.reason.validators = _demands(_("Skriv varför uppgiften ändras."))

    @property
    def why(self) -> str:
        """The reason for a change; empty for what is new."""
        return tidy(self.reason.data) if "reason" in self else ""

    def refuse(self, faults: Iterable[BadEntry], words: Mapping[tuple[str, str], str]) -> bool:
        """Put each fault beside its field; whether there was any."""
        found = list(faults)
        for fault in found:
            self[fault.field].errors = [words[fault.field, fault.rule]]
        return bool(found)

    def asks(self, doubts: Iterable[str]) -> bool:
        """Whether something has to be asked that was not answered yes to on this very form."""
        answered = request.form.get("confirmed", "").split(",")
        found = list(doubts)
        if set(found) <= set(answered):
            return False
        self.asked = found
        return True

    @property
    def questions(self) -> list[str]:
        """What is asked, in words."""
        words = doubt_words()
        return [words[f"{self.series} {doubt}"] for doubt in self.asked]


def tidy(text: str | None) -> str:
    """A line of text without what is around it."""
    return " ".join((text or "").split())
