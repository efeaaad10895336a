"""The round's calendar on the overview, and what happens by itself: paused, moved or done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlite_utils import Database
from werkzeug.wrappers import Response
from wtforms import TimeField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.publishing.releases import not_published_words
from forms.office.round.upcoming_acts import (
    UpcomingAct,
    act_words,
    folded,
    moment,
    recipients_at,
    upcoming_acts,
)
from forms.office.typed_fields import Day
from forms.translations import language
from forms.web.request_context import actor, places, survey_db
from survey_data import clock
from survey_data.automation import calendar_runner
from survey_data.errors import NotProtected, RoundClosed, RoundStillOpen
from survey_data.publishing.errors import EditionsMissing
from survey_data.rounds import calendar, calendar_rules
from survey_data.rounds.calendar import MAILS, RELEASES, Act, ActNotWaiting, NoSuchAct
from survey_data.rounds.calendar_rules import DateRuleBroken
from survey_data.rounds.rounds import Round


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
    soon, later = folded(upcoming)
    return {"stops": _stops(survey_round, acts, upcoming), "upcoming": soon, "later": later}


def _stops(survey_round: Round, acts: list[Act], upcoming: list[UpcomingAct]) -> list[CalendarStop]:
    waiting = {a.act.id: a for a in upcoming}
    next_id = next((a.act.id for a in upcoming if a.act.state == "planned"), None)
    day = format_date(survey_round.reference_date, "EEE d MMM")
    found = [CalendarStop(_look_of_day(survey_round), day, _("Räknedag"), _("Läget som räknas"))]
    for act in acts:
        look = "done" if act.state == "done" else ("next" if act.id == next_id else "")
        if act.state == "done":
            found.append(CalendarStop(look, _day(act), act_words()[act.kind], _done(act)))
        elif act.id in waiting:
            found.append(
                CalendarStop(look, _day(act), act_words()[act.kind], _to_come(waiting[act.id]))
            )
        elif act.kind in ("close", "final_release"):
            # Left out of what happens by itself, and still a part of every round.
            found.append(CalendarStop("", _("senare"), act_words()[act.kind], _("När ni väljer")))
    return found


def _look_of_day(survey_round: Round) -> str:
    return "done" if survey_round.reference_date <= clock.today() else ""


def _day(act: Act) -> str:
    pattern = "EEE d MMM HH:mm" if act.is_waiting else "EEE d MMM"
    return str(format_datetime(clock.local(act.moment), pattern, rebase=False))


def _done(act: Act) -> str:
    if act.kind in MAILS:
        return str(ngettext("%(num)s skickat", "%(num)s skickade", act.count or 0))
    return str(_("Stängd") if act.kind == "close" else _("Publicerad"))


def _to_come(upcoming: UpcomingAct) -> str:
    if upcoming.act.state == "paused":
        return str(_("Pausad"))
    if upcoming.is_mail:
        return str(ngettext("%(num)s mottagare", "%(num)s mottagare", upcoming.recipients))
    days = (clock.local(upcoming.act.due_at).date() - clock.today()).days
    return str(ngettext("%(num)s dag kvar", "%(num)s dagar kvar", max(0, days)))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another date and time for an act, as clocks in Sweden show it."""

    day = Day()
    hour = TimeField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.day.validators = [InputRequired(_("Skriv datumet som ÅÅÅÅ-MM-DD."))]
        self.hour.validators = [InputRequired(_("Skriv klockslaget som TT:MM."))]


