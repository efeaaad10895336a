"""Saving what was typed, so that nothing is lost and nothing overwritten.

Where two gave one question different answers, neither is saved over the other: a person chooses.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request

from forms.questionnaire.inventory import questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire, of_round
from forms.respondent.section_form import CHANGE, AnswerField
from forms.respondent.section_page import SectionPage
from forms.respondent.who_answered import day_and_time
from forms.translations import gettext as _
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.database import writing
from survey_data.responses import delegations
from survey_data.responses.drafts import DraftAnswer, Value
from survey_data.review import FiredCheck, check_results
from survey_data.review.check_results import Met
from survey_data.rounds import rounds
from survey_data.typed_text import begins_with_birthday, has_personal_number

# A field a person did not fill in, though it came with the form.
MACHINERY = {
    "csrf_token", "revision", "go", "fill", "asked", "offered", "last_typed", "till", "certify",
    "invitation", "window", "unsettled", "field", "seen", "about",
}  # fmt: skip
# What SQLite raises when the disk is full or fails, or when another holds the lock too long.
NotStored = sqlite3.OperationalError


def save(page: SectionPage, fired: Iterable[FiredCheck]) -> bool:
    """Save what can be; False where it could not be, and the page says why."""
    try:
        page.stale = page.respondent.save(entered(page, fired), page.revision, page.window)
    except NotStored:
        current_app.logger.exception("answers not saved")
        page.not_saved = True
        return False
    # From here the page has seen what is saved, so saving again is the person's own choice.
    page.revision = page.respondent.draft.revision
    return not page.stale


def note_checks(page: SectionPage, fired: Iterable[FiredCheck]) -> None:
    """Record which checks a page met; a record that cannot be kept costs nobody an answer."""
    met = [
        Met(f.check_id, {name: page.answers.get(name) for name in f.fields})
        for f in fired
        if f.rule != "missing" and (f.asked or f.kind != "soft")
    ]
    try:
        if met:
            with writing(page.respondent.db) as db:
                check_results.note(db, page.respondent.invitation.id, met)
    except NotStored:
        current_app.logger.exception("checks not recorded")


def entered(page: SectionPage, fired: Iterable[FiredCheck]) -> dict[str, DraftAnswer]:
    """What a page has to save: its answers, and as they were typed the texts that are none."""
    refused = {f.fields[0] for f in fired if f.rule == "out_of_range"} & page.form.data.keys()
    answers = {n: v for n, v in page.form.answers.items() if n not in refused}
    kept = {n: DraftAnswer(v) for n, v in _with_explanation(page, answers).items()}
    return kept | _no_answers(page, refused | page.form.unreadable.keys())


def _no_answers(page: SectionPage, names: Iterable[str]) -> dict[str, DraftAnswer]:
    known = page.respondent.draft.typed
    texts = {n: () if _never_kept(page.form[n]) else tuple(page.form[n].texts) for n in names}
    # What may not be kept also takes away what stood there half written.
    return {n: DraftAnswer(None, typed) for n, typed in texts.items() if typed or n in known}


def _never_kept(field: AnswerField) -> bool:
    text = " ".join(field.texts)
    birthday = field.question.kind == "org_number" and begins_with_birthday(text)
    return birthday or has_personal_number(text)


def _with_explanation(page: SectionPage, answers: dict[str, Value]) -> dict[str, Value]:
    """Leave the explanation alone where it was not asked; keep reasons another page ticked."""
    names = {q.name for q in page.questionnaire.in_section(CHANGE)}
    if not page.offered:
        return {name: value for name, value in answers.items() if name not in names}
    saved = page.respondent.saved.get("change_reasons")
    elsewhere = [c for c in saved if c not in page.offered] if isinstance(saved, list) else []
    ticked = answers.get("change_reasons")
    reasons = [*elsewhere, *ticked] if isinstance(ticked, list) else elsewhere
    return answers | {"change_reasons": reasons or None}


def must_stop(page: SectionPage, later: bool) -> bool:
    """Whether the page is shown again: leaving for later asks only that all could be saved."""
    if not later:
        return bool(page.problems)
    unsaved = {name for name in page.form.unreadable if _never_kept(page.form[name])}
    page.problems = [p for p in page.problems if p.name in unsaved]
    return bool(page.problems)


def typed() -> list[tuple[str, str]]:
    """What a person typed in a form that could not be saved, to show it back in words."""
    asked = _asked_now()
    return [
        _in_words(asked[name], text) if name in asked else (name, text)
        for name, text in request.form.items(multi=True)
        if name not in MACHINERY and text
    ]


def _asked_now() -> Questionnaire:
    """The newest round's questions, its extra ones too; the usual where the database is silent."""
    with suppress(sqlite3.Error):
        newest = rounds.latest(survey_db())
        if newest is not None:
            return of_round(newest.id, newest.questionnaire)
    return questionnaire(clock.today().year)


