"""Who is answering: the invitation behind the session, and what is known and saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import flask
from sqlite_utils import Database

from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.core import GONE
from forms.questionnaire.inventory import SECTIONS
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from forms.respondent.section_form import CHANGE, COUNTING
from forms.web.request_context import browser_mark, signed_in, survey_db
from survey_data.errors import RoundClosed
from survey_data.responses import delegations, devices, drafts, responses
from survey_data.responses.delegations import Delegation
from survey_data.responses.devices import Opened
from survey_data.responses.drafts import Draft, DraftAnswer, DraftWriter, Value
from survey_data.responses.responses import Response, Seen
from survey_data.review import decisions
from survey_data.review.decisions import Decision, Edit
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation
from survey_data.staff.sessions import Session


class SessionGone(Exception):
    """Nobody has claimed this browser's session, or it has ended."""


class AnotherForm(SessionGone):
    """This browser has since opened another enterprise's form; the page belongs to the first."""


class TakenBack(SessionGone):
    """The enterprise has taken back what this colleague was asked to answer."""


class MustConfirm(SessionGone):
    """This browser must show a mailed code before what is of earlier years, persons or others."""


class NotTheirs(Exception):
    """A colleague asks for what was not delegated."""

    def __init__(self, respondent: Respondent) -> None:
        super().__init__()
        self.respondent = respondent


T = TypeVar("T")
# Handing in is the manager's own.
LAST = SECTIONS[-1].key


