"""The round's calendar on the overview, and what happens by itself: paused, moved or done now."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import TimeField
from wtforms.validators import InputRequired

from forms.office import blueprint, go_to
from forms.office.publishing.releases import NOT_PUBLISHED, incomplete_words, not_published_words
from forms.office.round import closed_words
from forms.office.typed_fields import Day, is_one_moment
from forms.translations import language, once_per_language
from forms.web.request_context import actor, places, survey_db
from survey_data import clock
from survey_data.automation import calendar_runner
from survey_data.errors import RoundClosed, RoundStillOpen
from survey_data.rounds import calendar, calendar_rules
from survey_data.rounds.calendar import MAILS, RELEASES, Act, ActNotWaiting
from survey_data.rounds.calendar_rules import DateRuleBroken
from survey_data.rounds.rounds import Round

# What comes later than this is folded away; the next one never is.
DAYS_SHOWN = 14


@once_per_language
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


def moment(stored: str, pattern: str = "EEE d MMM HH:mm") -> str:
    """A stored moment as the reader says it: day, date and time."""
    return str(format_datetime(clock.local(stored), pattern, rebase=False))


def upcoming_acts(db: Database, survey_round: Round, acts: list[Act]) -> list[UpcomingAct]:
    """Every act of a round that is to come, in the order of a round."""
    why, words = calendar.pause_reasons(db, survey_round.id), pause_words()
    return [
        UpcomingAct(
            act, act_words()[act.kind], moment(act.due_at),
            len(calendar_runner.recipients(db, act, recipients_at(act))), act.kind in MAILS,
            act.due_at <= clock.now(), words.get(why.get(act.id, ""), ""),
        )
        for act in acts
        if act.is_waiting
    ]  # fmt: skip


def recipients_at(act: Act) -> str:
    """The moment for which an act's recipients are counted: its own, or now if that has passed."""
    return max(act.due_at, clock.now())


def pause_words() -> dict[str, str]:
    """Why the system itself paused an act."""
    return {
        "ApprovalNeeded": _("En andra person måste godkänna utgåvan innan den publiceras."),
        "IncompleteCoverage": incomplete_words(),
        "PlaceholdersLeft": _("Förbundets uppgifter är inte ifyllda. Se Inställningar."),
        "ReleaseStopped": _("Servern avbröt arbetet. Inget är publicerat: gör det igen."),
        "restored from a copy": _("Data är återställda från en kopia. Kan det redan vara gjort?"),
        calendar_runner.LEAPT: _("Serverns klocka hoppade framåt. Är det dags?"),
    }


@dataclass(frozen=True)
class CalendarStop:
    """One stop of the calendar: its day, its name and one fact."""

    look: str
    when: str
    name: str
    fact: str


def calendar_facts(db: Database, survey_round: Round) -> dict[str, Any]:
    """What the overview shows of a round's calendar."""
    acts = calendar.of_round(db, survey_round.id)
    upcoming = upcoming_acts(db, survey_round, acts)
    last = clock.from_now(days=DAYS_SHOWN)
    by_day = sorted(upcoming, key=lambda a: a.act.due_at)
    soon = [a for a in by_day if a.act.due_at <= last] or by_day[:1]
    return {
        "stops": _stops(survey_round, acts, upcoming),
        "upcoming": soon,
        "later": by_day[len(soon) :],
    }


def _stops(survey_round: Round, acts: list[Act], upcoming: list[UpcomingAct]) -> list[CalendarStop]:
    waiting = {a.act.id: a for a in upcoming}
    next_id = next((a.act.id for a in upcoming if a.act.state == "planned"), None)
    day = format_date(survey_round.reference_date, "EEE d MMM")
    look = "done" if survey_round.reference_date <= clock.today() else ""
    found = [CalendarStop(look, day, _("Räknedag"), _("Dagen som svaren gäller"))]
    for act in acts:
        name = act_words()[act.kind]
        if act.state == "done":
            found.append(CalendarStop("done", _day(act), name, _done(act)))
        elif act.id in waiting:
            look = "next" if act.id == next_id else ""
            found.append(CalendarStop(look, _day(act), name, _to_come(waiting[act.id])))
        elif act.kind in ("close", "final_release"):
            # Left out of what happens by itself, and still a part of every round.
            found.append(CalendarStop("", _("senare"), name, _("När ni väljer")))
    return found


def _day(act: Act) -> str:
    return moment(act.moment) if act.is_waiting else moment(act.moment, "EEE d MMM")


def _done(act: Act) -> str:
    if act.kind in MAILS:
        return ngettext("%(num)s skickat", "%(num)s skickade", act.count or 0)
    return _("Stängd") if act.kind == "close" else _("Publicerad")


