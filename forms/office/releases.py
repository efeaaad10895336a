"""Publishing from the desk: what will be open, what will be hidden, and the releases so far."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint, release_table
from forms.store import actor, for_role, places, survey_db
from survey_data import clock, publish, rounds
from survey_data.errors import NotProtected


@blueprint.get("/publicering")
@for_role("coordinator")
def show_releases() -> str:
    """What a release would hold now, and the releases so far."""
    db = survey_db()
    try:
        coming, is_protected = publish.coming_figures(db), True
    except NotProtected:
        coming, is_protected = [], False
    return render_template(
        "office/releases.html",
        listing=release_table.listing(),
        release_kinds=release_table.release_kind_words(),
        release_note=release_table.note_of,
        coming=coming,
        is_protected=is_protected,
        open_round=rounds.current(db),
        local=clock.local,
    )


@blueprint.post("/publicering")
@for_role("coordinator")
def publish_now() -> Response:
    """Publish every closed round as a new release."""
    note_sv, note_en = (request.form.get(n, "").strip()[:500] for n in ("note_sv", "note_en"))
    try:
        release = publish.publish(survey_db(), places(), actor(), note_sv=note_sv, note_en=note_en)
    except NotProtected as fault:
        flash(
            _(
                "Inget har publicerats: en siffra som måste döljas skulle gå att räkna fram ur"
                " %(indicator)s (%(area)s). Tala med den som sköter verktyget.",
                indicator=fault.cell[2],
                area=fault.cell[1],
            )
        )
    else:
        flash(_("Utgåva %(id)s är publicerad.", id=release.id))
    return redirect(url_for("office.show_releases"))
