"""The years of a series at the office: marked as complete, or opened again before they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.association.entry import LONGEST_REASON, tidy
from forms.office.association.labels import SeriesWords
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.association import complete_years, entries
from survey_data.association.complete_years import PLACES, REACHED
from survey_data.association.errors import CannotReopen, NotAYearToComplete
from survey_data.personal_numbers import has_personal_number

SERIES = {"information": REACHED, "platser": PLACES}
PAGES = {"information": "office.show_reach", "platser": "office.show_places"}


def years_facts(series: str, kind: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    """What a series' page says of its years, and of what happened last."""
    db = survey_db()
    return {
        "years": complete_years.of(db, series),
        "this_year": clock.today().year,
        "latest": entries.latest(db, kind, series),
        "words": SeriesWords(db, kinds),
        "local": clock.local,
    }


@blueprint.post("/serier/<any(information, platser):which>/<int:year>/klart")
def complete_year(which: str, year: int) -> Response:
    """Let a year out with the next release."""
    try:
        complete_years.mark_complete(survey_db(), SERIES[which], year, actor())
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
        complete_years.reopen(survey_db(), SERIES[which], year, reason, actor())
    except CannotReopen:
        flash(
            _("%(year)s är publicerat. Ändra uppgifterna, så rättas siffran i nästa utgåva.",
              year=year)
        )  # fmt: skip
    else:
        flash(_("%(year)s är öppnat igen och går inte ut förrän det är klart.", year=year))
    return redirect(url_for(PAGES[which]))
