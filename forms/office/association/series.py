"""The association's own series together, their years, and what the forms of the three share.

A year is marked as complete, and goes out with the next release, or is opened again before it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length, ValidationError

from forms.office import blueprint
from forms.office.association.labels import SeriesWords, doubt_words
from forms.office.data_table import Filter, among
from forms.office.typed_fields import Written, no_personal_number
from forms.questionnaire.types import Unreadable, read_whole_number
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.association import entries, milestones
from survey_data.association.entries import (
    PLACES,
    REACHED,
    BadEntry,
    CannotReopen,
    NotAYearToComplete,
    StillNeeded,
)
from survey_data.geography import MUNICIPALITIES
from survey_data.personal_numbers import has_personal_number

LONGEST_REASON = 300
Texts = list[object]
SERIES = {"information": REACHED, "platser": PLACES}
PAGES = {"information": "office.show_reach", "platser": "office.show_places"}


@blueprint.get("/serier")
def show_series() -> str:
    """The three series, what is printed of each, and what has been entered since."""
    db = survey_db()
    return render_template(
        "office/association/overview.html",
        counted=(
            (_("Nådda med information"), "office.show_reach", "office.add_activity",
             _("Lägg till insats"), *_years(db, REACHED)),
            (_("Handledarstödda platser"), "office.show_places", "office.add_places",
             _("Lägg till platser"), *_years(db, PLACES)),
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
        "local": clock.local,
    }


@blueprint.post("/serier/<any(information, platser):which>/<int:year>/klart")
def complete_year(which: str, year: int) -> Response:
    """Let a year out with the next release."""
    try:
        entries.mark_complete(survey_db(), SERIES[which], year, actor())
    except NotAYearToComplete as fault:
        flash(_why_not(fault))
    else:
        flash(_("%(year)s är klart och går ut med nästa utgåva.", year=year))
    return redirect(url_for(PAGES[which]))


def _why_not(fault: NotAYearToComplete) -> str:
    words = {
        "empty": _("%(year)s har inga uppgifter än och kan inte markeras som klart.",
                   year=fault.year),
        "stated": _("Totalen för %(year)s är redan angiven som den är tryckt. Ta bort den först.",
                    year=fault.year),
    }  # fmt: skip
    return str(words[fault.why])


@blueprint.post("/serier/<any(information, platser):which>/<int:year>/oppna")
def reopen_year(which: str, year: int) -> Response:
    """Keep back a year that no release has, and why."""
    reason = tidy(request.form.get("reopen_reason"))[:LONGEST_REASON]
    if not reason or has_personal_number(reason):
        flash(_("Skriv varför %(year)s öppnas igen, utan personnummer.", year=year))
        return redirect(url_for(PAGES[which]))
    try:
        entries.reopen(survey_db(), SERIES[which], year, reason, actor())
    except CannotReopen:
        flash(
            _("%(year)s är publicerat. Ändra uppgifterna, så rättas siffran i nästa utgåva.",
              year=year)
        )  # fmt: skip
    else:
        flash(_("%(year)s är öppnat igen och går inte ut förrän det är klart.", year=year))
    return redirect(url_for(PAGES[which]))


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
    return {town.code: town.name for town in MUNICIPALITIES}


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
    return [Written(words), longest(LONGEST_REASON), no_personal_number]


class EntryForm(FlaskForm):  # type: ignore[misc]
    """An entry of a series: what is typed, why it is changed, and what was asked and answered.

    `store` is the module of survey_data that finds, saves and removes such entries.
    """

    reason = StringField()
    store: Any
    # As the trail calls an entry, and `doubt_words` the series.
    entry_kind = series = ""
    # The page that lists them, that of one, and the field by which it says that one is needed.
    endpoint = template = needed_at = ""

    def __init__(self, *args: object, is_new: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[str] = []
        if is_new:
            del self.reason
        else:
            self.reason.validators = _demands(_("Skriv varför uppgiften ändras."))

    def entry(self, entry_id: int) -> Any:
        """What was typed."""
        raise NotImplementedError

    @classmethod
    def fields_of(cls, known: Any) -> dict[str, Any]:
        """What the fields hold of an entry that is known."""
        raise NotImplementedError

    def faults(self, typed: Any) -> Iterable[BadEntry]:
        """What is wrong with an entry."""
        found: Iterable[BadEntry] = self.store.faults(typed)
        return found

    def doubts(self, typed: Any) -> Iterable[str]:
        """What is unusual about an entry."""
        found: Iterable[str] = self.store.doubts(survey_db(), typed)
        return found

    def fault_words(self) -> dict[tuple[str, str], str]:
        """What is said of each fault, by field and rule."""
        raise NotImplementedError

    def words(self) -> dict[str, str]:
        """What is said of an entry that is "saved", "removed" or "needed"."""
        raise NotImplementedError

    def facts(self, known: Any) -> dict[str, Any]:
        """What else the page shows; `kinds` are the words of the entries' kinds."""
        return {"kinds": {}}

    def is_saved(self, entry_id: int) -> bool:
        """Save the entry, or say beside the fields why not, or ask."""
        typed = self.entry(entry_id)
        faults, words = list(self.faults(typed)), self.fault_words()
        for fault in faults:
            self[fault.field].errors = [words[fault.field, fault.rule]]
        if faults or self._asks(self.doubts(typed)):
            return False
        try:
            why = tidy(self.reason.data) if "reason" in self else ""
            self.store.save(survey_db(), typed, why, actor())
        except StillNeeded:
            self[self.needed_at].errors = [self.words()["needed"]]
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
        return [words[f"{self.series} {doubt}"] for doubt in self.asked]


def edit_entry(made: type[EntryForm], entry_id: int = 0) -> str | Response:
    """The page to add an entry of a series, or to change a known one."""
    known = _known(made, entry_id) if entry_id else None
    form = made(data=made.fields_of(known), is_new=False) if known else made()
    if form.validate_on_submit() and form.is_saved(entry_id):
        flash(form.words()["saved"])
        return redirect(url_for(form.endpoint))
    return _entry_page(form, known, ReasonForm(formdata=None))


def remove_entry(made: type[EntryForm], entry_id: int) -> str | Response:
    """Remove an entry of a series, and why."""
    known, removal = _known(made, entry_id), ReasonForm()
    form = made(formdata=None, data=made.fields_of(known), is_new=False)
    if removal.validate():
        try:
            made.store.remove(survey_db(), entry_id, tidy(removal.removal_reason.data), actor())
        except StillNeeded:
            removal.removal_reason.errors = [form.words()["needed"]]
        else:
            flash(form.words()["removed"])
            return redirect(url_for(form.endpoint))
    return _entry_page(form, known, removal)


def _known(made: type[EntryForm], entry_id: int) -> Any:
    return made.store.find(survey_db(), entry_id) or abort(404)


def _entry_page(form: EntryForm, known: Any, removal: ReasonForm) -> str:
    db, facts = survey_db(), form.facts(known)
    return render_template(
        f"office/association/{form.template}.html", form=form, known=known, removal=removal,
        history=entries.history(db, form.entry_kind, known.id) if known else [],
        words=SeriesWords(db, facts["kinds"]), local=clock.local, **facts,
    )  # fmt: skip


def tidy(text: str | None) -> str:
    """A line of text without what is around it."""
    return " ".join((text or "").split())
