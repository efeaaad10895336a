"""The first start in the browser, and the demonstration's fresh start.

The first asks who asks, who coordinates, and which enterprises there are.
"""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from sqlite_utils import Database
from werkzeug.exceptions import NotFound

from forms.office.publishing.releases import NOT_PUBLISHED, not_published_words
from forms.office.settings.settings import AssociationForm, made_up
from forms.start import demo
from forms.translations import language
from forms.web import logs
from forms.web.guards import asks_again
from forms.web.page_setup import never_stored
from forms.web.request_context import Reply, actor, device, only_for, places, survey_db
from survey_data import settings
from survey_data.publishing import publish, release_workflow
from survey_data.publishing.approval_requests import ApprovalNeeded, ReleaseIncomplete
from survey_data.staff import sign_in, staff
from survey_data.staff.sign_in import SetupLinkSpent
from survey_data.staff.staff import COORDINATE
from survey_data.typed_text import is_address, tidy_address

blueprint = Blueprint("set_up", __name__, url_prefix="/kom-igang")


blueprint.after_request(never_stored)


@blueprint.get("/")
def spent() -> str:
    """What to do when the link is dead."""
    return render_template("set_up/spent.html")


@blueprint.get("/lank/<link:token>")
def ask(token: str) -> str:
    """A page with a button: opening the link changes nothing."""
    return render_template("set_up/ask.html", token=token)


@blueprint.post("/lank/<link:token>")
def begin(token: str) -> Reply:
    """Use the link up, for this browser alone."""
    try:
        browser = sign_in.use_setup_link(survey_db(), token)
    except SetupLinkSpent:
        return render_template("set_up/spent.html"), 410
    # A fresh cookie, so that nothing planted before lives on.
    session.clear()
    session["set_up"] = browser
    return redirect(url_for("set_up.association"))


def _is_ours() -> bool:
    return sign_in.is_setting_up(survey_db(), session.get("set_up", ""))


@blueprint.route("/forbundet", methods=["GET", "POST"])
def association() -> Reply:
    """The association's facts."""
    if not _is_ours():
        return redirect(url_for("set_up.spent"))
    db = survey_db()
    form = AssociationForm(obj=settings.association(db))
    if form.validate_on_submit():
        settings.set_facts(db, form.facts(), sign_in.SET_UP)
        return redirect(url_for("set_up.coordinator"))
    return render_template("set_up/association.html", form=form, made_up=made_up(None))


@blueprint.route("/samordnare", methods=["GET", "POST"])
def coordinator() -> Reply:
    """The first coordinator's address; then that person is signed in and the link is dead."""
    if not _is_ours():
        return redirect(url_for("set_up.spent"))
    email = tidy_address(request.form.get("email", ""))
    if request.method != "POST":
        return render_template("set_up/coordinator.html", email="", error="")
    if not is_address(email):
        error = _("Skriv hela e-postadressen.")
        return render_template("set_up/coordinator.html", email=email, error=error)
    return _finish(email)


def _finish(email: str) -> Reply:
    try:
        _who, raw = sign_in.finish_setup(
            survey_db(), session["set_up"], email, language(), device()
        )
    except SetupLinkSpent:
        return redirect(url_for("set_up.spent"))
    session.clear()
    session["staff"] = raw
    logs.note_event("role_changed")
    return redirect(url_for("set_up.enterprises"))


@blueprint.get("/registret")
@only_for(COORDINATE)
def enterprises() -> str:
    """Publish the printed years and import the register: now, or later."""
    released = next(iter(publish.releases(survey_db())), None)
    return render_template("set_up/register.html", released=released)


@blueprint.post("/utgava")
@only_for(COORDINATE)
@asks_again
def publish_printed() -> Reply:
    """Publish the printed years as the first release; a second press changes nothing."""
    db = survey_db()
    if not publish.releases(db):
        try:
            made = release_workflow.release(
                db, places(), actor(), kind="final", note_sv="", note_en="", seen=""
            )
        except (*NOT_PUBLISHED, ReleaseIncomplete, ApprovalNeeded) as fault:
            flash(not_published_words(fault) if isinstance(fault, NOT_PUBLISHED)
                  else _("Publicera från sidan Publicering."))  # fmt: skip
        else:
            flash(_("Utgåva %(id)s är publicerad.", id=made.id))
    return redirect(url_for("set_up.enterprises"))


@blueprint.app_template_global("demo_is_over")
def demo_is_over() -> bool:
    """Whether the demonstration's last day for answers has passed."""
    return demo.is_over(survey_db())


@blueprint.route("/demonstration", methods=["GET", "POST"])
@only_for(COORDINATE)
def start_over() -> Reply:
    """Ask whether the demonstration is to begin again, and let it."""
    db = survey_db()
    if not demo.is_demonstration(db):
        raise NotFound
    if request.method != "POST":
        return render_template("set_up/start_over.html")
    demo.start_over(db, places())
    session.clear()
    coordinator = staff.by_email(db, demo.COORDINATOR)
    assert coordinator
    session["staff"] = sign_in.begin_session(db, coordinator, device())
    return redirect(url_for("office.overview"))


def first_addresses(db: Database) -> dict[str, str]:
    """Where to begin when there is no demonstration."""
    base = current_app.config["BASE_URL"]
    found = {"Startsida": f"{base}/", "Logga in": f"{base}/logga-in"}
    if sign_in.is_first_start(db):
        token = sign_in.new_setup_link(db)
        found["Kom igång (en gång)"] = f"{base}/kom-igang/lank/{token}"
    return found
