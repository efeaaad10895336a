"""Publishing from the desk: what will be open, what will be hidden, and the releases so far."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.protection import refusal_words
from forms.store import actor, for_role, places, survey_db
from survey_data import clock, publish, rounds
from survey_data.errors import NotProtected


@blueprint.get("/publicering")
@for_role("coordinator")
def show_releases() -> str:
    """What a release would hold now, and the releases so far."""
    db = survey_db()
    try:
        coming, refusal = publish.coming_figures(db), ""
    except NotProtected as fault:
        coming, refusal = [], refusal_words(fault)
    return render_template(
        "office/releases.html",
        releases=publish.releases(db),
        coming=coming,
        refusal=refusal,
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
        flash(_("Inget har publicerats. %(why)s", why=refusal_words(fault)))
    else:
        flash(_("Utgåva %(id)s är publicerad.", id=release.id))
    return redirect(url_for("office.show_releases"))
