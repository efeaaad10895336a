"""What an enterprise sees: open the link, fill in, review, hand in, receipt."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    abort,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale

from forms.checks.checking import to_ask
from forms.questionnaire.questionnaire import Section
from forms.respondent import (
    delegation_texts,
    edit_conflicts,
    known_browsers,
    saving,
)
from forms.respondent.claiming import leave_session
from forms.respondent.respondent import (
    Respondent,
    answering,
    on_phone,
)
from forms.respondent.section_page import SectionPage, asked_for, find_problems
from forms.respondent.steps import BY_KEY, REVIEW, Progress, find_section
from forms.respondent.versions import handed_in_words, saved_words
from forms.web.page_setup import never_stored
from forms.web.request_context import Reply, enter_trial, survey_db
from survey_data import clock
from survey_data.errors import RoundClosed

blueprint = Blueprint("answer", __name__)
blueprint.after_request(never_stored)
blueprint.before_request(enter_trial)


def reading_language() -> str:
    """The language of this request: "sv" or "en"."""
    return "en" if str(get_locale()).startswith("en") else "sv"


@blueprint.app_context_processor
def _who_fills_in() -> dict[str, Any]:
    return {"on_phone": on_phone()} if has_request_context() else {}


@blueprint.context_processor
def _what_was_saved() -> dict[str, Any]:
    # Told once: the browser then forgets what it kept. A preview knows no such word.
    return {"just_saved": lambda: session.pop("saved", ""), "saved_words": saved_words,
            "handed_in_words": handed_in_words}  # fmt: skip


@blueprint.route("/svara/<section>", methods=["GET", "POST"])
def fill_in(section: str) -> Reply:
    """One section: show it, or save what was typed and go on."""
    if section not in BY_KEY:
        abort(404)
    respondent = answering(section)
    if respondent.invitation.round.closed_at and request.method == "GET":
        raise RoundClosed(respondent.invitation.round.year)
    here = find_section(section, respondent.questionnaire)
    if here is None:
        abort(404)
    page = asked_for(here, respondent, reading_language())
    return _shown(page) if request.method == "GET" else _received(page)


def _shown(page: SectionPage) -> Reply:
    """A page as it was saved, with the question about a change when there is one."""
    fired = page.run_checks()
    page.asking = to_ask(fired) if page.asks and page.respondent.saved else []
    page.problems = [p for p in find_problems(page, fired) if p.name in page.respondent.typed]
    return _rendered(page)


def _received(page: SectionPage) -> Reply:
    fired = page.run_checks()
    page.problems = find_problems(page, fired)
    if "fill" in request.form:
        page.stopped = bool(page.problems)
        return _rendered(page)
    if not saving.save(page, fired):
        return _rendered(page), 503 if page.not_saved else 409
    session["saved"] = page.window
    saving.note_checks(page, fired)
    later = page.go == "later"
    if saving.must_stop(page, fired, later):
        page.stopped = True
        return _rendered(page)
    if later:
        return redirect(url_for("answer.later"), 303)
    page.asking = to_ask(fired) if page.asks else []
    if {check.check_id for check in page.asking} - set(request.form.getlist("asked")):
        page.asked_now = True
        return _rendered(page)
    return redirect(_onward(page), 303)


def _onward(page: SectionPage) -> str:
    """The next page; or the review, at the place that one came from."""
    if page.back and page.respondent.may_open(REVIEW.key):
        return url_for("answer.review", _anchor=page.back if page.back != REVIEW.key else None)
    return url_of(Progress(page.respondent).after(page.section.key))


def _rendered(page: SectionPage) -> str:
    respondent = page.respondent
    saved_at = respondent.draft.saved_at
    return render_template(
        "respondent/section.html",
        page=page,
        conflicts=edit_conflicts.choices(page),
        parts=delegation_texts.beside(respondent, page.section.key),
        script=script(page.section, respondent),
        progress=Progress(respondent), invitation=respondent.invitation,
        saved_at=clock.local(saved_at) if saved_at else None,
    )  # fmt: skip


def script(section: Section, respondent: Respondent) -> dict[str, Any] | None:
    """What to say aloud on a page, when the coordinator fills in."""
    if respondent.by_staff_id is None:
        return None
    language = reading_language()
    asks = respondent.questionnaire
    asked = dict.fromkeys((*asks.on_page(section), *asks.in_section(section.key)))
    return {
        "opening": section.spoken(language),
        "lines": [q.spoken(language) for q in asked if q.typed],
    }


def url_of(section: Section | None) -> str:
    """The address of a page of the form; None stands for what a colleague ends with."""
    if section is None:
        return url_for("answer.later")
    if section is REVIEW:
        return url_for("answer.review")
    return url_for("answer.fill_in", section=section.key)


@blueprint.get("/svara/senare")
def later() -> Reply:
    """How to come back."""
    respondent = answering()
    saved_at = respondent.draft.saved_at
    return render_template(
        "respondent/later.html",
        invitation=respondent.invitation,
        section=Progress(respondent).next_section(),
        parts=delegation_texts.beside(respondent, ""),
        saved_at=clock.local(saved_at) if saved_at else None,
    )


@blueprint.post("/svara/avsluta")
def leave() -> Reply:
    """Close the form in this browser; what is saved stays saved."""
    phoned = on_phone()
    known_browsers.forget(survey_db())
    leave_session(survey_db())
    if phoned is not None:
        return redirect(url_for("office.overview"), 303)
    return render_template("respondent/left.html")