def _in_words(question: Question, text: str) -> tuple[str, str]:
    chosen = {c.code: c.label(language()) for c in question.choices}
    return question.short(language()), chosen.get(text, text)


@dataclass(frozen=True)
class Conflict:
    """One question to settle: whose field it is, what happened, and the two buttons' words."""

    name: str
    label: str
    said: str
    keep: str
    take: str
    texts: list[str]

    @property
    def fill(self) -> str:
        """What the button that takes the other's answer sends."""
        return urlencode([(self.name, text) for text in self.texts or [""]])


def choices(page: SectionPage) -> list[Conflict]:
    """Every question of a page that someone else has answered otherwise, in the page's order."""
    return [choice(page, name, page.stale[name]) for name in page.form.data if name in page.stale]


def choice(page: SectionPage, name: str, kept: DraftAnswer, mine_known: bool = True) -> Conflict:
    """The choice between what someone else saved and what stands in the field."""
    theirs, mine = _theirs(page, name, kept), _mine(page, name)
    said = _who(page, kept)(answer=theirs, when=_when(kept))
    if mine_known:
        said = " ".join([said, _("Ni skrev %(answer)s.", answer=mine)])
    keep = _("Behåll %(answer)s", answer=mine) if mine_known else _("Behåll det som står här")
    take, texts = _("Ta %(answer)s", answer=theirs), texts_of(page, name, kept)
    return Conflict(name, page.form[name].question.short(page.language), said, keep, take, texts)


def texts_of(page: SectionPage, name: str, kept: DraftAnswer) -> list[str]:
    """What a field must hold to say what someone saved."""
    return list(kept.typed) or page.questionnaire[name].type.write(kept.value)


def _theirs(page: SectionPage, name: str, kept: DraftAnswer) -> str:
    return page.questionnaire[name].show(kept.value, page.language) or _quoted(kept.typed)


def _mine(page: SectionPage, name: str) -> str:
    field = page.form[name]
    return field.question.show(field.data, page.language) or _quoted(field.texts)


def _quoted(texts: Any) -> str:
    text = " ".join(texts)
    return f"”{text}”" if text else _("inget svar")


def _who(page: SectionPage, kept: DraftAnswer) -> Callable[..., str]:
    """The sentence that says who saved, as far as it is known."""
    if kept.saved_by == page.respondent.by:
        return lambda **v: _("I ett annat fönster sparade ni %(answer)s %(when)s.", **v)
    if kept.saved_by.startswith("staff"):
        return lambda **v: _("Samordnaren sparade %(answer)s %(when)s.", **v)
    if name := _colleague(page, kept):
        return lambda **v: _("%(name)s sparade %(answer)s %(when)s.", name=name, **v)
    return lambda **v: _("Någon annan sparade %(answer)s %(when)s.", **v)


def _colleague(page: SectionPage, kept: DraftAnswer) -> str:
    """The name of the colleague who saved, as the manager gave it."""
    everyone = delegations.of(page.respondent.db, page.respondent.invitation.id)
    return next((part.name for part in everyone if part.writer == kept.saved_by), "")


def _when(kept: DraftAnswer) -> str:
    day, time = day_and_time(clock.local(kept.saved_at))
    if not day:
        return _("klockan %(time)s", time=time)
    return _("den %(day)s klockan %(time)s", day=day, time=time)
