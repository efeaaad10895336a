"""Entries that may be one enterprise: look through them, and make two into one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_percent
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.register import duplicate_table
from forms.office.register.contacts import known_enterprise
from forms.office.register.labels import Reader
from forms.web.request_context import actor, survey_db
from survey_data.errors import ChangedMeanwhile
from survey_data.register import enterprises, merging
from survey_data.register.merging import BothAnswered


@blueprint.get("/foretag/dubbletter")
def show_duplicates() -> str:
    """Pairs with the same number or similar names, the likeliest first."""
    return render_template(
        "office/register/duplicates.html",
        listing=duplicate_table.listing(),
        words=Reader(survey_db()),
        name_of=duplicate_table.name_of,
        percent=format_percent,
    )


@blueprint.get("/foretag/<int:enterprise_id>/sla-ihop")
def ask_merge(enterprise_id: int) -> str:
    """Choose the other one; then say what would move, and ask."""
    db, known = survey_db(), known_enterprise(enterprise_id)
    other = request.args.get("med", type=int)
    plan = merging.plan(db, enterprise_id, other) if other else None
    if other and plan is None:
        abort(404)
    others = [e for e in enterprises.enterprises(db) if e.id != enterprise_id]
    return render_template(
        "office/register/merging.html", enterprise=known, plan=plan, others=others, words=Reader(db)
    )


@blueprint.post("/foretag/<int:enterprise_id>/sla-ihop")
def merge_enterprises(enterprise_id: int) -> Response:
    """Merge as the page said, or say why not."""
    known_enterprise(enterprise_id)
    other = request.form.get("other", 0, type=int)
    try:
        merging.merge(survey_db(), enterprise_id, other, request.form.get("mark", ""), actor())
    except BothAnswered as refusal:
        years = ", ".join(map(str, refusal.years))
        flash(_("De slogs inte ihop: båda svarade %(years)s.", years=years))
        return redirect(url_for("office.ask_merge", enterprise_id=enterprise_id, med=other))
    except ChangedMeanwhile:
        flash(_("Något har ändrats sedan sidan visades. Titta igen innan ni slår ihop."))
        return redirect(url_for("office.ask_merge", enterprise_id=enterprise_id))
    flash(_("Företagen är ett."))
    return redirect(url_for("office.change_enterprise", enterprise_id=enterprise_id))
