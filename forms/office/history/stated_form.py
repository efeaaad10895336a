"""The form of a year's stated totals: where they were printed, and one box for each figure."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, ValidationError

from forms.archive.totals_file import MOST
from forms.office.publishing.figures import figure_words
from forms.office.typed_fields import ShortText, Year, no_personal_number
from forms.questionnaire.types import Unreadable, read_whole_number
from survey_data import clock
from survey_data.geography import COUNTY
from survey_data.history import stated_totals
from survey_data.history.stated_totals import FIRST_YEAR, Source, Spot, StatedYear, Total

TEXTS = ("title_sv", "title_en", "publisher", "page", "url")


def box(spot: Spot) -> str:
    """The name of a figure's box."""
    return f"total_{spot[1]}_{spot[2]}"


def is_web_address(_form: object, field: StringField) -> None:
    """Refuse what is not a whole address of the web; it may be left empty."""
    if field.data and not re.match(r"https?://\S", field.data):
        raise ValidationError(_("Skriv hela adressen, med https://."))


class SourceForm(FlaskForm):  # type: ignore[misc]
    """Where totals were printed, and that they are public."""

    title_sv = ShortText(needed=_l("Skriv vad källan heter."))
    title_en = ShortText()
    publisher = ShortText(needed=_l("Skriv vem som gav ut den."))
    page = ShortText()
    url = ShortText(rules=[no_personal_number, is_web_address])
    is_public = BooleanField(
        validators=[
            InputRequired(_l("Kryssa i att siffrorna är offentliga. Annars kan de inte läggas in."))
        ]
    )

    @property
    def source(self) -> Source:
        """What was typed of the source."""
        return Source(**{name: self[name].data for name in TEXTS})


class TotalsFileForm(SourceForm):
    """A file of totals, and where they were printed."""

    file = FileField(validators=[FileRequired(_l("Välj först en CSV- eller XLSX-fil."))])


class TotalsForm(SourceForm):
    """A year, its totals, and the note that all of them have."""

    year = Year(FIRST_YEAR, lambda: clock.today().year)
    note_sv = ShortText(500)
    note_en = ShortText(500)
    _fields: dict[str, Any]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
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
        totals = self.totals(known.totals if known else {})
        notes = self.note_sv.data, self.note_en.data
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
