"""The office's tables as files: what is chosen and sorted on the page is what the file holds."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

from flask import Response, abort, request

from forms.office import blueprint
from forms.office.data_table import Listing
from survey_data.errors import NotProtected
from survey_data.tables_to_files import (
    FOR_PROGRAMS,
    FOR_SPREADSHEETS,
    MEDIA_TYPES,
    Cell,
    Format,
    table_file,
)

Make = TypeVar("Make", bound=Callable[..., Listing[Any]])
LISTINGS: dict[str, Callable[[], Listing[Any]]] = {}


def as_file(name: str) -> Callable[[Make], Make]:
    """Let what makes a table be taken out as a file too, by this name."""

    def kept(make: Make) -> Make:
        LISTINGS[name] = make
        return make

    return kept


@blueprint.get("/lista/<name>.<any(csv, xlsx):suffix>")
def export_table(name: str, suffix: str) -> Response:
    """A table of the office as its page shows it: filtered and sorted, every page of it."""
    if name not in LISTINGS:
        abort(404)
    try:
        listing = LISTINGS[name]()
    except NotProtected:
        abort(404)
    return download(listing.table.file_name, *listing.lines(), suffix)


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
