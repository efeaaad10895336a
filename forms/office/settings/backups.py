"""Backups at the office: make one now, and how many of the daily ones are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.web.request_context import actor, survey_db
from survey_data.errors import SurveyError
from survey_data.operations import backup


@blueprint.app_template_global("backup_facts")
def backup_facts() -> dict[str, Any]:
    """The newest backups, where they lie, and how many are kept."""
    folder = Path(current_app.config["BACKUP_DIR"])
    return {
        "newest": backup.every(folder)[:10],
        "folder": folder,
        "is_beside": folder.is_relative_to(current_app.config["DATA_DIR"]),
        "to_keep": backup.to_keep(survey_db()),
        "most": backup.MOST_TO_KEEP,
    }


@blueprint.post("/installningar/sakerhetskopia")
def make_backup() -> Response:
    """Copy the data folder now, as `flask backup` does."""
    config = current_app.config
    try:
        made = backup.make_in(
            survey_db(), Path(config["DATA_DIR"]), Path(config["BACKUP_DIR"]), actor(),
            passphrase=config["BACKUP_PASSPHRASE"], address=config["BASE_URL"],
        )  # fmt: skip
    except (SurveyError, OSError):
        flash(_("Kopian blev inte hel och är borttagen. Är disken full?"))
    else:
        flash(_("Säkerhetskopian %(name)s är gjord och kontrollerad.", name=made.name))
    return redirect(url_for("office.show_settings"))


@blueprint.post("/installningar/sakerhetskopior")
def keep_backups() -> Response:
    """Keep so many daily backups; none are made where none are kept."""
    typed = request.form.get("to_keep", "").strip()
    count = int(typed) if typed.isdecimal() and len(typed) < 5 else -1
    if not 0 <= count <= backup.MOST_TO_KEEP:
        flash(_("Skriv ett heltal mellan 0 och %(most)s.", most=backup.MOST_TO_KEEP))
    else:
        backup.keep(survey_db(), count, actor())
        flash(
            ngettext("%(num)s daglig kopia sparas.", "%(num)s dagliga kopior sparas.", count)
            if count
            else _("Inga kopior görs av sig själva.")
        )
    return redirect(url_for("office.show_settings"))
