"""A second person's approval of a release: approve, decline, withdraw, and the switch itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.office.publishing import release_page
from forms.office.publishing.release_forms import DeclineForm
from forms.office.publishing.releases import not_published_words
from forms.web.guards import asks_again
from forms.web.request_context import actor, places, survey_db
from survey_data.errors import ChangedMeanwhile, NotProtected
from survey_data.publishing import approval_requests, release_workflow
from survey_data.publishing.errors import (
    EditionsMissing,
    NobodyToApprove,
    NoRequestWaiting,
    NotToApprove,
    RequestWaits,
)


@blueprint.app_template_global("approval_is_required")
def approval_is_required() -> bool:
    """Whether a release needs a second person."""
    return approval_requests.is_required(survey_db())


@blueprint.post("/publicering/<int:request_id>/godkann")
@asks_again
def approve_release(request_id: int) -> Response:
    """Publish what the one who prepared it saw, if nothing has changed since."""

    def approve() -> str:
        made = release_workflow.approve(survey_db(), places(), request_id, actor())
        return str(_("Utgåva %(id)s är godkänd och publicerad.", id=made.id))

    return _answer(approve)


@blueprint.post("/publicering/<int:request_id>/dra-tillbaka")
def withdraw_release(request_id: int) -> Response:
    """Take a request back."""

    def withdraw() -> str:
        release_workflow.withdraw(survey_db(), request_id, actor())
        return str(_("Begäran är tillbakadragen. Inget är publicerat."))

    return _answer(withdraw)


@blueprint.post("/publicering/<int:request_id>/avsla")
def decline_release(request_id: int) -> str | Response:
    """Say no, and why."""
    form = DeclineForm()
    if not form.validate():
        return render_template(
            "office/publishing/releases.html", **release_page.facts(decline_form=form)
        )

    def decline() -> str:
        release_workflow.decline(survey_db(), request_id, actor(), form.decline_reason.data.strip())
        return str(_("Utgåvan är inte godkänd. Skälet visas för den som frågade."))

    return _answer(decline)


def _answer(act: Callable[[], str]) -> Response:
    try:
        flash(act())
    except NoRequestWaiting:
        flash(_("Begäran är redan avgjord."))
    except NotToApprove:
        flash(_("Den som har förberett utgåvan kan inte själv avgöra den. Någon annan måste."))
    except ChangedMeanwhile:
        flash(_("Något har ändrats sedan begäran gjordes, så den kan inte godkännas."
                " Dra tillbaka den och be om godkännande på nytt."))  # fmt: skip
    except (NotProtected, EditionsMissing) as fault:
        flash(not_published_words(fault))
    return redirect(url_for("office.show_releases"))


@blueprint.post("/installningar/godkannande")
def switch_approval() -> Response:
    """Switch the second person's approval on or off."""
    wanted = request.form.get("wanted") == "1"
    try:
        approval_requests.require(survey_db(), wanted, actor())
    except NobodyToApprove:
        flash(_("Det finns bara en samordnare, så ingen skulle kunna godkänna. Bjud in en till."))
    except RequestWaits:
        flash(_("En utgåva väntar på godkännande. Avgör den först."))
    else:
        flash(
            _("Från och med nu måste en andra person godkänna varje utgåva.")
            if wanted
            else _("Utgåvor publiceras nu utan en andra persons godkännande.")
        )
    return redirect(url_for("office.show_settings"))
