"""The rules between the dates of a round, each in words that a person can act on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import run, scalar, writing
from survey_data.errors import RoundClosed, SurveyError
from survey_data.rounds import calendar, rounds
from survey_data.rounds.calendar import KINDS, MAILS, Act, ActNotWaiting
from survey_data.rounds.rounds import Round


class DateRuleBroken(SurveyError):
    """A date that goes against a rule of the calendar; names the rule, in both languages."""

    def __init__(self, rule: str, sv: str, en: str) -> None:
        super().__init__(sv)
        self.rule, self.sv, self.en = rule, sv, en


NAMES = {
    "pre_notice": ("förvarningen", "the advance notice"),
    "invitation": ("inbjudan", "the invitation"),
    "reminder_1": ("påminnelse 1", "reminder 1"),
    "reminder_2": ("påminnelse 2", "reminder 2"),
    "last_call": ("sista påminnelsen", "the last call"),
    "close": ("stängningen", "the closing"),
    "preliminary_release": ("den preliminära utgåvan", "the preliminary release"),
    "final_release": ("den slutliga utgåvan", "the final release"),
}


@dataclass(frozen=True)
class Rule:
    """What must be true of an act's moment; the words continue "must be …"."""

    name: str
    sv: str
    en: str
    holds: Callable[[str], bool]


def rules(act: Act, acts: Sequence[Act], survey_round: Round, now: str) -> list[Rule]:
    """Every rule for an act's moment, as the calendar stands now."""
    return [
        Rule("in_the_future", "i framtiden", "in the future", lambda moment: moment > now),
        *_neighbours(act, acts),
        *_dates(act, survey_round),
    ]


def _neighbours(act: Act, acts: Sequence[Act]) -> Iterator[Rule]:
    kept = [a for a in acts if a.state != "skipped" and a.id != act.id]
    place = KINDS.index(act.kind)
    before = [a for a in kept if KINDS.index(a.kind) < place]
    after = [a for a in kept if KINDS.index(a.kind) > place]
    if before:
        yield _beside(act, before[-1], "after", "efter", 1)
    if after:
        yield _beside(act, after[0], "before", "före", -1)


def _beside(act: Act, other: Act, en_side: str, sv_side: str, sign: int) -> Rule:
    """An act comes after (sign 1) or before (-1) another; a mail at least a day from a mail."""
    a_day_apart = act.kind in MAILS and other.kind in MAILS
    sv_apart, en_apart = ("minst en dag ", "at least one day ") if a_day_apart else ("", "")
    sv, en = _named(other)

    def holds(moment: str) -> bool:
        first, last = (other.moment, moment)[::sign]
        return clock.date_of(first) < clock.date_of(last) if a_day_apart else first < last

    return Rule(f"{en_side}_{other.kind}", f"{sv_apart}{sv_side} {sv}",
                f"{en_apart}{en_side} {en}", holds)  # fmt: skip


def _dates(act: Act, survey_round: Round) -> Iterator[Rule]:
    if act.kind == "invitation":
        sv, en = in_words(survey_round.reference_date)
        yield Rule(
            "not_before_reference_date",
            f"tidigast på räknedagen den {sv}, för mejlet frågar hur det var då",
            f"no earlier than the reference date, {en}, as the mail asks how things were then",
            lambda moment: clock.date_of(moment) >= survey_round.reference_date,
        )
    sv, en = in_words(survey_round.due_date)
    if act.kind in MAILS:
        yield Rule(
            "by_the_due_date",
            f"senast på sista svarsdag den {sv}, som står i mejlet",
            f"no later than the last day for answers, {en}, which the mail names",
            lambda moment: clock.date_of(moment) <= survey_round.due_date,
        )
    if act.kind == "close":
        yield Rule(
            "not_before_due_date",
            f"tidigast på sista svarsdag den {sv}, som ni har lovat företagen",
            f"no earlier than the last day for answers, {en}, which the enterprises were promised",
            lambda moment: clock.date_of(moment) >= survey_round.due_date,
        )


def _named(other: Act) -> tuple[str, str]:
    sv, en = NAMES[other.kind]
    day_sv, day_en = in_words(clock.date_of(other.moment))
    hour = clock.local(other.moment)
    return f"{sv} den {day_sv} kl. {hour:%H.%M}", f"{en} on {day_en} at {hour:%H:%M}"


def in_words(day: date) -> tuple[str, str]:
    """A date as Swedish and English write it."""
    return format_date(day, "d MMMM", "sv"), format_date(day, "d MMMM", "en_GB")


def round_of(db: Database, act: Act) -> Round:
    """The round an act belongs to."""
    return rounds.find(db, scalar(db, "SELECT year FROM round WHERE id = ?", (act.round_id,)))


def move(db: Database, act_id: int, due_at: str, actor: str) -> None:
    """Give an act that is not done another moment; one that was left out is planned again.

    Raises NoSuchAct, ActNotWaiting, RoundClosed or DateRuleBroken.
    """
    with writing(db):
        act = calendar.find(db, act_id)
        survey_round = round_of(db, act)
        if act.state == "done":
            raise ActNotWaiting
        if not survey_round.is_open and act.kind in MAILS:
            raise RoundClosed(survey_round.year)
        acts = calendar.of_round(db, act.round_id)
        for rule in rules(act, acts, survey_round, clock.now()):
            if not rule.holds(due_at):
                raise DateRuleBroken(rule.name, f"Måste ligga {rule.sv}.", f"Must be {rule.en}.")
        state = "planned" if act.state == "skipped" else act.state
        run(db, "UPDATE act SET due_at = ?, state = ? WHERE id = ?", (due_at, state, act_id))
        audit_trail.record(
            db, actor, "act moved", f"act {act_id}",
            before={"due_at": act.due_at}, after={"kind": act.kind, "due_at": due_at},
        )  # fmt: skip
