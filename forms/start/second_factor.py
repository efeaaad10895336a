"""The second factor at sign-in: enrolling an app, showing its code, saving the recovery codes.

And one's own page of it: where one is signed in, new recovery codes, another app.
"""

import io

import pyotp
import segno
from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from markupsafe import Markup

from forms.start.sign_in import home_of, is_own_path
from forms.translations import language
from forms.web import logs
from forms.web.guards import ask_again, asks_again, try_code
from forms.web.page_setup import never_stored
from forms.web.request_context import Reply, asks_for_factor, holder_of_link, signed_in, survey_db
from survey_data.staff import second_factor, sessions
from survey_data.staff.staff import Staff, needs_factor

blueprint = Blueprint("factor", __name__)
blueprint.after_request(never_stored)
ISSUER = "ASF-inventeringen"


def _holder() -> Staff:
    """Who is on the way in and must show a second factor; anybody else is sent to the sign-in."""
    who = holder_of_link()
    if who and needs_factor(who.role) and asks_for_factor():
        return who
    abort(redirect(url_for("sign_in.ask")))


def _me() -> Staff:
    """Who is signed in; anybody else is sent to the sign-in."""
    return signed_in() or abort(redirect(url_for("sign_in.ask")))


@blueprint.get("/tva-steg")
def show() -> Reply:
    """The next step on the way in: enrol, show a code, or save the recovery codes."""
    who = _holder()
    if signed_in():
        return redirect(url_for("sign_in.ask"))
    if not second_factor.is_enrolled(survey_db(), who.id):
        return _enrol_page(who)
    if _has_shown_code():
        return render_template("sign_in/codes.html", codes=[], fault="")
    return render_template("sign_in/code.html", fault="")


def _has_shown_code() -> bool:
    found = sessions.find(survey_db(), session["staff"])
    return found is not None and found.factor_at is not None


def _holder_with_code() -> Staff:
    """The same, with a code shown already."""
    who = _holder()
    return who if _has_shown_code() else abort(redirect(url_for("sign_in.ask")))


def _enrol_page(who: Staff, fault: str = "") -> str:
    secret = _secret_to_be()
    address = pyotp.TOTP(secret).provisioning_uri(name=who.email, issuer_name=ISSUER)
    drawing = io.BytesIO()
    # Dark on white in either theme: a camera reads nothing else.
    segno.make(address, error="m").save(
        drawing, kind="svg", omitsize=True, border=4, dark="#000", light="#fff", xmldecl=False,
        svgns=False, title=_("QR-kod med nyckeln här nedanför"),
    )  # fmt: skip
    return render_template(
        "sign_in/enrol.html",
        # Drawn here of an address of ours; it holds nothing that a visitor wrote.
        qr=Markup(drawing.getvalue().decode()),  # noqa: S704
        address=address,
        key=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        fault=fault,
    )


def _secret_to_be() -> str:
    return second_factor.secret_to_be(current_app.config["FACTOR_KEYS"][0], session["staff"])


@blueprint.post("/tva-steg")
def take_code() -> Reply:
    """Enrol with the first code of the app, or go on with one of its codes."""
    who, typed, db = _holder(), request.form.get("code", ""), survey_db()
    if not second_factor.is_enrolled(db, who.id):
        keys = current_app.config["FACTOR_KEYS"]
        if not second_factor.enrol(db, who, _secret_to_be(), typed, keys):
            logs.note_event("factor_refused")
            return _enrol_page(who, _("Koden stämmer inte. Skriv den som appen visar just nu."))
        session["staff"] = sessions.note_factor(db, session["staff"])
        logs.note_event("factor_enrolled")
        return _codes_page(who)
    fault = try_code(typed)
    if fault:
        return render_template("sign_in/code.html", fault=fault)
    return _go_on()


def _codes_page(who: Staff, fault: str = "") -> str:
    logs.note_event("recovery_codes_made")
    codes = second_factor.new_recovery_codes(survey_db(), who.id)
    return render_template("sign_in/codes.html", codes=codes, fault=fault)


def _go_on() -> Reply:
    g.pop("signed_in", None)
    who = signed_in()
    if who is None:
        return redirect(url_for("factor.show"))
    return redirect(session.pop("next", "") or home_of(who))


@blueprint.post("/tva-steg/koder")
@asks_again
def make_codes() -> Reply:
    """Ten new recovery codes, shown once."""
    return _codes_page(_holder_with_code())


@blueprint.post("/tva-steg/sparade")
def codes_saved() -> Reply:
    """Go on once the recovery codes are saved; without that, new ones are shown."""
    who = _holder_with_code()
    if not request.form.get("saved"):
        fault = _("Kryssa i att koderna är sparade. Här är nya: de förra gäller inte längre.")
        return ask_again() or _codes_page(who, fault)
    second_factor.note_codes_saved(survey_db(), who.id)
    return _go_on()


@blueprint.route("/tva-steg/igen", methods=["GET", "POST"])
def again() -> Reply:
    """Ask for a code once more before a file that an address gives."""
    _me()
    wanted = request.values.get("next", "")
    after = wanted if is_own_path(wanted) else url_for("factor.account")
    if session.get("provider"):
        return redirect(url_for("provider.begin", igen=1, next=after))
    fault = try_code(request.form.get("code", "")) if request.method == "POST" else ""
    if request.method == "POST" and not fault:
        return redirect(after)
    return render_template("sign_in/code.html", fault=fault, after=after)


@blueprint.get("/mitt-konto")
def account() -> Reply:
    """Where one is signed in, and one's second factor."""
    who = signed_in()
    if who is None:
        return redirect(url_for("sign_in.ask", next=url_for("factor.account")))
    db = survey_db()
    return render_template(
        "sign_in/account.html",
        sessions=sessions.open_of_staff(db, who.id),
        here=sessions.handle_of(session["staff"]),
        has_factor=second_factor.is_enrolled(db, who.id),
        codes_left=second_factor.codes_left(db, who.id),
        device_words=device_words,
    )


def device_words(kind: str) -> str:
    """A kind of device as its owner calls it."""
    form, _space, browser = kind.partition(" ")
    words = {"phone": _("Telefon"), "tablet": _("Surfplatta"), "computer": _("Dator")}
    names = {"Edg": "Edge", "OPR": "Opera"}
    return ", ".join(filter(None, [words.get(form, _("Okänd")), names.get(browser, browser)]))


@blueprint.post("/mitt-konto/<handle>/avsluta")
@asks_again
def end_session(handle: str) -> Reply:
    """End one of one's own sessions."""
    who = _me()
    if not sessions.end_one_of_staff(survey_db(), who.id, handle):
        abort(404)
    flash(_("Inloggningen är avslutad."))
    return redirect(url_for("factor.account"))


@blueprint.post("/mitt-konto/ny-app")
@asks_again
def change_app() -> Reply:
    """Forget the app; the next sign-in enrols another."""
    who = _me()
    if not second_factor.is_enrolled(survey_db(), who.id):
        return redirect(url_for("factor.account"))
    logs.note_event("factor_reset")
    second_factor.reset(survey_db(), who, f"staff {who.id}", language())
    session.clear()
    return redirect(url_for("factor.show"))
