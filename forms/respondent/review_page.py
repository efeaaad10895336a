"""The review: everything as it was answered, what we know of the enterprise, and the hand-in."""

import re
from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forms.checks.checking import to_ask
from forms.respondent import handing_in, saving, who_answered
from forms.respondent.handing_in import ToCorrect
from forms.respondent.receipt import Reading, in_words, minutes_of, reference_in_words
from forms.respondent.respondent import Respondent, SessionGone, current
from forms.respondent.section_page import ABOUT, SectionPage, asked_for, find_problems
from forms.respondent.sessions import leave_session
from forms.respondent.steps import REVIEW, Progress
from forms.respondent.trend_chart import own_trend
from forms.respondent.views import blueprint, script
from forms.translations import language
from forms.web.request_context import Reply, signed_in, survey_db
from survey_data import clock, outbox
from survey_data.database import writing
from survey_data.errors import RoundClosed
from survey_data.responses import responses
from survey_data.responses.drafts import DraftWriter, changed_since
from survey_data.responses.responses import ChangedUnseen, Seen
from survey_data.review import FiredCheck
from survey_data.rounds import round_changes

# No draft is saved as often.
MOST_REVISIONS = 10**18


@blueprint.get("/svara/granska")
def review() -> Reply:
    """Everything that was answered, to read through before handing in."""
    respondent = current()
    if respondent.invitation.round.closed_at:
        raise RoundClosed(respondent.invitation.round.year)
    return _reviewed(respondent)


def _reviewed(
    respondent: Respondent,
    problems: Sequence[ToCorrect] = (),
    not_stored: bool = False,
    news: Sequence[tuple[str, str]] = (),
    changed: bool = False,
) -> str:
    # Before anything else is read, so that the page never claims to show more than it does.
    seen = respondent.standing
    draft = respondent.draft
    page = asked_for(REVIEW, respondent, language())
    fired = page.run_checks()
    page.asking = to_ask(fired)
    if problems:
        page.problems = find_problems(page, fired)
    reading = Reading(
        respondent.questionnaire, respondent.answers, respondent.last_year, language()
    )
    return render_template(
        "respondent/review.html",
        page=page,
        reading=reading,
        script=script(REVIEW, respondent),
        problems=problems,
        news=news,
        changed=changed,
        seen=seen,
        edits=respondent.edits,
        not_stored=not_stored,
        progress=Progress(respondent),
        parts=who_answered.beside(respondent, ""),
        invitation=respondent.invitation,
        saved_at=clock.local(draft.saved_at) if draft.saved_at else None,
    )


@blueprint.post("/svara/granska")
def hand_in() -> Reply:
    """Save what was changed on the review, check everything once more and hand it in."""
    try:
        respondent = current()
    except SessionGone:
        if not _was_handed_in_by_phone():
            raise
        return redirect(url_for("office.overview"), 303)
    seen = _seen(respondent.standing)
    page = asked_for(REVIEW, respondent, language())
    fired = page.run_checks()
    try:
        with writing(respondent.db):
            problems = _handed_in(page, fired, seen)
    except ChangedUnseen:
        # Read anew: what came meanwhile is what the page must show.
        now = current()
        news = handing_in.news_since(now, seen, language())
        return _reviewed(now, news=news, changed=True), 409
    except saving.NotStored:
        current_app.logger.exception("answers not handed in")
        return _reviewed(respondent, not_stored=True), 503
    if problems:
        return _reviewed(respondent, problems)
    if respondent.by_staff_id is not None:
        return _back_to_the_office(respondent)
    return redirect(url_for("answer.receipt"), 303)


def _back_to_the_office(respondent: Respondent) -> Reply:
    """The call is over: the coordinator is back at the list, with the reference to say."""
    response = responses.latest(respondent.db, respondent.invitation.id)
    assert response is not None
    leave_session(respondent.db)
    flash(_("Svaret från %(name)s är inlämnat. Referens: %(reference)s.",
            name=respondent.invitation.enterprise.full_name,
            reference=response.reference))  # fmt: skip
    return redirect(url_for("office.overview"), 303)


def _was_handed_in_by_phone() -> bool:
    """Whether the first of two presses has handed in all that the second one saw."""
    typed = re.fullmatch(r"\d{1,18}", request.form.get("invitation", ""))
    known = responses.latest(survey_db(), int(typed[0])) if typed else None
    seen = _seen(Seen(revision=MOST_REVISIONS))
    is_in = known is not None and known.mode == "phone" and known.draft_revision >= seen.revision
    return is_in and signed_in() is not None


def _handed_in(page: SectionPage, fired: list[FiredCheck], seen: Seen) -> list[ToCorrect]:
    """Hand in within one transaction; what keeps it back, when something does.

    Raises RoundClosed, NotStored, or ChangedUnseen where others did something after `seen`.
    """
    respondent = page.respondent
    if ABOUT in request.form and respondent.save(
        saving.entered(page, fired), seen.revision, page.window
    ):
        raise ChangedUnseen
    draft, writer = respondent.draft, DraftWriter(respondent.by, page.window)
    if changed_since(draft, draft.kept, seen.revision, writer):
        raise ChangedUnseen
    problems = handing_in.left_to_correct(respondent, page.language, "certify" in request.form)
    known = {each.name for each in problems}
    here = [p for p in find_problems(page, fired) if ABOUT in request.form and p.name not in known]
    problems += [ToCorrect(REVIEW.key, each.name, each.in_summary) for each in here]
    if not problems:
        handing_in.hand_in(respondent, page.language, seen)
    return problems


def _seen(now: Seen) -> Seen:
    """What the review that is handed in showed; all there is `now` where it does not say."""
    numbers = re.fullmatch(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})", request.form.get("seen", ""))
    return Seen(*map(int, numbers.groups())) if numbers else now


@blueprint.get("/svara/kvitto")
def receipt() -> Reply:
    """What was handed in, its reference, and what happens now."""
    respondent = current()
    response = respondent.response
    if response is None:
        return redirect(url_for("answer.review"), 303)
    reading = Reading(respondent.questionnaire, response.answers, respondent.last_year, language())
    # The modules of which nothing was answered, each with the whole minutes that it takes.
    asked, skipped = respondent.questionnaire, [g for g in reading.groups() if g.skipped]
    more = [(group, minutes_of(asked, [group.module])) for group in skipped if group.module]
    minutes = minutes_of(asked, [group.module for group, _ in more])
    return render_template(
        "respondent/receipt.html",
        reading=reading,
        respondent=respondent,
        edits=respondent.edits,
        response=response,
        invitation=respondent.invitation,
        said=reference_in_words(response.reference, language()),
        is_mailed=outbox.is_queued(respondent.db, "receipt", response.id),
        filled_in=who_answered.filled_in(respondent),
        versions=who_answered.versions(respondent),
        more=more,
        more_minutes=minutes,
        more_in_words=in_words(minutes, language()),
        trend=own_trend(respondent, response),
        is_released=round_changes.is_released(survey_db(), respondent.invitation.round.year),
    )
