"""The call log of a round as a table: every call, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template
from flask_babel import gettext as _

from forms.office import blueprint
from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.office.round.calls import callers, outcome_words
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.rounds import calls, rounds
from survey_data.rounds.calls import Call
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import moment_cell


@dataclass(frozen=True)
class Line:
    """One call with whom it was to, and who made it."""

    call: Call
    name: str
    caller: str


@blueprint.get("/samtal")
def show_call_log() -> str:
    """Every call of the open round, or of the latest."""
    return render_template(
        "office/round/call_log.html",
        round=_survey_round(),
        listing=listing(),
        outcomes=outcome_words(),
        local=clock.local,
    )


def listing() -> Listing[Line]:
    """The call log as the address asks for it."""
    survey_round, who = _survey_round(), callers()
    names = calls.names(survey_db(), survey_round.id)
    found = [
        Line(call, names[call.invitation_id], who.get(call.actor, call.actor))
        for call in calls.of_round(survey_db(), survey_round.id)
    ]
    return _table(survey_round, {line.caller for line in found}).of(found)


def _survey_round() -> Round:
    survey_round = rounds.current(survey_db()) or rounds.latest(survey_db())
    if survey_round is None:
        abort(404)
    return survey_round


def _table(survey_round: Round, who: set[str]) -> Table[Line]:
    return Table(
        "samtal", "office.show_call_log", _columns(), _filters(who), "when",
        f"asf-{survey_round.year}-samtal",
    )  # fmt: skip


def _filters(who: set[str]) -> list[Filter[Line]]:
    return [
        Filter("sok", _("Sök på företag"), lambda line, search: holds(search, line.name)),
        Filter("utfall", _("Hur det gick"), lambda line, code: line.call.outcome == code,
               outcome_words()),
        Filter("ringare", _("Vem som ringde"), lambda line, name: line.caller == name,
               {name: name for name in sorted(who)}),
    ]  # fmt: skip


def _columns() -> list[Column[Line]]:
    words = outcome_words()
    order = list(words)
    return [
        Column("name", _("Företag"), lambda c: alphabetical(c.name), lambda c: c.name),
        Column("when", _("När"), lambda c: (c.call.called_at, c.call.id),
               lambda c: moment_cell(c.call.called_at), largest_first=True),
        Column("outcome", _("Hur det gick"), lambda c: order.index(c.call.outcome),
               lambda c: words[c.call.outcome]),
        Column("again", _("Ring igen"), lambda c: c.call.try_again_at,
               lambda c: moment_cell(c.call.try_again_at)),
        Column("note", _("Anteckning"), None, lambda c: c.call.note),
        Column("who", _("Vem som ringde"), lambda c: alphabetical(c.caller), lambda c: c.caller),
    ]  # fmt: skip
