"""Who answered what, when, and what changed from one version to the next, in words."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from babel.lists import format_list
from flask_babel import format_datetime, get_locale

from forms.questionnaire.question import Question
from forms.respondent.respondent import Respondent
from forms.respondent.section_form import questions_on
from forms.respondent.steps import BY_KEY, REVIEW, sections_of
from forms.translations import gettext as _
from forms.translations import language
from survey_data import clock
from survey_data.responses import delegations, responses
from survey_data.responses.delegations import WHOLE, Delegation
from survey_data.responses.responses import Response


@dataclass(frozen=True)
class ColleaguePart:
    """One colleague's part: what it is, and what each section's state is in words."""

    delegation: Delegation
    what: str
    state: str
    sections: dict[str, str]
    titles: dict[str, str]


@dataclass(frozen=True)
class Beside:
    """What a page of the form says of it: one's own part, and the others'."""

    mine: ColleaguePart | None = None
    others: list[ColleaguePart] = field(default_factory=list)
    # The page that they stand on; nothing for all of the form.
    section: str = ""

    def state(self, part: ColleaguePart) -> str:
        """How far someone has come with what the page is about."""
        return part.sections.get(self.section, part.state)


def beside(respondent: Respondent, section: str) -> Beside:
    """Whoever else answers on a page, or with no section in the whole form."""
    db, mine = respondent.db, respondent.delegation
    live = delegations.live(db, respondent.invitation.id)
    if not live:
        return Beside()
    known = {each.delegation.id: each for each in parts(respondent, live)}
    own = known.pop(mine.id, None) if mine else None
    groups = BY_KEY[section].groups if section else ()
    covered = (p for p in known.values() if any(p.delegation.covers(g) for g in groups))
    others = list(covered) if section else list(known.values())
    # A colleague sees who shares a page, not what others were asked.
    return Beside(own, others if section or mine is None else [], section)


def parts(respondent: Respondent, found: list[Delegation]) -> list[ColleaguePart]:
    """Delegations with their state."""
    saved = delegations.saved(respondent.db, respondent.invitation.id)
    lost = delegations.undelivered(respondent.db, respondent.invitation.id)
    return [_part(respondent, d, saved.get(d.writer, {}), d.id in lost) for d in found]


def _part(
    respondent: Respondent, part: Delegation, saved: dict[str, str], lost: bool
) -> ColleaguePart:
    titles = titles_of(respondent, part)
    last = {key: _newest(respondent, key, saved) for key in titles}
    unsaved = _("inget sparat än") if part.opened_at else (
        _("mejlet kom inte fram") if lost else _("har inte öppnat länken än")
    )  # fmt: skip
    states = {key: _saved(at) if at else unsaved for key, at in last.items()}
    newest = max(last.values(), default="")
    state = _("återtaget") if part.revoked_at else _saved(newest) if newest else unsaved
    what = _("hela formuläret") if WHOLE in part.sections else _joined(list(titles.values()))
    return ColleaguePart(part, what, state, states, titles)


def titles_of(respondent: Respondent, part: Delegation) -> dict[str, str]:
    """The sections of a part and what each is called; handing in is nobody's but the manager's."""
    asked = [s for s in sections_of(respondent.questionnaire) if s is not REVIEW]
    return {s.key: s.title(language()) for s in asked if part.covers(s.key)}


def _joined(titles: list[str]) -> str:
    return format_list(titles, locale=get_locale())


def _newest(respondent: Respondent, section: str, saved: dict[str, str]) -> str:
    names = [q.name for q in questions_on(respondent.questionnaire, BY_KEY[section])]
    return max((saved[name] for name in names if name in saved), default="")


def _saved(moment: str) -> str:
    day, time = day_and_time(clock.local(moment))
    if not day:
        return _("sparat %(time)s", time=time)
    return _("sparat den %(day)s klockan %(time)s", day=day, time=time)


def filled_in(respondent: Respondent) -> list[tuple[str, str]]:
    """Which colleagues saved something, and in which sections; for the receipt."""
    asked = delegations.of(respondent.db, respondent.invitation.id)
    saved = delegations.saved(respondent.db, respondent.invitation.id) if asked else {}
    found = []
    for part in asked:
        titles = titles_of(respondent, part)
        theirs = saved.get(part.writer, {})
        touched = [title for key, title in titles.items() if _newest(respondent, key, theirs)]
        if touched:
            found.append((part.name, _joined(touched)))
    return found


def day_and_time(at: datetime) -> tuple[str, str]:
    """The day of a moment in Swedish time, "" for today, and its time of day."""
    day = "" if at.date() == clock.today() else format_datetime(at, "d MMMM", rebase=False)
    return str(day), at.strftime("%H:%M")


def saved_words(at: datetime) -> str:
    """When the answers were saved; `at` is Swedish time."""
    day, time = day_and_time(at)
    if not day:
        return _("Sparat %(time)s", time=time)
    return _("Sparat %(day)s %(time)s", day=day, time=time)


def handed_in_words(moment: str) -> str:
    """When a response was handed in; `moment` is as stored."""
    return str(format_datetime(clock.local(moment), "d MMMM HH:mm", rebase=False))


# What a question is called, with its answer before and now; "–" where there is none.
AnswerChange = tuple[str, str, str]


def versions(respondent: Respondent) -> list[tuple[Response, list[AnswerChange]]]:
    """Every version of the round with what it changed, newest first: that is what counts."""
    newest = respondent.response
    if newest is not None and newest.version == 1:
        every = [newest]
    else:
        every = responses.versions(respondent.db, respondent.invitation.id)
    asked = [q for q in respondent.questionnaire.questions if q.name != "certify"]
    changes = [_changes(before, now, asked) for before, now in pairwise(every)]
    return list(zip(reversed(every), [*reversed(changes), []], strict=True))


def _changes(before: Response, now: Response, asked: list[Question]) -> list[AnswerChange]:
    found, spoken = [], language()
    for question in asked:
        old, new = before.answers.get(question.name), now.answers.get(question.name)
        if old != new:
            said = question.show(old, spoken) or "–", question.show(new, spoken) or "–"
            found.append((question.short(spoken), *said))
    return found
