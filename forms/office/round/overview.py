"""The start page of the coordinator: everything about the round on one page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.office import as_file, blueprint, go_to
from forms.office.data_table import (
    Column,
    Listing,
    Table,
    alphabetical,
    among,
    buttons,
    coded,
    file_only,
    moment,
    number,
    search,
    text,
)
from forms.office.mail.undelivered import short_facts, trouble_facts
from forms.office.publishing.release_page import correction_facts
from forms.office.round.calendar import act_words, calendar_facts
from forms.office.round.events import recent_facts
from forms.office.round.progress import curve_facts, newest_round, state_facts, state_words
from forms.office.settings.settings import made_up
from forms.web.request_context import actor, survey_db
from survey_data import clock, outbox, sending, settings
from survey_data.automation import calendar_runner
from survey_data.follow_up import mailings, progress
from survey_data.follow_up.progress import NOT_TO_PHONE, STATES, Rates, Standing
from survey_data.operations import restore
from survey_data.publishing import release_preview
from survey_data.register import enterprises
from survey_data.rounds import calendar, round_changes, rounds
from survey_data.rounds.rounds import Round

CALL_FIRST = 4
MOST_CALL_BACKS = 10
PAGE_SIZE = 40


@blueprint.get("/")
def overview() -> str:
    """The open round, or the latest one, or the way to the first."""
    db = survey_db()
    survey_round = rounds.current(db) or rounds.latest(db)
    if survey_round is None:
        return welcome()
    everyone = progress.standings(db, survey_round)
    return render_template(
        "office/round/overview.html",
        **_round_facts(survey_round, everyone),
        **calendar_facts(db, survey_round),
        **curve_facts(db, survey_round),
        listing=round_list(survey_round, everyone),
    )


def welcome() -> str:
    """The way to the first round, with a tick for what is done."""
    db = survey_db()
    return render_template(
        "office/round/no_round.html", made_up=made_up(None),
        is_filled_in=not settings.placeholders(db), registered=len(enterprises.enterprises(db)),
    )  # fmt: skip


def _round_facts(survey_round: Round, everyone: list[Standing]) -> dict[str, Any]:
    db = survey_db()
    rates = progress.rates(everyone)
    calls = to_call(everyone) if survey_round.is_open else []
    return {
        **state_facts(survey_round, everyone),
        "calls": calls,
        "gain": lambda s: gain(s, rates),
        "call_backs": to_call_back(everyone) if survey_round.is_open else [],
        "after_calls": after_calls(rates, calls),
        "days_left": (survey_round.due_date - clock.today()).days,
        "to_remind": _to_remind(survey_round) if survey_round.is_open else 0,
        "to_invite": [s for s in everyone if s.state == "not_invited" and s.email],
        "unaddressed": [s for s in everyone if s.state == "not_invited" and not s.email],
        "made_up": made_up(survey_round) if survey_round.is_open else [],
        "mail_counts": outbox.counts(db),
        "can_undo": round_changes.can_undo_opening(db, survey_round),
        "reopened": round_changes.reopened(db, survey_round),
        "not_in_round": round_changes.not_invited(db, survey_round),
        **short_facts(survey_round),
        **trouble_facts(),
        **recent_facts(),
        **correction_facts(db),
        "is_final": release_preview.is_final(db, survey_round.year),
        "today": clock.today(),
    }


def _to_remind(survey_round: Round) -> int:
    """How many a reminder would go to; none before anybody has been invited."""
    found = mailings.plan_reminder(survey_db(), survey_round).recipients
    return len(found) if any(one["invited"] for one in found) else 0


def to_call(everyone: Sequence[Standing]) -> list[Standing]:
    """Whom to telephone first: those whose answer would add most to the weighted rate.

    Only about something that has been sent to them. Nobody knows what someone new would add;
    they come last, and in a first year they are all.
    """
    missing = [s for s in everyone if s.state not in NOT_TO_PHONE and s.mailed_at]
    return sorted(missing, key=lambda s: (-(s.employees_before or 0), s.name))[:CALL_FIRST]


def to_call_back(everyone: Sequence[Standing]) -> list[Standing]:
    """Those with a next time to try, the soonest first."""
    waiting = [s for s in everyone if s.try_again_at and s.state not in NOT_TO_PHONE]
    return sorted(waiting, key=lambda s: s.try_again_at or "")[:MOST_CALL_BACKS]


def gain(standing: Standing, rates: Rates) -> int:
    """How many percentage points one more answer would add to the weighted rate."""
    return round(100 * (standing.employees_before or 0) / (rates.employees_asked or 1))


def after_calls(rates: Rates, calls: Sequence[Standing]) -> int:
    """The weighted response rate, per cent, if everyone called hands in."""
    added = sum(s.employees_before or 0 for s in calls)
    return round(100 * (rates.employees_answered + added) / (rates.employees_asked or 1))


@as_file("oversikt")
def _newest_round_list() -> Listing[Standing]:
    survey_round = newest_round()
    return round_list(survey_round, progress.standings(survey_db(), survey_round))


def round_list(survey_round: Round, everyone: Sequence[Standing]) -> Listing[Standing]:
    """The round's enterprises as the address asks for them."""
    year, states = survey_round.year, state_words()
    towns = sorted({s.municipality for s in everyone}, key=alphabetical)
    table: Table[Standing] = Table(
        "oversikt", "office.overview",
        [
            text("name", _("Företag"), lambda s: s.name),
            text("municipality", _("Kommun"), lambda s: s.municipality, look="plain"),
            coded("state", _("Status"), lambda s: s.state, states, STATES, look="plain"),
            number("employees", _("Anställda %(year)s", year=year - 1),
                   lambda s: s.employees_before),
            number("now", _("Anställda %(year)s", year=year), lambda s: s.employees),
            file_only("placed", _("Placerade %(year)s", year=year), lambda s: s.placed),
            Column("change", _("Ändring"), look="plain"),
            moment("latest", _("Senast hänt"), lambda s: s.last_happened, largest_first=True),
            file_only("calls", _("Antal samtal"), lambda s: s.calls),
            moment("next", _("Nästa samtal"), lambda s: s.try_again_at, on_page=False),
            buttons("open", _("Öppna"), look="number"),
        ],
        [
            search(lambda s: [s.name]),
            among("status", _("Status"), lambda s: s.state,
                  {state: words for state, (_chip, words) in states.items()}),
            among("kommun", _("Kommun"), lambda s: s.municipality, {town: town for town in towns}),
        ],
        "name", f"asf-{year}", PAGE_SIZE,
    )  # fmt: skip
    return table.of(everyone)


