"""Who is answering: the invitation behind the session, and what is known and saved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import flask
from sqlite_utils import Database

from forms import questionnaire as questionnaires
from forms.inventory import GONE
from forms.question import Question
from forms.questionnaire import Questionnaire
from forms.store import signed_in, survey_db
from survey_data import calls, decisions, invitations, responses, reviewed, sessions
from survey_data.decisions import Decision
from survey_data.drafts import Kept, Writer, save_fresh
from survey_data.invitations import Invitation
from survey_data.responses import Draft, Response, Value
from survey_data.sessions import Session


class SessionGone(Exception):
    """Nobody has claimed this browser's session, or it has ended."""


class AnotherForm(SessionGone):
    """This browser has since opened another enterprise's form; the page belongs to the first."""


@dataclass
class Respondent:
    """One enterprise's own view of the round; nothing here can reach another's answers."""

    db: Database
    invitation: Invitation
    # The coordinator who fills in while the enterprise speaks on the telephone.
    by_staff_id: int | None = None
    # Who saves, as the draft remembers it; never a name.
    by: str = ""

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire the round was opened with."""
        asked = self.invitation.round
        return questionnaires.of_round(asked.id, asked.questionnaire)

    @cached_property
    def draft(self) -> Draft:
        """What has been saved so far."""
        return responses.load_draft(self.db, self.invitation.id)

    @cached_property
    def last_year(self) -> dict[str, Value]:
        """What the enterprise answered the year before."""
        return reviewed.last_year(self.db, self.invitation)

    @cached_property
    def response(self) -> Response | None:
        """What has been handed in."""
        return responses.latest(self.db, self.invitation.id)

    @cached_property
    def returned(self) -> Decision | None:
        """What the coordinator has asked and not had an answer to."""
        return decisions.open_return(self.db, self.invitation.id)

    @property
    def asked_about(self) -> list[Question]:
        """The questions that the coordinator asks about."""
        names = self.returned.fields if self.returned else ()
        return [self.questionnaire[name] for name in names if name in self.questionnaire]

    @property
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
            for name, value in response.answers.items()
            if name != "certify" and (value is not None or name in draft)
        }
        return draft | handed_in if self._settled else handed_in | draft

    @property
    def _settled(self) -> bool:
        """Whether what was handed in is newer than the draft."""
        at = self.draft.saved_at or ""
        return self.response is not None and self.response.handed_in_at > at

    @property
    def typed(self) -> dict[str, tuple[str, ...]]:
        """What stands in fields and is no answer, by question."""
        return {} if self._settled else self.draft.typed

    @property
    def answers(self) -> dict[str, Value]:
        """What the register knows, and over it what has been saved."""
        enterprise, asked = self.invitation.enterprise, self.invitation.round
        known: dict[str, Value] = {
            "enterprise_name": enterprise.name,
            "org_number": enterprise.org_number,
            "unit_name": enterprise.unit_name or None,
            "municipality_code": enterprise.municipality_code,
            "as_of_date": asked.reference_date.isoformat(),
        }
        return self.questionnaire.with_computed(known | self.saved)

    @property
    def gone(self) -> bool:
        """Whether the enterprise has said that there is nobody to count."""
        return self.saved.get("status") in GONE

    def save(self, entered: Mapping[str, Kept], based_on: int, window: str) -> dict[str, Kept]:
        """Save all but what someone else has changed, and return that; raises RoundClosed."""
        writer = Writer(self.by, window)
        self.draft, stale = save_fresh(self.db, self.invitation.id, entered, based_on, writer)
        return stale


def current() -> Respondent:
    """The respondent of this request; raises SessionGone."""
    db = survey_db()
    session = sessions.find(db, flask.session.get("sid", ""))
    if session is None or session.invitation_id is None or not _still_theirs(session):
        raise SessionGone
    # Two links opened in one browser: the page of the first must never save to the second.
    if flask.request.form.get("invitation", str(session.invitation_id)) != str(
        session.invitation_id
    ):
        raise AnotherForm
    invitation = invitations.by_id(db, session.invitation_id)
    return Respondent(db, invitation, session.by_staff_id, _named(session))


def _named(session: Session) -> str:
    if session.by_staff_id is not None:
        return f"staff {session.by_staff_id}"
    return f"session {session.id_hash[:12]}"


def _still_theirs(session: Session) -> bool:
    """Whether a coordinator who fills in for someone is still signed in in this browser."""
    who = signed_in()
    return session.by_staff_id is None or (who is not None and who.id == session.by_staff_id)


def claim_session(db: Database, invitation: Invitation) -> None:
    """Begin a session of its own for a respondent; whatever session there was is over."""
    leave_session(db)
    invitations.mark_opened(db, invitation.id)
    flask.session["sid"] = sessions.start(db, invitation_id=invitation.id)


def claim_phone_session(db: Database, invitation: Invitation, staff_id: int) -> None:
    """Begin a session in which a coordinator fills in for the respondent, who opens nothing."""
    leave_session(db)
    calls.note_begun(db, invitation.id, f"staff {staff_id}")
    flask.session["sid"] = sessions.start(db, invitation_id=invitation.id, by_staff_id=staff_id)


def leave_session(db: Database) -> None:
    """End the session, here and in the browser."""
    old = flask.session.pop("sid", None)
    if old:
        sessions.end(db, old)
