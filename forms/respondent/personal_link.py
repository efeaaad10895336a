"""Opening a personal link: the first page, the session behind its button, the mailed code that a
browser new to the link is asked for, a new link; and what is said where there is no page to show.
"""

import re

from flask import current_app, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from forms.respondent import saving, sessions
from forms.respondent.receipt import answering_time
from forms.respondent.respondent import MustConfirm, NotTheirs, Respondent, SessionGone, behind
from forms.respondent.sessions import claim_session, unconfirmed
from forms.respondent.steps import BY_KEY, REVIEW, Progress
from forms.respondent.views import blueprint, url_of
from forms.translations import language
from forms.web import logs
from forms.web.request_context import Reply, browser_mark, chosen_language, survey_db
from forms.web.site_pages import blueprint as site
from survey_data.database import writing
from survey_data.errors import RoundClosed, UnknownLink
from survey_data.responses import delegations, devices
from survey_data.responses.delegations import Delegation
from survey_data.responses.devices import CODE_MINUTES, Opened
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation
from survey_data.tokens import hashed, new_token

# Where the first page, or a code that was asked for there, may lead besides the form itself.
WANTED = {"kollegor": "colleagues", "forra-aret": "last_year", "ert-foretag": "own_enterprise"}


@blueprint.get("/s/<link:token>")
def landing(token: str) -> Reply:
    """The first page; opening it changes nothing, for mail scanners open links."""
    invitation, part = sessions.behind_link(survey_db(), token)
    person = part or invitation.contact
    # Whoever is written to in English reads English, until something else is chosen.
    if person and person.language != language() and not chosen_language():
        return redirect(url_for("answer.landing", token=token, lang=person.language))
    if part is not None:
        return _part(invitation, part)
    respondent = Respondent(survey_db(), invitation)
    if invitation.round.closed_at:
        known = not devices.must_confirm(survey_db(), Opened(invitation.id), browser_mark())
        return closed(invitation, receipt=known and respondent.response is not None)
    town = respondent.questionnaire["municipality_code"]
    return render_template(
        "respondent/landing.html",
        invitation=invitation,
        municipality=town.show(invitation.enterprise.municipality_code, language()),
        begun=respondent.draft.revision > 0,
        time=answering_time(respondent.questionnaire),
    )


def _part(invitation: Invitation, part: Delegation) -> Reply:
    """A colleague's first page, or why the link has ended."""
    if part.revoked_at:
        return render_template("respondent/part_ended.html", invitation=invitation), 410
    if invitation.round.closed_at:
        return closed(invitation)
    who = Respondent(survey_db(), invitation, delegation=part)
    titles = [section.title(language()) for section in Progress(who).sections]
    return render_template("respondent/part.html", invitation=invitation, part=part, titles=titles)


@blueprint.get("/s/<link:token>/lattlast")
def easy_landing(token: str) -> Reply:
    """The first page in easy Swedish; opening it changes nothing."""
    invitation = invitations.by_token(survey_db(), token)
    if invitation.round.closed_at:
        return redirect(url_for("answer.landing", token=token))
    asked = Respondent(survey_db(), invitation).questionnaire
    return render_template("respondent/landing_easy.html", invitation=invitation,
                           time=answering_time(asked, with_optional=False))  # fmt: skip


@site.get("/lattlast")
def easy() -> str:
    """What the inventory is and how to get help, in easy Swedish."""
    # From a page of the form one comes back to that page.
    back = request.args.get("till", "")
    page = url_for("answer.fill_in", section=back) if back in (*BY_KEY, "kvitto") else ""
    return render_template("site/easy.html", back=page)


@blueprint.post("/s/<link:token>")
def begin(token: str) -> Reply:
    """Claim a session of one's own; from here on no address holds the link."""
    db = survey_db()
    invitation, part = sessions.behind_link(db, token)
    if part is not None and part.revoked_at:
        return _part(invitation, part)
    opened = Opened(invitation.id, part.id if part else None)
    session["after"] = request.form.get("till", "")
    session["link"] = hashed(token)
    if devices.must_confirm(db, opened, browser_mark()):
        return _ask(opened)
    return _let_in(invitation, part, devices.is_confirmed(db, opened, browser_mark()))


