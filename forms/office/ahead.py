"""What happens by itself in a round: when, to how many, and why not, if it is held."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlite_utils import Database

from survey_data import automatic, calendar, clock
from survey_data.calendar import MAILS, RELEASES, Act
from survey_data.rounds import Round

# What comes later than this is folded away; the next one never is.
DAYS_AHEAD = 14


def act_words() -> dict[str, str]:
    """What each act is called."""
    return {
        "pre_notice": _("Förvarning"),
        "invitation": _("Inbjudan"),
        "reminder_1": _("Påminnelse 1"),
        "reminder_2": _("Påminnelse 2"),
        "last_call": _("Sista påminnelsen"),
        "close": _("Insamlingen stänger"),
        "preliminary_release": _("Preliminär utgåva"),
        "final_release": _("Slutlig utgåva"),
    }


@dataclass(frozen=True)
class Ahead:
    """One act that is to come: when, and whom it concerns."""

    act: Act
    name: str
    when: str
    recipients: int
    is_mail: bool
    is_past: bool
    why: str = ""

    @property
    def is_release(self) -> bool:
        """Whether it makes a release, which has a page of its own."""
        return self.act.kind in RELEASES


def moment(stored: str) -> str:
    """A stored moment as the reader says it: day, date and time."""
    return str(format_datetime(clock.local(stored), "EEE d MMM HH:mm", rebase=False))


def every_ahead(db: Database, held: Round, acts: list[Act]) -> list[Ahead]:
    """Every act of a round that is to come, in the order of a round."""
    waiting = [act for act in acts if act.is_waiting]
    counts, why = _recipients(db, waiting), calendar.held_because(db, held.id)
    return [_ahead(act, counts, why.get(act.id, "")) for act in waiting]


def _recipients(db: Database, waiting: list[Act]) -> dict[str, int]:
    """How many each kind of mail would go to now, each kind counted once."""
    kinds = {automatic.MAIL_OF[a.kind]: a for a in waiting if a.kind in MAILS}
    return {kind: len(automatic.recipients(db, act)) for kind, act in kinds.items()}


def _ahead(act: Act, counts: dict[str, int], why: str) -> Ahead:
    is_mail = act.kind in MAILS
    count = counts[automatic.MAIL_OF[act.kind]] if is_mail else 0
    is_past = act.due_at <= clock.now()
    reason = held_words().get(why, "") if why else ""
    return Ahead(act, act_words()[act.kind], moment(act.due_at), count, is_mail, is_past, reason)


def held_words() -> dict[str, str]:
    """Why the system itself held an act."""
    return {
        "ApprovalNeeded": _("En andra person måste godkänna utgåvan innan den publiceras."),
    }


def folded(ahead: list[Ahead]) -> tuple[list[Ahead], list[Ahead]]:
    """What is due within the window, or next, and what comes after that."""
    last = clock.from_now(days=DAYS_AHEAD)
    by_day = sorted(ahead, key=lambda a: a.act.due_at)
    soon = [a for a in by_day if a.act.due_at <= last] or by_day[:1]
    return soon, by_day[len(soon) :]
