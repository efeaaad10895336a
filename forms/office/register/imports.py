"""The register from a file: looked at first, and then exactly what was looked at."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.register.labels import RegisterWords
from forms.web.request_context import actor, survey_db
from survey_data.errors import ChangedMeanwhile, PreviewGone
from survey_data.register import import_preview
from survey_data.register.import_preview import RegisterImport


@blueprint.post("/foretag/import")
def import_register() -> str | Response | tuple[str, int]:
    """Show what a CSV or XLSX file would do, or name every bad line; nothing is imported."""
    file = request.files.get("file")
    if file is None or not file.filename:
        flash(_("Välj först en CSV- eller XLSX-fil."))
        return redirect(url_for("office.show_register"))
    plan, key = import_preview.keep(survey_db(), file.read(), actor())
    page = _page(plan, key)
    return (page, 422) if plan.faults else page


@blueprint.post("/foretag/import/bekrafta")
def confirm_import() -> str | Response | tuple[str, int]:
    """Import exactly what was shown; show it anew where the register has changed in between."""
    db, key = survey_db(), request.form.get("key", "")
    try:
        plan = import_preview.confirm(db, key, actor())
    except PreviewGone:
        flash(_("Filen är redan importerad, eller låg för länge. Välj den igen."))
        return redirect(url_for("office.show_register"))
    except ChangedMeanwhile:
        return _page(import_preview.look_again(db, key, actor()), key, again=True), 409
    count = len(plan.added) + len(plan.changed)
    flash(ngettext("%(num)s företag importerades.", "%(num)s företag importerades.", count))
    return redirect(url_for("office.show_register"))


def _page(plan: RegisterImport, key: str, *, again: bool = False) -> str:
    words = RegisterWords(survey_db())
    return render_template(
        "office/register/import.html", plan=plan, key=key, again=again, words=words
    )
