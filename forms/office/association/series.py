"""The association's own series together, their years, and what the forms of the three share.

A year is marked as complete, and goes out with the next release, or is opened again before it has.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import ValidationError

from forms.office import blueprint, go_to
from forms.office.association.labels import SeriesWords, doubt_words
from forms.office.data_table import Filter, among
from forms.office.typed_fields import ShortText, tidy
from forms.questionnaire.types import Unreadable, read_whole_number
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.association import entries, milestones
from survey_data.typed_text import has_personal_number

LONGEST_REASON = 300
SERIES = {"information": entries.REACHED, "platser": entries.PLACES}
PAGES = {"information": "show_reach", "platser": "show_places"}


@blueprint.get("/serier")
def show_series() -> str:
    """The three series, what is printed of each, and what has been entered since."""
    db = survey_db()
    return render_template(
        "office/association/overview.html",
        counted=(
            (_("Nådda med information"), "office.show_reach", "office.add_activity",
             _("Lägg till insats"), *_years(db, entries.REACHED)),
            (_("Handledarstödda platser"), "office.show_places", "office.add_places",
             _("Lägg till platser"), *_years(db, entries.PLACES)),
        ),
        milestones=milestones.everyone(db),
        printed=len(milestones.printed()),
    )  # fmt: skip


def _years(db: Database, series: str) -> tuple[int, list[entries.Year]]:
    return entries.first_open_year(series) - 1, entries.years_of(db, series)


def years_facts(series: str, kind: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """What a series' page says of its years, and of what happened last."""
    db = survey_db()
    return {
        "years": entries.years_of(db, series),
        "this_year": clock.today().year,
        "latest": entries.latest(db, kind, series),
        "words": SeriesWords(db, kinds),
    }


@blueprint.post("/serier/<any(information, platser):which>/<int:year>/klart")
def complete_year(which: str, year: int) -> Response:
    """Let a year out with the next release."""
    try:
        entries.mark_complete(survey_db(), SERIES[which], year, actor())
    except entries.NotAYearToComplete as fault:
        why = {
            "empty": _("%(year)s har inga uppgifter än och kan inte markeras som klart.",
                       year=fault.year),
            "stated": _("Totalen för %(year)s är redan angiven som den är tryckt. Ta bort den"
                        " först.", year=fault.year),
        }  # fmt: skip
        return go_to(PAGES[which], why[fault.why])
    return go_to(PAGES[which], _("%(year)s är klart och går ut med nästa utgåva.", year=year))


@blueprint.post("/serier/<any(information, platser):which>/<int:year>/oppna")
def reopen_year(which: str, year: int) -> Response:
    """Keep back a year that no release has, and why."""
    reason = tidy(request.form.get("reopen_reason", ""))[:LONGEST_REASON]
    if not reason or has_personal_number(reason):
        said = _("Skriv varför %(year)s öppnas igen, utan personnummer.", year=year)
        return go_to(PAGES[which], said)
    try:
        entries.reopen(survey_db(), SERIES[which], year, reason, actor())
        said = _("%(year)s är öppnat igen och går inte ut förrän det är klart.", year=year)
    except entries.CannotReopen:
        said = _("%(year)s är publicerat. Ändra uppgifterna, så rättas siffran i nästa utgåva.",
                 year=year)  # fmt: skip
    return go_to(PAGES[which], said)


