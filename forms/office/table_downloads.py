"""The desk's tables as files: what is chosen and sorted on the page is what the file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from flask import Response, abort

from forms.office import blueprint
from forms.office.association import milestone_table, place_table, reach_table
from forms.office.data_table import Listing
from forms.office.mail import mail_table
from forms.office.publishing import hidden_figures_table, release_table
from forms.office.register import duplicate_table, proposal_table, register_table
from forms.office.review import review_table
from forms.office.round import call_table, overview_table
from forms.office.staff import staff_table
from forms.web.request_context import survey_db
from survey_data.errors import NotProtected
from survey_data.follow_up import progress
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import MEDIA_TYPES, Cell, Format, table_file


def _desk() -> Listing[Any]:
    survey_round = _survey_round()
    return overview_table.listing(survey_round, progress.standings(survey_db(), survey_round))


def _hidden() -> Listing[Any]:
    try:
        return hidden_figures_table.listing()
    except NotProtected:
        abort(404)


LISTINGS: dict[str, Callable[[], Listing[Any]]] = {
    "oversikt": _desk,
    "foretagslista": register_table.listing,
    "utskick": mail_table.listing,
    "samtal": call_table.listing,
    "granska": lambda: review_table.listing(_survey_round()),
    "personal": staff_table.listing,
    "forslag": proposal_table.listing,
    "dubbletter": duplicate_table.listing,
    "utgavor": release_table.listing,
    "skydd": _hidden,
    "information": reach_table.listing,
    "platser": place_table.listing,
    "handelser": milestone_table.listing,
}


@blueprint.get("/lista/<name>.<any(csv, xlsx):suffix>")
def export_table(name: str, suffix: str) -> Response:
    """A table of the desk as its page shows it: filtered and sorted, every page of it."""
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
    content = table_file(columns, lines, cast(Format, suffix))
    named = f"attachment; filename={name}.{suffix}"
    return Response(
        content, content_type=MEDIA_TYPES[suffix], headers={"Content-Disposition": named}
    )
