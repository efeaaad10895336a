"""What happens by itself in a round: when, to how many, and why not, if it is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlite_utils import Database

from survey_data import clock
from survey_data.automation import calendar_runner
from survey_data.rounds import calendar
from survey_data.rounds.calendar import MAILS, RELEASES, Act
from survey_data.rounds.rounds import Round

# What comes later than this is folded away; the next one never is.
DAYS_SHOWN = 14


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
class UpcomingAct:
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


def upcoming_acts(db: Database, survey_round: Round, acts: list[Act]) -> list[UpcomingAct]:
    """Every act of a round that is to come, in the order of a round."""
    why = calendar.pause_reasons(db, survey_round.id)
    counted: dict[tuple[str, date], int] = {}
    return [_upcoming(db, act, counted, why.get(act.id, "")) for act in acts if act.is_waiting]


def recipients_at(act: Act) -> str:
    """The moment for which an act's recipients are counted: its own, or now if that has passed."""
    return max(act.due_at, clock.now())


def _upcoming(
    db: Database, act: Act, counted: dict[tuple[str, date], int], why: str
) -> UpcomingAct:
    is_mail, is_past = act.kind in MAILS, act.due_at <= clock.now()
    count = _count(db, act, counted) if is_mail else 0
    reason = pause_words().get(why, "")
    return UpcomingAct(
        act, act_words()[act.kind], moment(act.due_at), count, is_mail, is_past, reason
    )


def _count(db: Database, act: Act, counted: dict[tuple[str, date], int]) -> int:
    """How many an act would write to; acts of one kind and day share one count."""
    key = (calendar.MAIL_OF[act.kind], clock.local(recipients_at(act)).date())
    if key not in counted:
        counted[key] = len(calendar_runner.recipients(db, act, recipients_at(act)))
    return counted[key]


def pause_words() -> dict[str, str]:
    """Why the system itself paused an act."""
    return {
        "ApprovalNeeded": _("En andra person måste godkänna utgåvan innan den publiceras."),
        "PlaceholdersLeft": _("Förbundets uppgifter är inte ifyllda. Se Inställningar."),
        "restored from a copy": _("Data är återställda från en kopia. Kan det redan vara gjort?"),
    }


def folded(upcoming: list[UpcomingAct]) -> tuple[list[UpcomingAct], list[UpcomingAct]]:
    """What is due within the window, or next, and what comes after that."""
    last = clock.from_now(days=DAYS_SHOWN)
    by_day = sorted(upcoming, key=lambda a: a.act.due_at)
    soon = [a for a in by_day if a.act.due_at <= last] or by_day[:1]
    return soon, by_day[len(soon) :]
