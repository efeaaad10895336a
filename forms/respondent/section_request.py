"""A section as a request asks for it: what is saved, or what was just sent in."""

from __future__ import annotations

import re
import secrets

from flask import request

from forms.questionnaire.questionnaire import Section
from forms.respondent import saving, section_form
from forms.respondent.respondent import Respondent
from forms.respondent.section_page import SectionPage
from survey_data.responses.drafts import Kept

WINDOW = re.compile(r"[0-9a-f]{8}")
# Back to the review, and to the place in it that one came from.
BACK = re.compile(r"granska(-[A-Za-z-]{1,20})?")


def asked_for(section: Section, respondent: Respondent, language: str) -> SectionPage:
    """The page of a section, filled in with what the request says of it."""
    form_class = section_form.form_class(respondent.questionnaire, section.key, language)
    sent = saving.with_filled(request.form) if request.method == "POST" else None
    form = form_class(sent, data=respondent.answers)
    if sent is None:
        form.bring_back(respondent.typed)
    elif "offered" not in sent:
        form.leave_explanation(respondent.answers)
    return SectionPage(
        section,
        respondent,
        form,
        language,
        revision=request.form.get("revision", respondent.draft.revision, type=int),
        window=_window(),
        stale=_unsettled(respondent),
        offered=frozenset(request.form.getlist("offered")),
        last_typed=request.form.get("last_typed", ""),
        back=_back(),
        go="later" if request.form.get("go") == "later" else "next",
    )


def _window() -> str:
    """Which window this is; a new one unless the page has said so."""
    sent = request.form.get("window", "")
    return sent if WINDOW.fullmatch(sent) else secrets.token_hex(4)


def _back() -> str:
    """The place in the review to come back to, "" for none."""
    asked = request.values.get("till", "")
    return asked if BACK.fullmatch(asked) else ""


def _unsettled(respondent: Respondent) -> dict[str, Kept]:
    """The conflicts that a pressed button leaves for the person to settle."""
    if "fill" not in request.form:
        return {}
    settled = saving.filled_by_button(request.form)
    names = [n for n in request.form.getlist("unsettled") if n not in settled]
    return {n: respondent.draft.kept[n] for n in names if n in respondent.draft.kept}
