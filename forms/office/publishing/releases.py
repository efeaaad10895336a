"""Closing and releasing: published at once, or asked for and approved by a second person."""

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField

from forms.office import blueprint, go_to
from forms.office.publishing import release_page
from forms.office.publishing.figures import not_protected_words
from forms.office.publishing.release_page import (
    LONGEST_NOTE,
    DeclineForm,
    EstimateForm,
    ReleaseForm,
)
from forms.office.typed_fields import ShortText
from forms.web.guards import asks_again
from forms.web.request_context import actor, places, survey_db
from survey_data.errors import ChangedMeanwhile, NotProtected
from survey_data.publishing import approval_requests, publish, release_preview, release_workflow
from survey_data.publishing.publish import NotToWithdraw
from survey_data.publishing.release_workflow import IncompleteCoverage
from survey_data.releases.archive import EditionsMissing

NOT_PUBLISHED = (
    NotProtected,
    EditionsMissing,
    IncompleteCoverage,
    approval_requests.ReleaseStopped,
)


@blueprint.get("/publicering")
def show_releases() -> str:
    """What a release would hold now, and the releases so far."""
    return _page(is_asked_for="visa" in request.args)


@blueprint.post("/publicering")
@asks_again
def publish_now() -> str | Response:
    """Publish every closed round as a new release, or ask a second person to approve it."""
    form = ReleaseForm()
    if form.validate():
        try:
            return go_to("show_releases", _released(form))
        except approval_requests.ReleaseIncomplete as fault:
            form.ask_for(fault.lacks)
        except ChangedMeanwhile:
            form.seen.errors = [
                _("Något har ändrats sedan sidan visades. Titta igen innan ni publicerar.")
            ]
        except (approval_requests.ApprovalNeeded, approval_requests.RequestWaits):
            return go_to("show_releases", _("En utgåva väntar redan på godkännande."))
        except NOT_PUBLISHED as fault:
            return go_to("show_releases", not_published_words(fault))
    return _page(release_form=form)


def _page(**filled: Any) -> str:
    """The page of the releases, with what was typed in some form of it."""
    return render_template("office/publishing/releases.html", **release_page.facts(**filled))


def _released(form: ReleaseForm) -> str:
    names = ("kind", "note_sv", "note_en", "seen")
    given = {name: form[name].data or "" for name in names}
    given["incomplete_is_meant"] = release_workflow.YES * form.incomplete_is_meant.data
    if approval_requests.is_required(survey_db()):
        release_workflow.ask(survey_db(), actor(), **given)
        return _("Utgåvan väntar på att någon annan godkänner den.")
    made = release_workflow.release(survey_db(), places(), actor(), **given)
    return _("Utgåva %(id)s är publicerad.", id=made.id)


@blueprint.post("/publicering/skattningar/<int:year>")
def decide_estimates(year: int) -> str | Response:
    """Estimate those that are ticked, for a reason, and leave the others out."""
    db, form = survey_db(), EstimateForm()
    survey_round = next((r for r in release_preview.to_come(db) if r.year == year), None)
    if survey_round is None:
        abort(404)
    ticked = {int(n) for n in request.form.getlist("estimate") if n.isdecimal()}
    if form.validate():
        try:
            reason = form.estimate_reason.data
            count = release_workflow.estimate(db, survey_round, ticked, reason, actor())
        except approval_requests.ReleaseIncomplete:
            form.estimate_reason.errors = [_("Skriv varför ni skattar. Skälet sparas.")]
        except approval_requests.RequestWaits:
            return go_to("show_releases", _("En utgåva väntar på godkännande. Dra tillbaka den"
                                            " innan ni ändrar något."))  # fmt: skip
        else:
            said = ngettext("%(num)s val är sparat.", "%(num)s val är sparade.", count)
            said = said if count else _("Inget var ändrat.")
            return go_to("show_releases", said, _anchor="estimates")
    return _page(estimate_form=form, ticked=ticked)


@blueprint.app_template_global("release_out_of_sight")
def release_out_of_sight() -> tuple[str, str] | None:
    """The last release and the one readers have (empty for none), where those differ."""
    last, shown = publish.in_sight(survey_db(), places())
    return (last, shown) if last and last != shown else None


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
        return _("Utgåva %(id)s är godkänd och publicerad.", id=made.id)

    return _answered(approve)


