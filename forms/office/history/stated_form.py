"""The form of a year's stated totals: where they were printed, and one box for each figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from forms.archive.totals_file import MOST
from forms.office.publishing.figures import figure_words
from forms.office.typed_fields import no_personal_number
from forms.questionnaire.types import Unreadable, read_whole_number
from survey_data import clock
from survey_data.geography import COUNTY
from survey_data.history import stated_totals
from survey_data.history.stated_totals import FIRST_YEAR, Source, Spot, StatedYear, Total

TEXTS = ("title_sv", "title_en", "publisher", "page", "url")
WEB = r"https?://[^\s]+"


def box(spot: Spot) -> str:
    """The name of a figure's box."""
    return f"total_{spot[1]}_{spot[2]}"


class SourceForm(FlaskForm):  # type: ignore[misc]
    """Where totals were printed, and that they are public."""

    title_sv = StringField()
    title_en = StringField()
    publisher = StringField()
    page = StringField()
    url = StringField()
    is_public = BooleanField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        length = Length(max=200, message=_("Skriv högst 200 tecken."))
        for name in TEXTS:
            self[name].validators = [no_personal_number, length]
        for name, words in (
            ("title_sv", _("Skriv vad källan heter.")),
            ("publisher", _("Skriv vem som gav ut den.")),
        ):
            self[name].validators = [InputRequired(words), *self[name].validators]
        self.url.validators = [
            Optional(),
            Regexp(WEB, message=_("Skriv hela adressen, med https://.")),
            *self.url.validators,
        ]
        self.is_public.validators = [
            InputRequired(_("Kryssa i att siffrorna är offentliga. Annars kan de inte läggas in."))
        ]

    @property
    def source(self) -> Source:
        """What was typed of the source."""
        typed = {name: " ".join((self[name].data or "").split()) for name in TEXTS}
        return Source(**typed)


class TotalsFileForm(SourceForm):
    """A file of totals, and where they were printed."""

    file = FileField()


class TotalsForm(SourceForm):
    """A year, its totals, and the note that all of them have."""

    year = IntegerField()
    note_sv = StringField()
    note_en = StringField()
    _fields: dict[str, Any]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        years = _("Skriv ett år mellan %(first)s och %(last)s.", first=FIRST_YEAR,
                  last=clock.today().year)  # fmt: skip
        self.year.validators = [
            InputRequired(_("Skriv årtalet med fyra siffror, till exempel 2026.")),
            NumberRange(FIRST_YEAR, clock.today().year, years),
        ]
        long = Length(max=500, message=_("Skriv högst 500 tecken."))
        self.note_sv.validators = self.note_en.validators = [no_personal_number, long]
        # As they stand on the page, and so in the summary of faults.
        self._fields = {name: self._fields[name] for name in sorted(self._fields, key=_place)}

    def boxes(self) -> dict[Spot, StringField]:
        """The box of each figure."""
        return {spot: self[box(spot)] for spot in stated_totals.spots()}

    def totals(self, known: Mapping[Spot, Total]) -> dict[Spot, Total]:
        """The figures that were typed, each with the note it had before."""
        typed = {spot: _read(field.data) for spot, field in self.boxes().items()}
        return {
            spot: Total(value, known[spot].note_sv, known[spot].note_en)
            if spot in known
            else Total(value)
            for spot, value in typed.items()
            if value is not None
        }

    def stated(self, known: StatedYear | None) -> StatedYear:
        """The year as it was typed."""
        notes = (" ".join((f.data or "").split()) for f in (self.note_sv, self.note_en))
        totals = self.totals(known.totals if known else {})
        return StatedYear(self.year.data, self.source, totals, *notes)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for at least one figure of the county."""
        is_valid = bool(super().validate(extra_validators))
        county = [field for spot, field in self.boxes().items() if spot[:2] == COUNTY.key]
        if any((field.data or "").strip() for field in county):
            return is_valid
        county[0].errors = [*county[0].errors, _("Skriv minst en siffra för länet.")]
        return False


def _place(name: str) -> int:
    places = {"year": 0, "note_sv": 3, "note_en": 3, "is_public": 4}
    return 1 if name in TEXTS else places.get(name, 2)


def _read(text: str | None) -> int | None:
    try:
        return read_whole_number(text or "")
    except Unreadable:
        return None


def _is_count(_form: object, field: StringField) -> None:
    try:
        value = read_whole_number(field.data or "")
    except Unreadable:
        raise ValidationError(_("Skriv ett heltal, till exempel 7")) from None
    if value is not None and not 0 <= value <= MOST:
        raise ValidationError(_("Skriv ett antal mellan 0 och %(most)s", most=MOST))


def form_of(known: StatedYear | None, year: int | None, names: Mapping[Any, str]) -> TotalsForm:
    """The form, with what is stated of the year already."""
    boxes = {box(spot): StringField(figure_words(spot, names), [_is_count])
             for spot in stated_totals.spots()}  # fmt: skip
    made: type[TotalsForm] = type("YearTotalsForm", (TotalsForm,), boxes)
    return made(data=_filled(known) if known else {"year": year})


def _filled(known: StatedYear) -> dict[str, Any]:
    figures = {box(spot): str(total.value) for spot, total in known.totals.items()}
    source = {name: getattr(known.source, name) for name in TEXTS}
    notes = {"note_sv": known.note_sv, "note_en": known.note_en}
    return {"year": known.year, **source, **notes, **figures}
