"""Handing in: what is left to correct, and the answers stored with what the checks say of them."""

from dataclasses import dataclass, replace

from sqlite_utils import Database

from forms.checks import checking, messages
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.inventory import NUMBERS
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire
from forms.questionnaire.types import Unreadable, read
from forms.respondent.receipt import to_hand_in
from forms.respondent.respondent import Respondent
from forms.respondent.steps import FILLED_IN, REVIEW
from survey_data.database import writing
from survey_data.responses import drafts, responses
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response, Seen
from survey_data.review import FiredCheck, check_results, decisions
from survey_data.rounds import calls, invitations
from survey_data.rounds.invitations import Invitation


@dataclass(frozen=True)
class ToCorrect:
    """Something that keeps the whole from being handed in, and the section it is corrected in."""

    section: str
    name: str
    text: str


def news_since(respondent: Respondent, seen: Seen, language: str) -> list[tuple[str, str]]:
    """What was saved or corrected after what a review showed, each with its question."""
    asked = respondent.questionnaire
    fresh = {n: kept for n, kept in respondent.draft.kept.items() if kept.revision > seen.revision}
    saved = [
        (
            asked[name].short(language),
            asked[name].show(kept.value, language) or " ".join(kept.typed) or "–",
        )
        for name, kept in fresh.items()
        if name in asked
    ]
    if respondent.response is None or seen.decision == respondent.standing.decision:
        return saved
    return saved + [
        (asked[name].short(language), asked[name].show(edit.edited, language) or "–")
        for name, edit in respondent.edits.items()
        if name in asked
    ]


def left_to_correct(respondent: Respondent, language: str, certified: bool) -> list[ToCorrect]:
    """Everything that must be put right before handing in, the certificate last."""
    values, unreadable = _typed_again(respondent)
    answers = respondent.answers | values | {"certify": certified or None}
    fired = checking.run(
        respondent.questionnaire, answers, respondent.last_year,
        reference_date=respondent.invitation.round.reference_date.isoformat(),
    )  # fmt: skip
    asked = respondent.questionnaire
    said = [
        (f.fields[0], messages.in_summary(f, asked, language))
        for f in checking.must_be_put_right(fired)
        if f.fields[0] not in unreadable
    ]
    for name, why in unreadable.items():
        said.append((name, messages.unreadable_in_summary(why, asked[name], language)))
    said.sort(key=lambda each: asked.places[each[0]])
    return [ToCorrect(_section_of(asked[name]), name, text) for name, text in said]


def _typed_again(respondent: Respondent) -> tuple[dict[str, Value], dict[str, str]]:
    """The texts that were kept because they were no answers: what they say, or why nothing."""
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for name, texts in respondent.typed.items():
        try:
            values[name] = read(respondent.questionnaire[name], texts)
        except Unreadable as reason:
            unreadable[name] = reason.check
    return values, unreadable


def _section_of(question: Question) -> str:
    return next(page.key for page in (REVIEW, NUMBERS, *FILLED_IN) if question.section in
                (page.key, *page.groups))  # fmt: skip


def hand_in(respondent: Respondent, language: str, seen: Seen) -> None:
    """Hand in everything that is saved and seen.

    Raises RoundClosed, or ChangedUnseen where others did something after what was `seen`.
    """
    answers = to_hand_in(respondent.questionnaire, respondent.answers | {"certify": True})
    # What is handed in was read before the transaction: nothing may have come after that either.
    seen = replace(seen, revision=respondent.draft.revision)
    db, invitation, by = respondent.db, respondent.invitation, respondent.by_staff_id
    before, mode = respondent.last_year, "web" if by is None else "phone"
    with writing(db):
        known = responses.latest(db, invitation.id) if by is not None else None
        stored = hand_in_answers(db, invitation, answers, language, mode, seen, before)
        # The same answers again are the version that is there, and no new call.
        if by is not None and (known is None or stored.id != known.id):
            calls.note_hand_in(db, stored, f"staff {by}")


def hand_in_answers(
    db: Database, invitation: Invitation, answers: drafts.Answers, language: str, mode: str,
    seen: Seen | None = None, last_year: Answers | None = None,
) -> Response:  # fmt: skip
    """Hand in, and keep what the checks say of it, in one transaction.

    Raises RoundClosed, or ChangedUnseen where something came after what was `seen`.
    """
    with writing(db):
        response = responses.hand_in(db, invitation.id, answers, language, mode, seen)
        check_results.keep(db, response.id, _run(db, response, invitation, last_year))
    return response


def keep_checks(db: Database, response: Response) -> None:
    """Run the checks on a response and keep what they say, unless that has been done."""
    check_results.keep(db, response.id, _run(db, response))


def fired_on(db: Database, response: Response) -> list[FiredCheck]:
    """What the checks said when it came in; of one that came another way, what they say now."""
    if check_results.was_run(db, response.id):
        return check_results.of_response(db, response.id)
    return _run(db, response)


def _run(
    db: Database,
    response: Response,
    invitation: Invitation | None = None,
    last_year: Answers | None = None,
) -> list[FiredCheck]:
    invitation = invitation or invitations.by_id(db, response.invitation_id)
    asked = questionnaire_of(invitation)
    found = checking.run(
        asked,
        response.answers,
        decisions.last_year(db, invitation) if last_year is None else last_year,
        reference_date=invitation.round.reference_date.isoformat(),
    )
    return [
        replace(f, explained=f.asked and _is_explained(f, asked, response.answers)) for f in found
    ]


def questionnaire_of(invitation: Invitation) -> Questionnaire:
    """The questionnaire that the invitation's round was opened with."""
    return questionnaires.of_round(invitation.round.id, invitation.round.questionnaire)


def _is_explained(fired: FiredCheck, asked: Questionnaire, answers: Answers) -> bool:
    """Whether a sentence was written, or a reason ticked that fits what the check saw."""
    if answers.get("comment_changes"):
        return True
    ticked, fits = answers.get("change_reasons"), fired.parameters.get("fits")
    if not isinstance(ticked, list) or "change_reasons" not in asked:
        return False
    chosen = (c for c in asked["change_reasons"].choices if c.code in ticked)
    return any(not c.fits or fits is None or fits in c.fits for c in chosen)