@blueprint.post("/publicering/<int:request_id>/dra-tillbaka")
def withdraw_release(request_id: int) -> Response:
    """Take a request back."""

    def withdraw() -> str:
        release_workflow.withdraw(survey_db(), request_id, actor())
        return _("Begäran är tillbakadragen. Inget är publicerat.")

    return _answered(withdraw)


@blueprint.post("/publicering/<int:request_id>/avsla")
def decline_release(request_id: int) -> str | Response:
    """Say no, and why."""
    form = DeclineForm()
    if not form.validate():
        return _page(decline_form=form)

    def decline() -> str:
        release_workflow.decline(survey_db(), request_id, actor(), form.decline_reason.data)
        return _("Utgåvan är inte godkänd. Skälet visas för den som frågade.")

    return _answered(decline)


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Which release was published by mistake, and why, in words that readers see."""

    number = SelectField(
        choices=lambda: [(r["id"], r["id"]) for r in publish.standing(survey_db())],
        validate_choice=False,
    )
    withdraw_sv = ShortText(
        LONGEST_NOTE, _l("Skriv varför utgåvan dras in. Det står kvar för läsarna.")
    )
    withdraw_en = ShortText(LONGEST_NOTE)


@blueprint.route("/publicering/dra-in", methods=["GET", "POST"])
@asks_again
def withdraw_edition() -> str | Response:
    """Withdraw a release that was published by mistake: its number and the reason stay."""
    form = WithdrawForm()
    if form.validate_on_submit():
        why = form.withdraw_sv.data, form.withdraw_en.data
        try:
            publish.withdraw(survey_db(), places(), form.number.data, why, actor())
            said = _("Utgåva %(id)s är indragen. Numret och skälet står kvar.", id=form.number.data)
        except NotToWithdraw:
            said = _("Utgåvan är redan indragen.")
        except EditionsMissing as fault:
            said = not_published_words(fault)
        return go_to("show_releases", said)
    return render_template("office/publishing/withdraw.html", form=form)


def _answered(act: Callable[[], str]) -> Response:
    try:
        said = act()
    except approval_requests.NoRequestWaiting:
        said = _("Begäran är redan avgjord.")
    except approval_requests.NotToApprove:
        said = _("Den som har förberett utgåvan kan inte själv avgöra den. Någon annan måste.")
    except ChangedMeanwhile:
        said = _("Något har ändrats sedan begäran gjordes, så den kan inte godkännas."
                 " Dra tillbaka den och be om godkännande på nytt.")  # fmt: skip
    except NOT_PUBLISHED as fault:
        said = not_published_words(fault)
    return go_to("show_releases", said)


@blueprint.post("/installningar/godkannande")
@asks_again
def switch_approval() -> Response:
    """Switch the second person's approval on or off."""
    wanted = request.form.get("wanted") == "1"
    try:
        approval_requests.require(survey_db(), wanted, actor())
        said = (
            _("Från och med nu måste en andra person godkänna varje utgåva.")
            if wanted
            else _("Utgåvor publiceras nu utan en andra persons godkännande.")
        )
    except approval_requests.NobodyToApprove:
        said = _("Det finns bara en samordnare, så ingen skulle kunna godkänna. Bjud in en till.")
    except approval_requests.RequestWaits:
        said = _("En utgåva väntar på godkännande. Avgör den först.")
    return go_to("show_settings", said)


def incomplete_words() -> str:
    """That somebody must say that a release is to be final though answers are missing."""
    return _("Alla har inte svarat. Publicera under Publicering om utgåvan ändå ska vara"
             " slutlig.")  # fmt: skip


def not_published_words(
    fault: NotProtected | EditionsMissing | IncompleteCoverage | approval_requests.ReleaseStopped,
) -> str:
    """That nothing was published, which figure or edition stands in the way, and why."""
    if isinstance(fault, IncompleteCoverage):
        return incomplete_words()
    if isinstance(fault, approval_requests.ReleaseStopped):
        return str(_("Inget har publicerats: disken är full. Säg till den som sköter servern.")
                   if fault.is_full
                   else _("Inget har publicerats: arbetet avbröts. Försök igen."))  # fmt: skip
    if isinstance(fault, EditionsMissing):
        numbers = ", ".join(fault.numbers)
        return _("Inget har publicerats. Utgåva %(numbers)s finns hos läsarna men inte här, för"
                 " data är återställda från en äldre kopia. Återställ först en nyare kopia.",
                 numbers=numbers)  # fmt: skip
    return _("Inget har publicerats. %(why)s", why=not_protected_words(fault))