class CountField(StringField):  # type: ignore[misc]
    """A whole number as people write it; an empty field is 0, unless there is an `if_empty`."""

    def __init__(self, if_empty: object = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # What to write where it is empty, so that a list of faults tells one field from another.
        self.if_empty = if_empty
        self.number = 0

    def pre_validate(self, form: object) -> None:
        """Read what was typed; raises ValidationError with what to write instead."""
        try:
            found = read_whole_number(self.data or "")
        except Unreadable:
            raise ValidationError(_("Skriv antalet med siffror, utan decimaler.")) from None
        if found is None and self.if_empty is not None:
            raise ValidationError(self.if_empty)
        self.number = found or 0


def in_years(years: Iterable[int | str]) -> dict[str, str]:
    """The years to narrow a list to, the latest first."""
    return {str(year): str(year) for year in sorted(set(years), reverse=True)}


def by_origin() -> Filter[Any]:
    """Narrows a list to what is printed, or to what has been entered here."""
    origins = {"tryckt": _("Ur slutrapporten"), "egen": _("Inskrivet här")}
    return among("varifran", _("Varifrån"), lambda f: "egen" if f.id else "tryckt", origins)


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why an entry is removed."""

    removal_reason = ShortText(LONGEST_REASON, _l("Skriv varför uppgiften tas bort."))


class EntryForm(FlaskForm):  # type: ignore[misc]
    """An entry of a series: what is typed, why it is changed, and what was asked and answered.

    `store` is the module of survey_data that finds, saves and removes such entries.
    """

    reason = ShortText(LONGEST_REASON, _l("Skriv varför uppgiften ändras."))
    store: Any
    # As the trail calls an entry, and `doubt_words` the series.
    entry_kind = series_name = ""
    # The page that lists them, the template of one, and the field where one is said to be needed.
    page = template = needed_at = ""
    # What the kinds of an entry are called, where it has any.
    kinds: Callable[[], Mapping[str, str]] = dict
    # What is said of an entry that is saved or removed, and of one that is needed there.
    saved: object
    removed: object
    needed: object = ""

    def __init__(self, *args: object, is_new: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []
        if is_new:
            del self.reason

    def entry(self, entry_id: int) -> Any:
        """What was typed."""
        raise NotImplementedError

    @classmethod
    def fields_of(cls, known: Any) -> dict[str, Any]:
        """What the fields hold of an entry that is known."""
        raise NotImplementedError

    def faults(self, typed: Any) -> Iterable[entries.BadEntry]:
        """What is wrong with an entry."""
        return cast(Iterable[entries.BadEntry], self.store.faults(typed))

    def doubts(self, typed: Any) -> Iterable[str]:
        """What is unusual about an entry."""
        return cast(Iterable[str], self.store.doubts(survey_db(), typed))

    def fault_words(self) -> dict[tuple[str, str], str]:
        """What is said of each fault, by field and rule."""
        raise NotImplementedError

    def facts(self, known: Any) -> dict[str, Any]:
        """What else the page shows."""
        return {}

    def is_saved(self, entry_id: int) -> bool:
        """Save the entry, or say beside the fields why not, or ask."""
        typed = self.entry(entry_id)
        faults, words = list(self.faults(typed)), self.fault_words()
        for fault in faults:
            self[fault.field].errors = [words[fault.field, fault.rule]]
        if faults or self._asks(self.doubts(typed)):
            return False
        try:
            why = self.reason.data if "reason" in self else ""
            self.store.save(survey_db(), typed, why, actor())
        except entries.StillNeeded:
            self[self.needed_at].errors = [self.needed]
            return False
        return True

    def _asks(self, doubts: Iterable[str]) -> bool:
        """Whether something has to be asked that was not answered yes to on this very form."""
        found, answered = list(doubts), request.form.get("confirmed", "").split(",")
        self.asked = [] if set(found) <= set(answered) else found
        return bool(self.asked)

    @property
    def questions(self) -> list[str]:
        """What is asked, in words."""
        words = doubt_words()
        return [words[f"{self.series_name} {doubt}"] for doubt in self.asked]


def edit_entry(made: type[EntryForm], entry_id: int = 0) -> str | Response:
    """The page to add an entry of a series, or to change a known one."""
    known = _known(made, entry_id) if entry_id else None
    form = made(data=made.fields_of(known), is_new=False) if known else made()
    if form.validate_on_submit() and form.is_saved(entry_id):
        return go_to(made.page, made.saved)
    return _entry_page(form, known, ReasonForm(formdata=None))


def remove_entry(made: type[EntryForm], entry_id: int) -> str | Response:
    """Remove an entry of a series, and why."""
    known, removal = _known(made, entry_id), ReasonForm()
    form = made(formdata=None, data=made.fields_of(known), is_new=False)
    if removal.validate():
        try:
            made.store.remove(survey_db(), entry_id, removal.removal_reason.data, actor())
        except entries.StillNeeded:
            removal.removal_reason.errors = [made.needed]
        else:
            return go_to(made.page, made.removed)
    return _entry_page(form, known, removal)


def _known(made: type[EntryForm], entry_id: int) -> Any:
    return made.store.find(survey_db(), entry_id) or abort(404)


def _entry_page(form: EntryForm, known: Any, removal: ReasonForm) -> str:
    db = survey_db()
    return render_template(
        f"office/association/{form.template}.html", form=form, known=known, removal=removal,
        history=entries.history(db, form.entry_kind, known.id) if known else [],
        words=SeriesWords(db, form.kinds()), **form.facts(known),
    )  # fmt: skip
