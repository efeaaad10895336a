"""Blueprint: a year's microdata as a package, for analysts and coordinators who are signed in."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import parse_qs

from flask import Blueprint, Response, abort, render_template

from forms.web import security_log
from forms.web.request_context import actor, places, survey_db, turned_away
from forms.web.second_factor import asks_again
from survey_data.microdata import package as microdata
from survey_data.staff.staff import MICRODATA

blueprint = Blueprint("microdata", __name__, url_prefix="/mikrodata")
blueprint.before_request(partial(turned_away, MICRODATA))

# What the data browser gives as a file; a page to look at is none.
FILES = ("csv", "json", "xlsx", "blob")
TILDE = re.compile("~([0-9A-Fa-f]{2})")


@blueprint.get("/")
def show() -> str:
    """Each year's package, and how to read one."""
    years = microdata.years(places().analysts)
    return render_template(
        "microdata.html",
        years=years,
        example=microdata.totals(places().analysts, years[0]) if years else None,
    )


@blueprint.post("/<int:year>.zip")
@asks_again
def package(year: int) -> Response:
    """Everything there is of a year; who took it is written in the trail."""
    try:
        body = microdata.download(survey_db(), places().analysts, year, actor())
    except LookupError:
        abort(404)
    security_log.note("microdata_taken")
    named = f'attachment; filename="asf-{year}-mikrodata.zip"'
    return Response(body, content_type="application/zip", headers={"Content-Disposition": named})


def taken_home(path: str, query: bytes) -> str:
    """Which microdata an address of the data browser gives as a file; "" where it gives none.

    Only the address is noted: what was looked for is the analyst's own business.
    """
    name = TILDE.sub(lambda code: chr(int(code[1], 16)), path.removeprefix("/data/"))
    formats = parse_qs(query.decode("latin-1")).get("_format", [])
    is_file = name.endswith(tuple(f".{kind}" for kind in FILES)) or set(formats) & set(FILES)
    return name[:200] if re.match("analysts([./]|$)", name) and is_file else ""
