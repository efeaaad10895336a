"""The office's tables as files: what is chosen and sorted on the page is what the file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from flask import Response, abort, request

from forms.office import blueprint
from forms.office.association.milestones import milestone_list
from forms.office.association.place_table import place_list
from forms.office.association.reach import activity_list
from forms.office.data_table import Listing
from forms.office.mail.mails import mail_list
from forms.office.publishing.hidden_figures import hidden_list
from forms.office.publishing.release_page import release_list
from forms.office.register.merging import duplicate_list
from forms.office.register.proposals import proposal_list
from forms.office.register.register_table import register_list
from forms.office.review.review import review_list
from forms.office.round.calls import call_list
from forms.office.round.events import event_list
from forms.office.round.overview import round_list
from forms.office.staff.staff import staff_list
from forms.web.request_context import survey_db
from survey_data.errors import NotProtected
from survey_data.follow_up import progress
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import (
    FOR_PROGRAMS,
    FOR_SPREADSHEETS,
    MEDIA_TYPES,
    Cell,
    Format,
    table_file,
)


def _overview() -> Listing[Any]:
    survey_round = _survey_round()
    return round_list(survey_round, progress.standings(survey_db(), survey_round))


def _hidden() -> Listing[Any]:
    try:
        return hidden_list()
    except NotProtected:
        abort(404)


LISTINGS: dict[str, Callable[[], Listing[Any]]] = {
    "oversikt": _overview,
    "foretagslista": register_list,
    "utskick": mail_list,
    "samtal": call_list,
    "logg": event_list,
    "granska": lambda: review_list(_survey_round()),
    "personal": staff_list,
    "forslag": proposal_list,
    "dubbletter": duplicate_list,
    "utgavor": release_list,
    "skydd": _hidden,
    "information": activity_list,
    "platser": place_list,
    "handelser": milestone_list,
}


@blueprint.get("/lista/<name>.<any(csv, xlsx):suffix>")
def export_table(name: str, suffix: str) -> Response:
    """A table of the office as its page shows it: filtered and sorted, every page of it."""
    if name not in LISTINGS:
        abort(404)
    listing = LISTINGS[name]()
    return download(listing.table.file_name, *listing.lines(), suffix)


def _survey_round() -> Round:
    survey_round = rounds.current(survey_db()) or rounds.latest(survey_db())
    if survey_round is None:
        abort(404)
    return survey_round


def download(
    name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]], suffix: str
) -> Response:
    """A table as a file to keep."""
    # R and pandas read the other kind of CSV without being told how it is written.
    rule = FOR_PROGRAMS if request.args.get("csv") == "program" else FOR_SPREADSHEETS
    content = table_file(columns, lines, cast(Format, suffix), rule)
    named = f"attachment; filename={name}.{suffix}"
    return Response(
        content, content_type=MEDIA_TYPES[suffix], headers={"Content-Disposition": named}
    )
