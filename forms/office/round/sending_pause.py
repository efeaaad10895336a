"""The pause after a restore on the overview: what to compare, and the button that ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.web.request_context import actor, survey_db
from survey_data import clock, outbox, sending
from survey_data.operations import restore


@blueprint.app_template_global("sending_pause")
def pause_facts() -> dict[str, Any] | None:
    """When the copy was made and how many mails are uncertain; None where all is sent as usual."""
    pause = sending.pause(survey_db())
    if pause is None:
        return None
    copied_at: datetime = clock.local(pause.copied_at)
    return {"copied_at": copied_at, "uncertain": outbox.counts(survey_db()).get("uncertain", 0)}


@blueprint.post("/skicka-igen")
def resume_sending() -> Response:
    """Send again, now that somebody has compared."""
    if restore.resume(survey_db(), actor()):
        flash(_("Utskicken är i gång igen. Det som kalendern skulle ha gjort väntar på er."))
    return redirect(url_for("office.overview"))