def _ask(opened: Opened) -> Reply:
    """Ask for a code before anything that is saved is shown in this browser."""
    db = survey_db()
    invitation = invitations.by_id(db, opened.invitation_id)
    if invitation.round.closed_at:
        return closed(invitation)
    session["check"] = raw = devices.ask(db, opened, session.get("link", ""))
    sent = devices.send_code(db, raw, language())
    return redirect(url_for("answer.code", nu=sent), 303)


def _let_in(invitation: Invitation, part: Delegation | None, confirmed: bool) -> Reply:
    """Begin the session of whoever opened a link, and know the browser when it comes back."""
    db = survey_db()
    if part is not None and invitation.round.closed_at:
        return closed(invitation)
    browser = browser_mark() or new_token()
    # Where to go on hangs on nothing of earlier years or of persons.
    after = _after(Respondent(db, invitation, delegation=part, sees_earlier=False))
    # All at once: the button is pressed once, and waits for the disk once.
    with writing(db):
        claimed = claim_session(db, invitation, part, browser)
        if after is not None:
            opened = Opened(invitation.id, part.id if part else None)
            devices.remember(db, opened, browser, confirmed or claimed)
    if after is None:
        return closed(invitation)
    if confirmed or claimed:
        # No code is asked for here, so none is counted.
        session.pop("link", None)
    return sessions.marked(redirect(after, 303), browser)


def _after(respondent: Respondent) -> str | None:
    """Where to go on; None in a round that closed before anything was handed in."""
    wanted = session.pop("after", "")
    if respondent.delegation is not None:
        return url_of(Progress(respondent).next_section())
    if wanted in WANTED and respondent.invitation.round.is_open:
        return url_for(f"answer.{WANTED[wanted]}")
    is_closed = respondent.invitation.round.closed_at is not None
    if respondent.response is None:
        return None if is_closed else url_of(Progress(respondent).next_section())
    # The receipt; or the first thing the coordinator asks about, while it can be changed.
    sections = [q.section for q in respondent.asked_about if q.section in BY_KEY]
    if is_closed or not sections:
        return url_for("answer.receipt")
    return url_for("answer.fill_in", section=sections[0], till=REVIEW.key)


@blueprint.route("/ny-lank", methods=["GET", "POST"])
def new_link() -> Reply:
    """Ask for a fresh link; the reply is the same whether the address is known or not."""
    email = request.form.get("email", "").strip()
    if request.method != "POST":
        return render_template("respondent/new_link.html", email="", error=False)
    if "@" not in email or len(email) > 200:
        return render_template("respondent/new_link.html", email=email, error=True)
    invitations.request_new_link(survey_db(), email, language())
    delegations.request_new_link(survey_db(), email)
    return render_template("respondent/link_sent.html")


@blueprint.get("/svara/kod")
def code() -> Reply:
    """Ask for the code; a browser that opened no link is shown how to get one."""
    if devices.find(survey_db(), session.get("check", "")) is None and not unconfirmed():
        return redirect(url_for("answer.new_link"), 303)
    return _code_page(sent=request.args.get("nu", ""))


def _code_page(sent: str = "", fault: str = "", typed: str = "") -> str:
    return render_template(
        "respondent/code.html", sent=sent, fault=fault, typed=typed, minutes=CODE_MINUTES,
        is_asked=devices.find(survey_db(), session.get("check", "")) is not None,
        may_fill_in=_may_fill_in(), till=request.values.get("till", ""),
    )  # fmt: skip


def _may_fill_in() -> bool:
    """Whether the form is open here without a code, with nothing in it that others have saved."""
    opened = unconfirmed()
    return opened is not None and not devices.must_confirm(survey_db(), opened, browser_mark())


