"""The association's own series together: how far each has come."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from forms.office import blueprint
from forms.store import for_role, survey_db
from survey_data.association import milestones, years
from survey_data.association.years import PLACES, REACHED


@blueprint.get("/serier")
@for_role("coordinator")
def show_series() -> str:
    """The three series, what is printed of each, and what has been entered since."""
    db = survey_db()
    return render_template(
        "office/series.html",
        counted=(
            (_("Nådda med information"), "office.show_reach", "office.add_activity",
             _("Lägg till insats"), years.first_open_year(REACHED) - 1, years.of(db, REACHED)),
            (_("Handledarstödda platser"), "office.show_places", "office.add_places",
             _("Lägg till platser"), years.first_open_year(PLACES) - 1, years.of(db, PLACES)),
        ),
        milestones=milestones.everyone(db),
        printed=len(milestones.printed()),
    )  # fmt: skip
