"""The review queue as a table: what waits, the weightiest first."""

from __future__ import annotations

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from survey_data.review import queue
from survey_data.review.queue import Waiting
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import moment_cell

QUESTIONS = ("fragor", "oforklarade", "inga", "rattade")


def listing(survey_round: Round) -> Listing[Waiting]:
    """What waits in a round, as the address asks for it."""
    waiting = queue.queue(survey_db(), survey_round)
    towns = {town: town for town in sorted({w.municipality for w in waiting}, key=alphabetical)}
    table = Table(
        "granska", "office.show_queue", _columns(), _filters(towns), "impact",
        f"asf-{survey_round.year}-granska",
    )  # fmt: skip
    return table.of(waiting)


def _filters(towns: dict[str, str]) -> list[Filter[Waiting]]:
    words = (_("Med frågor"), _("Med oförklarade frågor"), _("Utan frågor"),
             _("Rättat i en tidigare version"))  # fmt: skip
    return [
        Filter("sok", _("Sök på företag"), lambda w, search: holds(search, w.name)),
        Filter("kommun", _("Kommun"), lambda w, town: w.municipality == town, towns),
        Filter("kontroll", _("Frågor"), _has, dict(zip(QUESTIONS, words, strict=True))),
    ]


def _has(waiting: Waiting, asked: str) -> bool:
    return {
        "fragor": bool(waiting.checks),
        "oforklarade": bool(waiting.unexplained),
        "inga": waiting.was_run and not waiting.checks,
        "rattade": waiting.was_corrected,
    }[asked]


def _columns() -> list[Column[Waiting]]:
    return [
        Column("name", _("Företag"), lambda w: alphabetical(w.name), lambda w: w.name),
        Column("town", _("Kommun"), lambda w: alphabetical(w.municipality),
               lambda w: w.municipality),
        Column("checks", _("Frågor"), lambda w: (w.unexplained, w.checks), lambda w: w.checks,
               largest_first=True),
        Column("unexplained", _("Oförklarade"), None, lambda w: w.unexplained, on_page=False),
        Column("employees", _("Anställda"), lambda w: w.employees, lambda w: w.employees,
               largest_first=True),
        Column("employees_before", _("Anställda förra året"), None,
               lambda w: w.employees_before, on_page=False),
        Column("placed", _("Placerade"), lambda w: w.placed, lambda w: w.placed,
               largest_first=True),
        Column("placed_before", _("Placerade förra året"), None, lambda w: w.placed_before,
               on_page=False),
        Column("impact", _("Ändrar länet"), lambda w: w.impact,
               lambda w: round(100 * w.impact, 1), largest_first=True, look="number"),
        Column("when", _("Inlämnat"), lambda w: w.handed_in_at,
               lambda w: moment_cell(w.handed_in_at)),
    ]  # fmt: skip
