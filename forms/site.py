"""The pages every footer links to: accessibility, personal data, contact."""

from __future__ import annotations

from flask import Blueprint, render_template

from forms.store import survey_db
from survey_data import retention

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
