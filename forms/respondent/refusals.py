"""What a respondent is told instead of a page, and that nothing typed is lost from sight."""

from __future__ import annotations

from flask import current_app, jsonify, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from forms.respondent import saving
from forms.respondent.respondent import NotTheirs, SessionGone, behind
from forms.respondent.steps import Progress
from forms.respondent.views import blueprint, reading_language
from forms.web.request_context import Reply
from survey_data.errors import RoundClosed, UnknownLink
from survey_data.rounds.invitations import Invitation


@blueprint.errorhandler(CSRFError)
def without_cookie(_fault: CSRFError) -> Reply:
    """The browser has let go of its cookie: what was typed, and the way back to the form."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=_(
            "Inte sparat: sidan har legat öppen för länge, eller så är webbläsarens kaka borta."
            " Det ni skrev finns kvar här. Öppna länken i mejlet igen."
        )), 400  # fmt: skip
    typed = saving.typed(request.form, reading_language())
    page = render_template("respondent/session_gone.html", typed=typed, why="WithoutCookie")
    return page, 400


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
    typed = saving.typed(request.form, reading_language())
    return render_template("respondent/session_gone.html", typed=typed, why=why), 403


@blueprint.errorhandler(NotTheirs)
def not_theirs(refused: NotTheirs) -> Reply:
    """A colleague asks for more than was delegated: what is theirs, and nothing was saved."""
    typed = saving.typed(request.form, reading_language())
    progress = Progress(refused.respondent)
    return render_template(
        "respondent/not_theirs.html", progress=progress, typed=typed, language=reading_language()
    ), 403


@blueprint.errorhandler(RoundClosed)
def round_closed(_: RoundClosed) -> Reply:
    """The round is closed: whom to call, and nothing that was typed is lost from sight."""
    return closed(behind().invitation, saving.typed(request.form, reading_language()))


@blueprint.errorhandler(saving.NotStored)
def not_stored(_: saving.NotStored) -> Reply:
    """Nothing could be written just now: what was sent waits on the page, behind one button."""
    current_app.logger.exception("a page of a respondent failed")
    return render_template(
        "respondent/not_stored.html",
        typed=saving.typed(request.form, reading_language()),
        again=saving.to_send_again(request.form),
    ), 503


def closed(
    invitation: Invitation, typed: list[tuple[str, str]] | None = None, receipt: bool = False
) -> Reply:
    """The page that says that a round is closed; with the way to a `receipt` there is."""
    page = render_template(
        "respondent/closed.html", invitation=invitation, typed=typed or [], receipt=receipt
    )
    return page, 410
