"""The association's own series together: how far each has come."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.office import blueprint
from forms.web.request_context import survey_db
from survey_data.association import complete_years, milestones
from survey_data.association.complete_years import PLACES, REACHED


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


def _years(db: Database, series: str) -> tuple[int, list[complete_years.Year]]:
    return complete_years.first_open_year(series) - 1, complete_years.of(db, series)
