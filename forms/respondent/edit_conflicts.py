"""Two who gave one question different answers: what each said, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext

from forms.respondent.section_page import SectionPage
from forms.respondent.versions import day_and_time
from survey_data import clock
from survey_data.responses import delegations
from survey_data.responses.drafts import DraftAnswer


def _(sentence: str, **values: Any) -> str:
    return str(gettext(sentence, **values))


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