def _to_come(upcoming: UpcomingAct) -> str:
    if upcoming.act.state == "paused":
        return _("Pausad")
    if upcoming.is_mail:
        return ngettext("%(num)s mottagare", "%(num)s mottagare", upcoming.recipients)
    days = (clock.date_of(upcoming.act.due_at) - clock.today()).days
    return ngettext("%(num)s dag kvar", "%(num)s dagar kvar", max(0, days))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another date and time for an act, as clocks in Sweden show it."""

    day = Day()
    hour = TimeField(validators=[InputRequired(_l("Skriv klockslaget som TT:MM."))])


@blueprint.route("/kalender/<int:act_id>", methods=["GET", "POST"])
def move_act(act_id: int) -> str | Response:
    """Give an act another moment; says the rules, and which of them was broken."""
    db, act = survey_db(), calendar.find(survey_db(), act_id)
    if act.state == "done":
        return go_to("overview", _("Det är redan gjort."))
    planned = clock.local(act.due_at)
    form = MoveForm(data={"day": planned.date(), "hour": planned.time()})
    if form.validate_on_submit() and is_one_moment(form.hour, form.day.data, form.hour.data):
        due_at = clock.at(form.day.data, form.hour.data)
        try:
            calendar_rules.move(db, act.id, due_at, actor())
        except DateRuleBroken as fault:
            form.day.errors = [fault.en if language() == "en" else fault.sv]
        except RoundClosed as fault:
            form.day.errors = [closed_words(fault)]
        except ActNotWaiting:
            form.day.errors = [_("Det är redan gjort.")]
        else:
            return go_to("overview", _("%(name)s är flyttad.", name=act_words()[act.kind]))
    acts, survey_round = calendar.of_round(db, act.round_id), calendar_rules.round_of(db, act)
    rules = calendar_rules.rules(act, acts, survey_round, clock.now())
    return render_template(
        "office/round/move_act.html",
        form=form,
        name=act_words()[act.kind],
        rules=[rule.en if language() == "en" else rule.sv for rule in rules],
    )


@blueprint.get("/kalender/<int:act_id>/mottagare")
def act_recipients(act_id: int) -> str:
    """Exactly those who would be written to as things stand, at the act's own moment."""
    act = calendar.find(survey_db(), act_id)
    return render_template(
        "office/round/act_recipients.html",
        act=act,
        name=act_words()[act.kind],
        when=moment(act.moment),
        recipients=calendar_runner.recipients(survey_db(), act, recipients_at(act)),
    )


@blueprint.post("/kalender/<int:act_id>/hall")
def pause_act(act_id: int) -> Response:
    """Let an act wait until it is started again."""
    act = calendar.find(survey_db(), act_id)
    try:
        calendar.pause(survey_db(), act.id, actor())
    except ActNotWaiting:
        return go_to("overview", _("Det går inte längre att pausa."))
    said = _("%(name)s är pausad tills ni startar den igen.", name=act_words()[act.kind])
    return go_to("overview", said)


@blueprint.post("/kalender/<int:act_id>/slapp")
def resume_act(act_id: int) -> Response:
    """Let a paused act happen by itself again."""
    act = calendar.find(survey_db(), act_id)
    try:
        calendar.resume(survey_db(), act.id, actor())
    except ActNotWaiting:
        return go_to("overview", _("Tiden har passerat. Välj en ny tid, eller gör det nu."))
    name, when = act_words()[act.kind], moment(act.due_at)
    return go_to("overview", _("%(name)s sker automatiskt %(when)s.", name=name, when=when))


@blueprint.get("/kalender/<int:act_id>/nu")
def ask_act(act_id: int) -> str:
    """Say what the act will do, and ask once more."""
    act = calendar.find(survey_db(), act_id)
    return render_template(
        "office/round/ask_act.html",
        name=act_words()[act.kind],
        is_mail=act.kind in MAILS,
        is_release=act.kind in RELEASES,
        recipients=calendar_runner.recipients(survey_db(), act),
    )


@blueprint.post("/kalender/<int:act_id>/nu")
def do_act(act_id: int) -> Response:
    """Do the act now."""
    act = calendar.find(survey_db(), act_id)
    name = act_words()[act.kind]
    try:
        done = calendar_runner.carry_out(survey_db(), act.id, actor(), places())
    except ActNotWaiting:
        said = _("Det är redan gjort.")
    except RoundStillOpen as fault:
        said = _("Omgången %(year)s är öppen. Stäng den först.", year=fault.year)
    except NOT_PUBLISHED as fault:
        said = not_published_words(fault)
    else:
        said = _("%(name)s: gjort.", name=name)
        if act.kind in MAILS:
            mails = ngettext("%(num)s mejl i utkorgen", "%(num)s mejl i utkorgen", done.count or 0)
            said = f"{name}: {mails}."
    return go_to("overview", said)
