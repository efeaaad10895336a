"""The table of every enterprise in the round: how it sorts, narrows, and goes out as a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.office.round.status_poll import state_words
from survey_data.follow_up.progress import STATES, Standing
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import moment_cell

PAGE_SIZE = 40


def listing(survey_round: Round, everyone: Sequence[Standing]) -> Listing[Standing]:
    """The round's enterprises as the address asks for them."""
    towns = {town: town for town in sorted({s.municipality for s in everyone}, key=alphabetical)}
    table = Table(
        "oversikt", "office.overview", _columns(survey_round.year), _filters(towns), "name",
        f"asf-{survey_round.year}", PAGE_SIZE,
    )  # fmt: skip
    return table.of(everyone)


def _filters(towns: dict[str, str]) -> list[Filter[Standing]]:
    states = {state: words for state, (_chip, words) in state_words().items()}
    return [
        Filter("sok", _("Sök"), lambda s, search: holds(search, s.name)),
        Filter("status", _("Status"), lambda s, state: s.state == state, states),
        Filter("kommun", _("Kommun"), lambda s, town: s.municipality == town, towns),
    ]


def _columns(year: int) -> list[Column[Standing]]:
    words = state_words()
    order = {state: place for place, state in enumerate(STATES)}
    return [
        Column("name", _("Företag"), lambda s: alphabetical(s.name), lambda s: s.name),
        Column("municipality", _("Kommun"), lambda s: alphabetical(s.municipality),
               lambda s: s.municipality),
        Column("state", _("Status"), lambda s: order.get(s.state, len(order)),
               lambda s: words[s.state][1]),
        Column("employees", _("Anställda %(year)s", year=year - 1), lambda s: s.employees_before,
               lambda s: s.employees_before, largest_first=True, look="number"),
        Column("now", _("Anställda %(year)s", year=year), lambda s: s.employees,
               lambda s: s.employees, largest_first=True, look="number"),
        Column("placed", _("Placerade %(year)s", year=year), None, lambda s: s.placed,
               on_page=False),
        Column("change", _("Ändring")),
        Column("latest", _("Senast hänt"), lambda s: s.last_happened,
               lambda s: moment_cell(s.last_happened), largest_first=True),
        Column("calls", _("Antal samtal"), None, lambda s: s.calls, on_page=False),
        Column("next", _("Nästa samtal"), lambda s: s.try_again_at,
               lambda s: moment_cell(s.try_again_at), on_page=False),
        Column("open", _("Öppna"), only_heard=True),
    ]  # fmt: skip
