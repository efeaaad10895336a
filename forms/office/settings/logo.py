"""The association's logo at the office: put one in, or take it away."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.settings.settings import settings_page
from forms.web.request_context import actor, survey_db
from survey_data.staff import logo
from survey_data.staff.logo import LogoRefused


def refusal_words() -> dict[str, str]:
    """Why a file cannot be the logo, and what to do."""
    return {
        "nothing": _("Välj en fil."),
        "svg": _("Filen är en SVG-bild. Den kan innehålla program och tas därför inte emot."
                 " Spara bilden som PNG."),
        "not_png": _("Filen är ingen PNG-bild. Öppna den i ett bildprogram och spara den som PNG."),
        "too_large": _("Filen är större än 200 kB. Gör bilden mindre och försök igen."),
        "too_wide": _("Bilden är mer än 2 000 punkter bred eller hög. Gör den mindre."),
        "damaged": _("Bilden är skadad. Spara den på nytt som PNG."),
    }  # fmt: skip


@blueprint.post("/installningar/logotyp")
def keep_logo() -> str | Response:
    """Show a picture in the head of every page from now on."""
    given = request.files.get("logo")
    content = given.stream.read(logo.MOST_BYTES + 1) if given else b""
    try:
        logo.keep(survey_db(), _folder(), content, actor())
    except LogoRefused as fault:
        return settings_page(logo_error=refusal_words()[fault.why])
    flash(_("Logotypen syns nu överst på sidorna och i formuläret."))
    return redirect(url_for("office.show_settings"))


@blueprint.post("/installningar/logotyp/ta-bort")
def remove_logo() -> Response:
    """Show the product's own mark again."""
    if logo.remove(survey_db(), _folder(), actor()):
        flash(_("Logotypen är borttagen."))
    return redirect(url_for("office.show_settings"))


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"])