@blueprint.app_template_global("sending_pause")
def pause_facts() -> dict[str, Any] | None:
    """When the copy was made and how many mails are uncertain; None where all is sent as usual."""
    pause = sending.pause(survey_db())
    if pause is None:
        return None
    copied_at: datetime = clock.local(pause.copied_at)
    return {"copied_at": copied_at, "uncertain": outbox.counts(survey_db()).get("uncertain", 0)}


@blueprint.post("/skicka-igen")
def resume_sending() -> Response:
    """Send again, now that somebody has compared."""
    is_so = restore.resume(survey_db(), actor())
    said = _("Utskicken är i gång igen. Det som kalendern skulle ha gjort väntar på er.")
    return go_to("overview", said if is_so else "")


@blueprint.app_template_global("paused_by_leap")
def leap_facts() -> dict[str, Any]:
    """What waits since the clock was put forward, each with its moment; and what it shows now."""
    paused = calendar.paused_for(survey_db(), calendar_runner.LEAPT)
    acts = [(act_words()[act.kind], clock.local(act.due_at)) for act in paused]
    return {"acts": acts, "now": clock.local(clock.now())}


@blueprint.post("/kalender/klockan-stammer")
def let_go_after_leap() -> Response:
    """Let what waits since the clock was put forward happen now."""
    is_so = calendar_runner.let_go_after_leap(survey_db(), actor())
    return go_to("overview", _("Det sker nu, inom en minut.") if is_so else "")
