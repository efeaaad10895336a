"""A link opened in a browser that is new to it: the page that asks for the mailed code."""

from __future__ import annotations

import re

import flask
from flask import current_app, redirect, render_template, request, url_for

from forms.respondent.personal_link import let_in
from forms.respondent.views import View, blueprint, reading_language
from forms.web.request_context import survey_db
from survey_data.responses import devices
from survey_data.responses.devices import CODE_MINUTES


@blueprint.get("/svara/kod")
def code() -> View:
    """Ask for the code; a browser that opened no link is shown how to get one."""
    if devices.find(survey_db(), flask.session.get("check", "")) is None:
        return redirect(url_for("answer.new_link"), 303)
    return _shown(sent=request.args.get("nu", ""))


def _shown(sent: str = "", fault: str = "", typed: str = "") -> str:
    return render_template(
        "respondent/code.html", sent=sent, fault=fault, typed=typed, minutes=CODE_MINUTES
    )


@blueprint.post("/svara/kod")
def use_code() -> View:
    """Let the browser in with the right code."""
    db, raw = survey_db(), flask.session.get("check", "")
    opened = devices.find(db, raw)
    if opened is None:
        return redirect(url_for("answer.new_link"), 303)
    typed = request.form.get("code", "")
    digits = re.sub(r"[\s-]", "", typed)
    # What cannot be a code costs no try.
    if not re.fullmatch(r"[0-9]{6}", digits):
        return _shown(fault="shape", typed=typed[:20])
    said = devices.confirm(db, raw, digits, current_app.config["SECRET_KEY"])
    if said != "right":
        return _shown(fault=said)
    del flask.session["check"]
    return let_in(opened)


@blueprint.post("/svara/kod/ny")
def another_code() -> View:
    """Mail one more code; the one before ends when it leaves."""
    db, raw = survey_db(), flask.session.get("check", "")
    if devices.find(db, raw) is None:
        return redirect(url_for("answer.new_link"), 303)
    sent = devices.send_code(db, raw, reading_language())
    return redirect(url_for("answer.code", nu=sent), 303)
