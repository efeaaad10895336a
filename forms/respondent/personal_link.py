"""Opening a personal link: the first page, the session behind its button, the mailed code that a
browser new to the link is asked for, and a new link.
"""

from __future__ import annotations

import re

import flask
from flask import current_app, redirect, render_template, request, url_for

from forms.questionnaire.inventory import OPTIONAL
from forms.respondent import known_browsers
from forms.respondent.claiming import claim_part, claim_session
from forms.respondent.receipt import minutes_of
from forms.respondent.refusals import closed
from forms.respondent.respondent import Respondent
from forms.respondent.steps import BY_KEY, REVIEW, Progress
from forms.respondent.views import blueprint, reading_language, url_of
from forms.web import logs
from forms.web.request_context import Reply, browser_mark, survey_db
from survey_data.responses import delegations, devices
from survey_data.responses.delegations import Delegation
from survey_data.responses.devices import CODE_MINUTES, Opened
from survey_data.rounds import invitations

# Where the first page may lead besides the form itself.
COLLEAGUES = "kollegor"


@blueprint.get("/s/<link:token>")
def landing(token: str) -> Reply:
    """The first page; opening it changes nothing, for mail scanners open links."""
    part = delegations.by_token(survey_db(), token)
    if part is not None:
        return _part(part)
    invitation = invitations.by_token(survey_db(), token)
    respondent = Respondent(survey_db(), invitation)
    if invitation.round.closed_at:
        known = not devices.must_confirm(survey_db(), Opened(invitation.id), browser_mark())
        return closed(invitation, receipt=known and respondent.response is not None)
    town = respondent.questionnaire["municipality_code"]
    return render_template(
        "respondent/landing.html",
        invitation=invitation,
        municipality=town.show(invitation.enterprise.municipality_code, reading_language()),
        begun=respondent.draft.revision > 0,
        more_minutes=minutes_of(respondent.questionnaire, OPTIONAL),
    )


def _part(part: Delegation) -> Reply:
    """A colleague's first page, or why the link has ended."""
    invitation = invitations.by_id(survey_db(), part.invitation_id)
    if part.revoked_at:
        return render_template("respondent/part_ended.html", invitation=invitation), 410
    if invitation.round.closed_at:
        return closed(invitation)
    who = Respondent(survey_db(), invitation, delegation=part)
    titles = [section.title(reading_language()) for section in Progress(who).sections]
    return render_template("respondent/part.html", invitation=invitation, part=part, titles=titles)


@blueprint.post("/s/<link:token>")
def begin(token: str) -> Reply:
    """Claim a session of one's own; from here on no address holds the link."""
    db = survey_db()
    part = delegations.by_token(db, token)
    if part is None:
        opened = Opened(invitations.by_token(db, token).id)
    elif part.revoked_at:
        return _part(part)
    else:
        opened = Opened(part.invitation_id, part.id)
    flask.session["after"] = request.form.get("till", "")
    if devices.must_confirm(db, opened, browser_mark()):
        return _ask(opened)
    return _let_in(opened)


def _ask(opened: Opened) -> Reply:
    """Ask for a code before anything that is saved is shown in this browser."""
    db = survey_db()
    invitation = invitations.by_id(db, opened.invitation_id)
    if invitation.round.closed_at:
        return closed(invitation)
    flask.session["check"] = raw = devices.ask(db, opened)
    sent = devices.send_code(db, raw, reading_language())
    return redirect(url_for("answer.code", nu=sent), 303)


def _let_in(opened: Opened) -> Reply:
    """Begin the session of whoever opened a link, and know the browser when it comes back."""
    db = survey_db()
    invitation = invitations.by_id(db, opened.invitation_id)
    part = delegations.find(db, opened.delegation_id) if opened.delegation_id else None
    if part is not None and invitation.round.closed_at:
        return closed(invitation)
    if part is not None:
        claim_part(db, part)
    else:
        claim_session(db, invitation)
    after = _after(Respondent(db, invitation, delegation=part))
    if after is None:
        return closed(invitation)
    return known_browsers.remember(db, opened, redirect(after, 303))


def _after(respondent: Respondent) -> str | None:
    """Where to go on; None in a round that closed before anything was handed in."""
    wanted = flask.session.pop("after", "")
    if respondent.delegation is not None:
        return url_of(Progress(respondent).next_section())
    if wanted == COLLEAGUES and respondent.invitation.round.is_open:
        return url_for("answer.colleagues")
    if respondent.response is not None:
        return _after_handing_in(respondent)
    if respondent.invitation.round.closed_at:
        return None
    return url_of(Progress(respondent).next_section())


def _after_handing_in(respondent: Respondent) -> str:
    """The receipt; or the first thing the coordinator asks about, while it can be changed."""
    sections = [q.section for q in respondent.asked_about if q.section in BY_KEY]
    if respondent.invitation.round.closed_at or not sections:
        return url_for("answer.receipt")
    return url_for("answer.fill_in", section=sections[0], till=REVIEW.key)


@blueprint.route("/ny-lank", methods=["GET", "POST"])
def new_link() -> Reply:
    """Ask for a fresh link; the reply is the same whether the address is known or not."""
    email = request.form.get("email", "").strip()
    if request.method == "GET":
        return render_template("respondent/new_link.html", email="", error=False)
    if "@" not in email or len(email) > 200:
        return render_template("respondent/new_link.html", email=email, error=True)
    invitations.request_new_link(survey_db(), email, reading_language())
    delegations.request_new_link(survey_db(), email)
    return render_template("respondent/link_sent.html")


@blueprint.get("/svara/kod")
def code() -> Reply:
    """Ask for the code; a browser that opened no link is shown how to get one."""
    if devices.find(survey_db(), flask.session.get("check", "")) is None:
        return redirect(url_for("answer.new_link"), 303)
    return _code_page(sent=request.args.get("nu", ""))


def _code_page(sent: str = "", fault: str = "", typed: str = "") -> str:
    return render_template(
        "respondent/code.html", sent=sent, fault=fault, typed=typed, minutes=CODE_MINUTES
    )


@blueprint.post("/svara/kod")
def use_code() -> Reply:
    """Let the browser in with the right code."""
    db, raw = survey_db(), flask.session.get("check", "")
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
    del flask.session["check"]
    return _let_in(opened)


@blueprint.post("/svara/kod/ny")
def another_code() -> Reply:
    """Mail one more code; the one before ends when it leaves."""
    db, raw = survey_db(), flask.session.get("check", "")
    if devices.find(db, raw) is None:
        return redirect(url_for("answer.new_link"), 303)
    sent = devices.send_code(db, raw, reading_language())
    return redirect(url_for("answer.code", nu=sent), 303)
