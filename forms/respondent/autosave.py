"""Saving while someone types: the fields that changed come in, words for the page go out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Response, abort, current_app, jsonify, request
from flask_babel import gettext as _

from forms.respondent import edit_conflicts, saving
from forms.respondent.respondent import AnotherForm, NotTheirs, SessionGone, TakenBack, answering
from forms.respondent.section_page import SectionPage, asked_for, find_problems
from forms.respondent.steps import REVIEW, find_section
from forms.respondent.versions import saved_words
from forms.respondent.views import blueprint, reading_language
from forms.web.request_context import survey_db
from survey_data import clock, settings
from survey_data.errors import RoundClosed
from survey_data.responses.drafts import DraftWriter, changed_since, refuse_when_closed
from survey_data.review.fired_check import FiredCheck

Reply = Response | tuple[Response, int]


@blueprint.post("/svara/<section>/spara")
def autosave(section: str) -> Reply:
    """Save the fields named in `field`; the page stays as it is and is told how it went."""
    try:
        return jsonify(_saved(_page(section)))
    except tuple(REFUSALS) as refused:
        if isinstance(refused, saving.NotStored):
            current_app.logger.exception("answers not saved")
        status, words = next(v for kind, v in REFUSALS.items() if isinstance(refused, kind))
        return jsonify(said=words()), status


REFUSALS: dict[type[Exception], tuple[int, Callable[[], str]]] = {
    AnotherForm: (403, lambda: _(
        "Inte sparat: ett annat företags formulär har öppnats i den här webbläsaren."
        " Det ni skrev finns kvar och kommer tillbaka när ni öppnar er egen länk igen.")),
    TakenBack: (403, lambda: _(
        "Inte sparat: företaget har tagit tillbaka din länk. Det du skrev finns kvar här på"
        " sidan tills du stänger den.")),
    NotTheirs: (403, lambda: _("Inte sparat: du svarar inte på den här delen.")),
    SessionGone: (403, lambda: _(
        "Inte sparat: ni har varit borta en stund. Det ni skrev finns kvar i den här webbläsaren"
        " och kommer tillbaka när ni öppnar länken i mejlet igen.")),
    RoundClosed: (410, lambda: _(
        "Inte sparat: insamlingen är stängd. Det ni skrev finns kvar här. Ring samordnaren,"
        " %(phone)s, så hjälper vi er.", phone=settings.association(survey_db()).phone)),
    saving.NotStored: (503, lambda: _(
        "Inte sparat, och det är vårt fel. Det ni skriver finns kvar här, och vi försöker igen"
        " om en stund.")),
}  # fmt: skip


def _page(key: str) -> SectionPage:
    respondent = answering(key)
    here = find_section(key, respondent.questionnaire)
    if here is None or here is REVIEW:
        abort(404)
    return asked_for(here, respondent, reading_language())


def _saved(page: SectionPage) -> dict[str, Any]:
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
        "hints": _hints(page, names, fired),
        "conflicts": {c.name: asdict(c) for c in edit_conflicts.choices(page)},
        "news": _news(page, names, seen),
    }


def _said(page: SectionPage, now: bool) -> str:
    at = clock.now() if now else page.respondent.draft.saved_at
    return saved_words(clock.local(at)) if at else ""


def _hints(page: SectionPage, names: set[str], fired: list[FiredCheck]) -> dict[str, str]:
    """What to write instead, for what cannot be taken as an answer; nothing is missed yet."""
    problems = find_problems(page, fired)
    return {p.name: p.text for p in problems if p.name in names}


def _news(page: SectionPage, names: set[str], seen: int) -> dict[str, Any]:
    """What others have saved on this page meanwhile, for the fields that did not come in."""
    draft = page.respondent.draft
    writer = DraftWriter(page.respondent.by, page.window)
    others = [n for n in page.form.data if n not in names]
    return {
        name: asdict(edit_conflicts.choice(page, name, draft.kept[name], mine_known=False))
        for name in changed_since(draft, others, seen, writer)
    }