@blueprint.post("/svara/kod")
def use_code() -> Reply:
    """Let the browser in with the right code."""
    db, raw = survey_db(), session.get("check", "")
    opened = devices.find(db, raw)
    if opened is None:
        return redirect(url_for("answer.new_link"), 303)
    typed = request.form.get("code", "")
    digits = re.sub(r"[\s-]", "", typed)
    # What cannot be a code costs no try.
    if not re.fullmatch(r"[0-9]{6}", digits):
        return _code_page(fault="shape", typed=typed[:20])
    said = devices.confirm(db, raw, digits, current_app.config["CODE_KEY"])
    if said != "right":
        logs.note_event("code_refused")
        return _code_page(fault=said)
    del session["check"]
    part = delegations.find(db, opened.delegation_id) if opened.delegation_id else None
    return _let_in(invitations.by_id(db, opened.invitation_id), part, confirmed=True)


@blueprint.post("/svara/kod/ny")
def another_code() -> Reply:
    """Mail one more code; the one before ends when it leaves."""
    db, raw = survey_db(), session.get("check", "")
    if devices.find(db, raw) is None:
        opened = unconfirmed()
        if opened is None:
            return redirect(url_for("answer.new_link"), 303)
        session["after"] = request.form.get("till", "")
        return _ask(opened)
    sent = devices.send_code(db, raw, language())
    return redirect(url_for("answer.code", nu=sent), 303)


@blueprint.errorhandler(CSRFError)
def without_cookie(_fault: CSRFError) -> Reply:
    """The browser has let go of its cookie: what was typed, and the way back to the form."""
    logs.note_event("csrf")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=_(
            "Inte sparat: sidan har legat öppen för länge, eller så är webbläsarens kaka borta."
            " Det ni skrev finns kvar här. Öppna länken i mejlet igen."
        )), 400  # fmt: skip
    return _open_again("WithoutCookie"), 400


def _open_again(why: str) -> str:
    """The page that leads back to the link, with what was typed and not saved."""
    return render_template("respondent/session_gone.html", typed=saving.typed(), why=why)


@blueprint.errorhandler(UnknownLink)
def unknown_link(_: UnknownLink) -> Reply:
    """A link that leads nowhere explains itself and offers a new one."""
    return render_template("respondent/unknown_link.html"), 404


@blueprint.errorhandler(SessionGone)
def session_gone(gone: SessionGone) -> Reply:
    """Too long away, never here, or in another enterprise's form: open the link again."""
    why = type(gone).__name__
    if why == "SessionGone":
        session.pop("sid", None)
    return _open_again(why), 403


@blueprint.errorhandler(MustConfirm)
def must_confirm(_gone: MustConfirm) -> Reply:
    """What is not this browser's to see: a code first, and nothing typed is lost from sight."""
    if request.method != "POST":
        return redirect(url_for("answer.code", till=request.path.rpartition("/")[2]), 303)
    return _open_again("MustConfirm"), 403


@blueprint.errorhandler(NotTheirs)
def not_theirs(refused: NotTheirs) -> Reply:
    """A colleague asks for more than was delegated: what is theirs, and nothing was saved."""
    progress = Progress(refused.respondent)
    page = render_template("respondent/not_theirs.html", progress=progress, typed=saving.typed())
    return page, 403


@blueprint.errorhandler(RoundClosed)
def round_closed(_: RoundClosed) -> Reply:
    """The round is closed: whom to call, and nothing that was typed is lost from sight."""
    return closed(behind().invitation, saving.typed())


@blueprint.errorhandler(saving.NotStored)
def not_stored(_: saving.NotStored) -> Reply:
    """Nothing could be written just now: what was sent waits on the page, behind one button."""
    current_app.logger.exception("a page of a respondent failed")
    return render_template(
        "respondent/not_stored.html",
        typed=saving.typed(),
        # The token is made anew.
        again=[each for each in request.form.items(multi=True) if each[0] != "csrf_token"],
    ), 503


def closed(
    invitation: Invitation, typed: list[tuple[str, str]] | None = None, receipt: bool = False
) -> Reply:
    """The page that says that a round is closed; with the way to a `receipt` there is."""
    return render_template(
        "respondent/closed.html", invitation=invitation, typed=typed or [], receipt=receipt
    ), 410
