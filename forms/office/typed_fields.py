"""The coordinator's fields that are read in a way of their own, and what is asked of a text.

A sentence in a class is looked up when it is shown (`_l`), in the language of its reader.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, SelectField, StringField, TimeField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from survey_data import clock
from survey_data.typed_text import (
    has_personal_number,
    is_address,
    is_in_contact,
    tidy_address,
    visible,
)

Rule = Callable[..., None]


class Written(InputRequired):  # type: ignore[misc]
    """Something is sent, and it is more than blanks."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Refuse what is not there, and what cannot be seen."""
        super().__call__(form, field)
        DataRequired(self.message)(form, field)


def at_most(characters: int, words: object = None) -> Rule:
    """Refuse a longer text. The browser is told no limit: it would cut off without a word."""

    def check(_form: object, field: StringField) -> None:
        if len(field.data or "") > characters:
            raise ValidationError(words or _("Skriv högst %(n)s tecken.", n=characters))

    return check


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


def free_text(
    most: int, needed: object = None, rules: Iterable[Rule] = (no_personal_number,)
) -> list[Rule]:
    """What is asked of a text that people write; `needed` is what to say where there is none."""
    begin: list[Rule] = [] if needed is None else [Written(needed)]
    return [*begin, at_most(most), *rules]


class Day(DateField):  # type: ignore[misc]
    """A date whose refusal says how to write it; `needed` is said where there is none."""

    def __init__(self, needed: object = _l("Skriv datumet som ÅÅÅÅ-MM-DD."), **more: Any) -> None:
        rule = Optional() if needed is None else InputRequired(needed)
        super().__init__(validators=[rule], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv datumet som ÅÅÅÅ-MM-DD.")) from None


class Year(IntegerField):  # type: ignore[misc]
    """A year that must be given, within bounds; `last` is worked out when it is needed."""

    def __init__(self, first: int, last: Callable[[], int], **more: Any) -> None:
        def is_within(_form: object, field: IntegerField) -> None:
            if field.data is None or not first <= field.data <= last():
                words = _("Skriv ett år mellan %(first)s och %(last)s.", first=first, last=last())
                raise ValidationError(words)

        needed = InputRequired(_l("Skriv årtalet med fyra siffror, till exempel 2026."))
        super().__init__(validators=[needed, is_within], **more)


class Choice(SelectField):  # type: ignore[misc]
    """One of some words by their codes, below a first line that chooses none.

    `needed` is said where none is chosen.
    """

    def __init__(
        self,
        words: Callable[[], Mapping[str, str]],
        needed: object = None,
        first: object = _l("Välj"),
        **more: Any,
    ) -> None:
        super().__init__(
            choices=lambda: [("", first), *words().items()],
            validators=[] if needed is None else [InputRequired(needed)],
            **more,
        )


class ShortText(StringField):  # type: ignore[misc]
    """A text on one line, with no more letters than `most`, and none that cannot be seen.

    `needed` is said where there is none.
    """

    data: str

    def __init__(
        self,
        most: int = 200,
        needed: object = None,
        rules: Iterable[Rule] = (no_personal_number,),
        **more: Any,
    ) -> None:
        super().__init__(validators=free_text(most, needed, rules), filters=[tidy], **more)


class Address(StringField):  # type: ignore[misc]
    """A whole e-mail address, also as a mail program copies it."""

    def __init__(self, needed: object, most: int = 200, **more: Any) -> None:
        rules = [InputRequired(needed), at_most(most), no_personal_number, whole_address]
        tidied = [lambda text: tidy_address(text or "")]
        super().__init__(validators=rules, filters=tidied, **more)


def tidy(text: str | None) -> str:
    """A text on one line, without what is around it and what cannot be seen."""
    return " ".join(visible(text or "").split())


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
