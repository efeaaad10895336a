"""The pages every footer links to: accessibility, personal data, contact."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    send_file,
)

from forms.web.request_context import survey_db
from survey_data.automation import retention
from survey_data.staff import logo

blueprint = Blueprint("site", __name__)


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("site/accessibility.html")


@blueprint.get("/personuppgifter")
def privacy() -> str:
    """What is collected about persons, why, and what they can ask for."""
    return render_template("site/privacy.html", kept=retention.periods(survey_db()))


@blueprint.get("/kontakt")
def contact() -> str:
    """Whom to call."""
    return render_template("site/contact.html")


@blueprint.get("/logotyp")
def show_logo() -> Response:
    """The association's logo, to be kept: its address changes with it."""
    path = Path(current_app.config["DATA_DIR"]) / logo.NAME
    if not path.exists():
        abort(404)
    return send_file(path, mimetype="image/png", max_age=365 * 24 * 3600)
