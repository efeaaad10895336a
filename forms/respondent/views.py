"""What an enterprise sees: the sections, filled in and saved, also while someone types."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    has_request_context,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from forms.checks.checking import to_ask
from forms.questionnaire.questionnaire import Section
from forms.respondent import saving, sessions, who_answered
from forms.respondent.receipt import answering_time
from forms.respondent.respondent import (
    AnotherForm,
    MustConfirm,
    NotTheirs,
    Respondent,
    SessionGone,
    TakenBack,
    answering,
)
from forms.respondent.section_page import SectionPage, asked_for, find_problems
from forms.respondent.sessions import leave_session
from forms.respondent.steps import BY_KEY, REVIEW, Progress, find_section
from forms.respondent.who_answered import handed_in_words, saved_words
from forms.translations import language
from forms.web.page_setup import never_stored
from forms.web.request_context import Reply, enter_trial, survey_db
from survey_data import clock, settings
from survey_data.errors import RoundClosed
from survey_data.responses.drafts import DraftWriter, changed_since, refuse_when_closed

blueprint = Blueprint("answer", __name__)
REFUSALS: dict[type[Exception], tuple[int, Callable[[], str]]] = {
    AnotherForm: (403, lambda: _(
        "Inte sparat: ett annat företags formulär har öppnats i den här webbläsaren."
        " Det ni skrev finns kvar och kommer tillbaka när ni öppnar er egen länk igen.")),
    TakenBack: (403, lambda: _(
        "Inte sparat: företaget har tagit tillbaka din länk. Det du skrev finns kvar här på"
        " sidan tills du stänger den.")),
    MustConfirm: (403, lambda: _(
        "Inte sparat: någon har svarat i en annan webbläsare. Det ni skrev finns kvar här. Öppna"
        " länken i mejlet igen, så mejlar vi en kod.")),
    NotTheirs: (403, lambda: _("Inte sparat: du svarar inte på den här delen.")),
    SessionGone: (403, lambda: _(
        "Inte sparat: formuläret är stängt i den här webbläsaren. Det ni skrev finns kvar här och"
        " kommer tillbaka när ni öppnar länken i mejlet igen.")),
    RoundClosed: (410, lambda: _(
        "Inte sparat: insamlingen är stängd. Det ni skrev finns kvar här. Ring samordnaren,"
        " %(phone)s, så hjälper vi er.", phone=settings.association(survey_db()).phone)),
    saving.NotStored: (503, lambda: _(
        "Inte sparat, och det är vårt fel. Det ni skriver finns kvar här, och vi försöker igen"
        " om en stund.")),
}  # fmt: skip


blueprint.after_request(never_stored)


blueprint.before_request(enter_trial)


@blueprint.app_context_processor
def _who_fills_in() -> dict[str, Any]:
    return {"on_phone": sessions.on_phone()} if has_request_context() else {}


@blueprint.context_processor
def _what_was_saved() -> dict[str, Any]:
    # In the next page's address, as a cookie would be sent twice for it. The browser forgets what
    # it kept, and takes it out of the address. A preview knows no such word.
    return {"just_saved": lambda: g.get("saved") or request.args.get("sparat", ""),
            "saved_words": saved_words, "handed_in_words": handed_in_words}  # fmt: skip


@blueprint.route("/svara/<section>", methods=["GET", "POST"])
def fill_in(section: str) -> Reply:
    """One section: show it, or save what was typed and go on."""
    if section not in BY_KEY:
        abort(404)
    page, is_sent = _page_of(section), request.method == "POST"
    asked = page.respondent.invitation.round
    if asked.closed_at and not is_sent:
        raise RoundClosed(asked.year)
    return _received(page) if is_sent else _shown(page)


def _page_of(key: str) -> SectionPage:
    respondent = answering(key)
    here = find_section(key, respondent.questionnaire)
    if here is None or here is REVIEW:
        abort(404)
    return asked_for(here, respondent, language())


def _shown(page: SectionPage) -> Reply:
    """A page as it was saved, with the question about a change when there is one."""
    who = page.respondent
    fired = page.run_checks() if who.saved or who.typed else []
    page.asking = to_ask(fired) if page.asks and who.saved else []
    page.problems = [p for p in find_problems(page, fired) if p.name in who.typed]
    return _rendered(page)


def _received(page: SectionPage) -> Reply:
    fired = page.run_checks()
    page.problems = find_problems(page, fired)
    if "fill" in request.form:
        page.stopped = bool(page.problems)
        return _rendered(page)
    if not saving.save(page, fired):
        return _rendered(page), 503 if page.not_saved else 409
    g.saved = page.window
    saving.note_checks(page, fired)
    later = page.go == "later"
    if saving.must_stop(page, later):
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
        anchor = page.back if page.back != REVIEW.key else None
        return url_for("answer.review", _anchor=anchor, sparat=page.window)
    return url_of(Progress(page.respondent).after(page.section.key), sparat=page.window)


def _rendered(page: SectionPage) -> str:
    respondent = page.respondent
    saved_at = respondent.draft.saved_at
    return render_template(
        "respondent/section.html",
        page=page,
        conflicts=saving.choices(page),
        parts=who_answered.beside(respondent, page.section.key),
        script=script(page.section, respondent),
        time=answering_time(respondent.questionnaire, with_optional=False),
        progress=Progress(respondent), invitation=respondent.invitation,
        saved_at=clock.local(saved_at) if saved_at else None,
    )  # fmt: skip


def script(section: Section, respondent: Respondent) -> dict[str, Any] | None:
    """What to say aloud on a page, when the coordinator fills in."""
    if respondent.by_staff_id is None:
        return None
    asks = respondent.questionnaire
    asked = dict.fromkeys((*asks.on_page(section), *asks.in_section(section.key)))
    return {
        "opening": section.spoken(language()).format(
            time=answering_time(asks, with_optional=False)
        ),
        "lines": [q.spoken(language()) for q in asked if q.typed],
    }


def url_of(section: Section | None, **asked: Any) -> str:
    """The address of a page of the form; None stands for what a colleague ends with."""
    if section is None:
        return url_for("answer.later")
    if section is REVIEW:
        return url_for("answer.review", **asked)
    return url_for("answer.fill_in", section=section.key, **asked)


@blueprint.get("/svara/senare")
def later() -> Reply:
    """How to come back."""
    respondent = answering()
    saved_at = respondent.draft.saved_at
    return render_template(
        "respondent/later.html",
        invitation=respondent.invitation,
        section=Progress(respondent).next_section(),
        parts=who_answered.beside(respondent, ""),
        saved_at=clock.local(saved_at) if saved_at else None,
    )


@blueprint.post("/svara/avsluta")
def leave() -> Reply:
    """Close the form in this browser; what is saved stays saved."""
    phoned = sessions.on_phone()
    sessions.forget(survey_db())
    leave_session(survey_db())
    if phoned is not None:
        return redirect(url_for("office.overview"), 303)
    reply = make_response(render_template("respondent/left.html"))
    # What was seen is in no cache; what waits to be saved without a network stays.
    reply.headers["Clear-Site-Data"] = '"cache"'
    return reply


@blueprint.post("/svara/<section>/spara")
def autosave(section: str) -> Reply:
    """Save the fields named in `field`; the page stays as it is and is told how it went."""
    try:
        return jsonify(_autosaved(_page_of(section)))
    except tuple(REFUSALS) as refused:
        if isinstance(refused, saving.NotStored):
            current_app.logger.exception("answers not saved")
        status, words = next(v for kind, v in REFUSALS.items() if isinstance(refused, kind))
        return jsonify(said=words()), status


def _autosaved(page: SectionPage) -> dict[str, Any]:
    respondent, seen = page.respondent, page.revision
    names = set(request.form.getlist("field")) & page.form.data.keys()
    fired = [f for f in page.run_checks() if f.rule == "out_of_range" and f.fields[0] in names]
    if names:
        kept = {n: k for n, k in saving.entered(page, fired).items() if n in names}
        page.stale = respondent.save(kept, seen, page.window)
    else:
        refuse_when_closed(respondent.db, respondent.invitation.id)
    return {
        "revision": respondent.draft.revision,
        "said": _said(page, bool(names)),
        # What to write instead, for what cannot be taken as an answer; nothing is missed yet.
        "hints": {p.name: p.text for p in find_problems(page, fired) if p.name in names},
        "conflicts": {c.name: asdict(c) for c in saving.choices(page)},
        "news": _news(page, names, seen),
    }


def _said(page: SectionPage, now: bool) -> str:
    at = clock.now() if now else page.respondent.draft.saved_at
    return saved_words(clock.local(at)) if at else ""


def _news(page: SectionPage, names: set[str], seen: int) -> dict[str, Any]:
    """What others have saved on this page meanwhile, for the fields that did not come in."""
    draft = page.respondent.draft
    writer = DraftWriter(page.respondent.by, page.window)
    others = [n for n in page.form.data if n not in names]
    return {
        name: asdict(saving.choice(page, name, draft.kept[name], mine_known=False))
        for name in changed_since(draft, others, seen, writer)
    }