@dataclass
class Respondent:
    """One enterprise's own view of the round; nothing here can reach another's answers.

    A colleague's holds only what was delegated: what is not there cannot be shown, checked
    against or saved.
    """

    db: Database
    invitation: Invitation
    # The coordinator who fills in while the enterprise speaks on the telephone.
    by_staff_id: int | None = None
    # Who saves, as the draft remembers it; never a name.
    by: str = ""
    delegation: Delegation | None = None
    # In a browser that is not the form's own, not before a mailed code is shown.
    sees_earlier: bool = True

    def may_open(self, section: str) -> bool:
        """Whether a page of the form is theirs."""
        return self.delegation is None or (self.delegation.covers(section) and section != LAST)

    @cached_property
    def _theirs(self) -> frozenset[str]:
        """The questions a colleague sees; the explanation of a change goes with the counting."""
        explains = any(self.may_open(key) for key in COUNTING)
        return frozenset(
            q.name
            for q in self.questionnaire.questions
            if (explains if q.section == CHANGE else self.may_open(q.section))
        )

    def _seen(self, by_name: Mapping[str, T]) -> dict[str, T]:
        if self.delegation is None:
            return dict(by_name)
        return {name: value for name, value in by_name.items() if name in self._theirs}

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire the round was opened with."""
        asked = self.invitation.round
        return questionnaires.of_round(asked.id, asked.questionnaire)

    @cached_property
    def draft(self) -> Draft:
        """What has been saved so far."""
        return self._part_of(drafts.load_draft(self.db, self.invitation.id))

    def _part_of(self, draft: Draft) -> Draft:
        return draft if self.delegation is None else drafts.draft_of(self._seen(draft.kept))

    @cached_property
    def last_year(self) -> dict[str, Value]:
        """What the enterprise answered the year before."""
        year = self.invitation.round.year
        before = next((each for each in self.history if each.year == year - 1), None)
        return self._seen(before.answers) if before else {}

    @cached_property
    def history(self) -> list[Response]:
        """The newest response of each year as it stands after the review, oldest year first."""
        years = self._years if self.sees_earlier else []
        return [decisions.edited(each, self._edits.get(each.id, {})) for each in years]

    @cached_property
    def _edits(self) -> dict[int, dict[str, Edit]]:
        return decisions.edits_of_all(self.db, self._years)

    @property
    def edits(self) -> dict[str, Edit]:
        """What the coordinator has corrected in what was handed in, by question."""
        found = self._edits.get(self.response.id, {}) if self.response else {}
        return decisions.standing(found)

    @cached_property
    def _years(self) -> list[Response]:
        return responses.history(self.db, self.invitation.enterprise.id)

    @cached_property
    def response(self) -> Response | None:
        """What has been handed in."""
        return next((r for r in self._years if r.invitation_id == self.invitation.id), None)

    @cached_property
    def returned(self) -> Decision | None:
        """What the coordinator has asked and not had an answer to."""
        return decisions.open_return(self.db, self.response)

    @property
    def asked_about(self) -> list[Question]:
        """The questions that the coordinator asks about."""
        names = self.returned.fields if self.returned else ()
        asked = [self.questionnaire[name] for name in names if name in self.questionnaire]
        return list(self._seen({question.name: question for question in asked}).values())

    @cached_property
    def saved(self) -> dict[str, Value]:
        """What has been saved or handed in, the later of the two on top.

        An answer taken down by telephone, imported or corrected has no draft.
        """
        draft, response = self.draft.answers, self.response
        if response is None:
            return draft
        # What was not answered then leaves room for what the register knows now.
        handed_in = {
            name: value
            for name, value in self._seen(response.answers).items()
            if name != "certify" and (value is not None or name in draft)
        }
        return draft | handed_in | self._unsent.answers

    @cached_property
    def _unsent(self) -> Draft:
        """What has been saved and is not in what was handed in, whichever clock says what."""
        handed_in = self.response.draft_revision if self.response else 0
        return drafts.draft_of({n: k for n, k in self.draft.kept.items() if k.revision > handed_in})

    @property
    def changed_since(self) -> bool:
        """Whether something saved after the hand-in says otherwise, and is not handed in."""
        if self.response is None:
            return False
        handed_in = self.response.answers
        differ = (handed_in.get(name) != value for name, value in self._unsent.answers.items())
        return bool(self.typed) or any(differ)

    @property
    def typed(self) -> dict[str, tuple[str, ...]]:
        """What stands in fields and is no answer, by question."""
        return self._unsent.typed

    @cached_property
    def standing(self) -> Seen:
        """What a page shows of all that is saved, handed in and corrected."""
        return responses.standing(self.db, self.invitation.id)

    @cached_property
    def answers(self) -> dict[str, Value]:
        """What the register knows, and over it what has been saved."""
        enterprise, asked = self.invitation.enterprise, self.invitation.round
        known: dict[str, Value] = {
            **self._contact,
            # Whoever is asked was active when the round opened, until somebody says otherwise.
            "status": "active",
            "enterprise_name": enterprise.name,
            "org_number": enterprise.org_number,
            "unit_name": enterprise.unit_name or None,
            "municipality_code": enterprise.municipality_code,
            "as_of_date": asked.reference_date.isoformat(),
        }
        return self.questionnaire.with_computed(known | self.saved)

    @cached_property
    def _contact(self) -> dict[str, Value]:
        """Whoever is written to answers, unless another says so; a colleague is somebody else."""
        if self.delegation is not None or not self.sees_earlier:
            return {}
        contact = self.invitation.contact
        if contact is None:
            return {}
        return {
            "respondent_name": contact.name or None,
            "respondent_role": contact.role or None,
            "respondent_contact": contact.email or contact.phone or None,
        }

    @property
    def gone(self) -> bool:
        """Whether the enterprise has said that there is nobody to count."""
        return self.saved.get("status") in GONE

    def save(
        self, entered: Mapping[str, DraftAnswer], based_on: int, window: str
    ) -> dict[str, DraftAnswer]:
        """Save all but what someone else has changed, and return that; raises RoundClosed."""
        by = DraftWriter(self.by, window)
        known, theirs = self.answers, self._seen(entered)
        empty = {n for n, each in theirs.items() if each.is_empty and known.get(n) is None}
        draft, stale = drafts.save_fresh(self.db, self.invitation.id, theirs, based_on, by, empty)
        self.draft = self._part_of(draft)
        for merged in ("_unsent", "saved", "answers"):
            self.__dict__.pop(merged, None)
        return stale


def current(to_read: bool = False) -> Respondent:
    """The respondent of this request, who sees all; raises SessionGone or NotTheirs.

    `to_read`: what is of earlier years or of persons; raises MustConfirm where a code is lacking.
    """
    respondent = behind()
    if respondent.delegation is not None:
        raise NotTheirs(respondent)
    if to_read and not respondent.sees_earlier:
        raise MustConfirm
    return respondent


def answering(section: str = "") -> Respondent:
    """The respondent of this request, a colleague too, where the section is theirs.

    Raises SessionGone, NotTheirs, or RoundClosed: what was delegated ends with the round.
    """
    respondent = behind()
    asked = respondent.invitation.round
    if respondent.delegation is not None and not asked.is_open:
        raise RoundClosed(asked.year)
    if section and not respondent.may_open(section):
        raise NotTheirs(respondent)
    return respondent


def behind() -> Respondent:
    """Whoever answers in this browser; raises SessionGone, or MustConfirm."""
    db, raw = survey_db(), flask.session.get("sid", "")
    found = invitations.behind_session(db, raw, browser_mark())
    if found is None and delegations.ended_behind(db, raw):
        raise TakenBack
    if found is None or not _still_theirs(found[0]):
        raise SessionGone
    session, invitation = found
    # Two links opened in one browser: the page of the first must never save to the second.
    if flask.request.form.get("invitation", str(invitation.id)) != str(invitation.id):
        raise AnotherForm
    guest = guest_in(db, session)
    if guest is not None and devices.must_confirm(db, guest, browser_mark()):
        raise MustConfirm
    part = delegations.find(db, session.delegation_id) if session.delegation_id else None
    return Respondent(db, invitation, session.by_staff_id, session.writer, part, guest is None)


def guest_in(db: Database, session: Session) -> Opened | None:
    """Whose form is open in a browser that is not its own and has shown no code."""
    if session.invitation_id is None or session.by_staff_id is not None or session.is_confirmed:
        return None
    opened = Opened(session.invitation_id, session.delegation_id)
    return None if devices.is_confirmed(db, opened, browser_mark()) else opened


def _still_theirs(session: Session) -> bool:
    """Whether a coordinator who fills in for someone is still signed in in this browser."""
    who = signed_in()
    return session.by_staff_id is None or (who is not None and who.id == session.by_staff_id)
