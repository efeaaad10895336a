"""Corrected values as typed at the office: read like answers, and held to the same hard checks."""

from collections.abc import Mapping

from forms.checks import checking, messages
from forms.office.review.review_page import ReviewPage
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers
from forms.questionnaire.types import Unreadable, read
from survey_data.responses.drafts import Value
from survey_data.review import FiredCheck


def read_corrections(page: ReviewPage, form: Mapping[str, str]) -> dict[str, Value]:
    """What has been typed over what stands; what cannot be used stands in `page.problems`."""
    values: dict[str, Value] = {}
    for question in page.correctable:
        if f"edit-{question.name}" in form:
            _read_one(page, question, form, values)
    return _with_totals(page, values)


def corrections_again(page: ReviewPage) -> tuple[dict[str, Value], str]:
    """The corrections that an earlier version had, to be made in this one too, and why."""
    reasons = dict.fromkeys(edit.reason for edit in page.left_behind.values())
    values = {name: edit.edited for name, edit in page.left_behind.items()}
    return _with_totals(page, values), " ".join(reasons)


def _with_totals(page: ReviewPage, values: Mapping[str, Value]) -> dict[str, Value]:
    """What differs from what stands, with the totals that follow; held to the hard checks."""
    corrected = {**page.asked.with_computed({**page.answers, **values}), **values}
    if not page.problems:
        _refuse_what_cannot_stand(page, corrected)
    return {n: v for n, v in corrected.items() if page.answers.get(n) != v}


def _read_one(
    page: ReviewPage, question: Question, form: Mapping[str, str], values: dict[str, Value]
) -> None:
    field = f"edit-{question.name}"
    try:
        values[question.name] = read(question, [form[field]])
    except Unreadable as fault:
        page.problems.append((field, messages.unreadable(fault.check, question, page.language)))


def _refuse_what_cannot_stand(page: ReviewPage, corrected: Answers) -> None:
    """A hard check that the correction itself sets off; what was wrong before may stay so."""
    known = {found.check_id for found in _hard(page, page.answers)}
    for found in _hard(page, corrected):
        if found.check_id not in known:
            said = messages.say(found, page.asked, page.language)
            page.problems.append((f"edit-{found.fields[0]}", said))


def _hard(page: ReviewPage, answers: Answers) -> list[FiredCheck]:
    day = page.invitation.round.reference_date.isoformat()
    found = checking.run(page.asked, answers, page.last_year, reference_date=day)
    return checking.must_be_put_right(found)