@blueprint.route("/kalender/<int:act_id>", methods=["GET", "POST"])
def move_act(act_id: int) -> str | Response:
    """Give an act another moment; says the rules, and which of them was broken."""
    db, act = survey_db(), _act(act_id)
    if act.state == "done":
        flash(_("Det är redan gjort."))
        return redirect(url_for("office.overview"))
    planned = clock.local(act.due_at)
    form = MoveForm(data={"day": planned.date(), "hour": planned.time()})
    if form.validate_on_submit() and _moved(form, act):
        flash(_("%(name)s är flyttad.", name=act_words()[act.kind]))
        return redirect(url_for("office.overview"))
    survey_round = calendar_rules.round_of(db, act)
    acts = calendar.of_round(db, act.round_id)
    rules = calendar_rules.rules(act, acts, survey_round, clock.now())
    return render_template(
        "office/round/move_act.html",
        form=form,
        act=act,
        name=act_words()[act.kind],
        rules=[rule.en if language() == "en" else rule.sv for rule in rules],
    )


def _moved(form: MoveForm, act: Act) -> bool:
    due_at = clock.at(form.day.data, form.hour.data)
    try:
        calendar_rules.move(survey_db(), act.id, due_at, actor())
    except DateRuleBroken as fault:
        form.day.errors = [fault.en if language() == "en" else fault.sv]
    except RoundClosed as fault:
        form.day.errors = [_("Omgången %(year)s är redan stängd.", year=fault.year)]
    except ActNotWaiting:
        form.day.errors = [_("Det är redan gjort.")]
    else:
        return True
    return False


@blueprint.get("/kalender/<int:act_id>/mottagare")
def act_recipients(act_id: int) -> str:
    """Exactly those who would be written to as things stand, at the act's own moment."""
    act = _act(act_id)
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
    act = _act(act_id)
    try:
        calendar.pause(survey_db(), act.id, actor())
    except ActNotWaiting:
        flash(_("Det går inte längre att pausa."))
    else:
        flash(_("%(name)s är pausad tills ni startar den igen.", name=act_words()[act.kind]))
    return redirect(url_for("office.overview"))


@blueprint.post("/kalender/<int:act_id>/slapp")
def resume_act(act_id: int) -> Response:
    """Let a paused act happen by itself again."""
    act = _act(act_id)
    try:
        calendar.resume(survey_db(), act.id, actor())
    except ActNotWaiting:
        flash(_("Tiden har passerat. Välj en ny tid, eller gör det nu."))
    else:
        name, when = act_words()[act.kind], moment(act.due_at)
        flash(_("%(name)s sker automatiskt %(when)s.", name=name, when=when))
    return redirect(url_for("office.overview"))


@blueprint.get("/kalender/<int:act_id>/nu")
def ask_act(act_id: int) -> str:
    """Say what the act will do, and ask once more."""
    act = _act(act_id)
    return render_template(
        "office/round/ask_act.html",
        act=act,
        name=act_words()[act.kind],
        is_mail=act.kind in MAILS,
        is_release=act.kind in RELEASES,
        recipients=calendar_runner.recipients(survey_db(), act),
    )


@blueprint.post("/kalender/<int:act_id>/nu")
def do_act(act_id: int) -> Response:
    """Do the act now."""
    act = _act(act_id)
    flash(_outcome(act))
    return redirect(url_for("office.overview"))


def _outcome(act: Act) -> str:
    try:
        done = calendar_runner.carry_out(survey_db(), act.id, actor(), places())
    except ActNotWaiting:
        return str(_("Det är redan gjort."))
    except RoundClosed as fault:
        return str(_("Omgången %(year)s är redan stängd.", year=fault.year))
    except RoundStillOpen as fault:
        return str(_("Omgången %(year)s är öppen. Stäng den först.", year=fault.year))
    except (NotProtected, EditionsMissing) as fault:
        return not_published_words(fault)
    if act.kind in MAILS:
        count = done.count or 0
        words = ngettext("%(num)s mejl i utkorgen", "%(num)s mejl i utkorgen", count)
        return f"{act_words()[act.kind]}: {words}."
    return str(_("%(name)s: gjort.", name=act_words()[act.kind]))


def _act(act_id: int) -> Act:
    try:
        return calendar.find(survey_db(), act_id)
    except NoSuchAct:
        abort(404)
