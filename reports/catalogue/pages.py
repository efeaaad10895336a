"""Blueprint: /oppna-data/ with every release, its pages and its files."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from reports.catalogue import release_folder
from reports.catalogue.release_folder import ReleaseFolder
from reports.catalogue.schema_org import json_ld
from reports.request import language_asked, let_readers_keep_it
from survey_data.geography import FILE_STEM
from survey_data.releases.files import media_type

open_data = Blueprint("open_data", __name__, template_folder="../templates")

EXAMPLE_AREA, EXAMPLE_INDICATOR = "21", "employees"
LATEST = "latest"
FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300, must-revalidate"


def folder() -> Path:
    """Where the releases lie."""
    return Path(current_app.config["RELEASES_DIR"])


def find(number: str) -> ReleaseFolder:
    """A release by its number or as "latest"; not there is 404."""
    numbers = release_folder.numbers(folder())
    wanted = next(iter(numbers), "") if number == LATEST else number
    if wanted not in numbers:
        abort(404)
    return release_folder.release(folder(), wanted)


@open_data.get("/oppna-data/")
def start() -> str:
    """Every release with what is new in it, and how to use them."""
    return render_template("releases/start.html", releases=release_folder.every(folder()))


@open_data.get("/oppna-data/exempel")
def examples() -> str:
    """How to read the latest release, with code that works as it stands."""
    return _example_page(next(iter(release_folder.every(folder())), None))


def _example_page(found: ReleaseFolder | None) -> str:
    return render_template(
        "releases/examples.html",
        release=found,
        base=current_app.config["BASE_URL"],
        printed="\n".join(_printed(found)) if found else "",
    )


def _printed(found: ReleaseFolder) -> Iterator[str]:
    for row in found.content.records("observations"):
        if (row["area_code"], row["indicator"]) == (EXAMPLE_AREA, EXAMPLE_INDICATOR):
            value = "x" if row["value"] is None else row["value"]
            yield f"{row['year']} {value} {row['status']}"


@open_data.get("/oppna-data/<number>/")
def one(number: str) -> str:
    """One release: its files, how to cite it, what it revised."""
    found = find(number)
    return render_template(
        "releases/release.html",
        release=found,
        is_latest=found.id == release_folder.numbers(folder())[0],
        number=number,
        labels=_labels(found),
        linked=json_ld(found, current_app.config["BASE_URL"], language_asked()),
    )


@open_data.get("/oppna-data/<number>/kvalitet")
def quality(number: str) -> str:
    """How sure the release's figures are."""
    found = find(number)
    stated = found.quality()
    years = [(year["year"], list(_measures(year["measures"]))) for year in stated["years"]]
    return render_template(
        "releases/quality.html", release=found, number=number, quality=stated, years=years,
        labels=_labels(found),
    )  # fmt: skip


def _measures(stated: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Each measure with what it says of the whole year or of each subject."""
    for _, found in groupby(stated, key=lambda s: s["measure"]):
        values = list(found)
        yield values[0], values


@open_data.get("/oppna-data/<number>/kodbok")
def codebook(number: str) -> str:
    """What every variable means."""
    found = find(number)
    return render_template(
        "releases/codebook.html", release=found, number=number, codebook=found.codebook()
    )


def _labels(found: ReleaseFolder) -> dict[str, str]:
    """Indicators and areas in the reader's words."""
    label = f"label_{language_asked()}"
    named = {i["name"]: i[label] for i in found.content.records("indicators")}
    return named | {a["area_code"]: a["name"] for a in found.content.records("areas")}


@open_data.get("/oppna-data/<number>/<name>")
def file(number: str, name: str) -> Response:
    """One file; a numbered one is the same for ever."""
    found = find(number)
    kept = found.file(name)
    if kept is None:
        abort(404)
    response = Response((folder() / found.id / name).read_bytes(), mimetype=media_type(name))
    response.set_etag(kept.checksum)
    # Whole seconds, as the header has no smaller ones.
    moment = datetime.fromisoformat(found.about["published_at"])
    response.last_modified = moment.replace(microsecond=0)
    response.headers["Cache-Control"] = SHORTLY if number == LATEST else FOR_GOOD
    response.headers["Content-Location"] = f"/oppna-data/{found.id}/{name}"
    if media_type(name).startswith("text/"):
        response.headers["Content-Type"] = f"{media_type(name)}; charset=utf-8"
    if not name.endswith((".md", ".txt", "SUMS", "json")):
        named = f'attachment; filename="{FILE_STEM}-{found.id}-{name}"'
        response.headers["Content-Disposition"] = named
    response.make_conditional(request)
    return response


@open_data.after_request
def keep(response: Response) -> Response:
    """Pages may be kept and asked about; files say for themselves how long."""
    if request.endpoint == "open_data.file":
        return response
    return let_readers_keep_it(response)
