"""Blueprints: /oppna-data/ with every release and its files; the catalogue, what robots read."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from reports.catalogue import release_folder
from reports.catalogue.release_folder import ReleaseFolder, json_ld
from reports.charts.cards import KEYS
from reports.request import for_any_page, from_kept, language_asked, let_readers_keep_it
from survey_data import clock
from survey_data.geography import FILE_STEM, MUNICIPALITIES
from survey_data.releases import files
from survey_data.releases.files import media_type

open_data = Blueprint("open_data", __name__, template_folder="../templates")
catalogue = Blueprint("catalogue", __name__)
EXAMPLE_AREA, EXAMPLE_INDICATOR = "21", "employees"
LATEST = "latest"
FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300, must-revalidate"
OPEN = ("/rapport/", "/kommun/", "/oppna-data/", "/om", "/data/open", "/tillganglighet",
        "/personuppgifter", "/kontakt", "/static/", "/data/static/", "/sitemap.xml")  # fmt: skip
# Each question to the data browser has an answer of its own, without end.
ENDLESS = ("/*?_",)


def folder() -> Path:
    """Where the releases lie."""
    return Path(current_app.config["RELEASES_DIR"])


def _base() -> str:
    return str(current_app.config["BASE_URL"])


def find(number: str) -> ReleaseFolder:
    """A release by its number or as "latest"; not there is 404, withdrawn 410 with the reason."""
    numbers = release_folder.numbers(folder())
    for each in release_folder.withdrawn(folder()):
        if each.release_id == number:
            page = render_template("releases/withdrawn.html", withdrawal=each, local=clock.local)
            abort(make_response(page, 410, {"Cache-Control": SHORTLY}))
    wanted = next(iter(numbers), "") if number == LATEST else number
    if wanted not in numbers:
        abort(404)
    return release_folder.release(folder(), wanted)


@open_data.get("/oppna-data/")
def start() -> str:
    """Every release with what is new in it, and how to use them."""
    return render_template(
        "releases/start.html",
        releases=release_folder.every(folder()),
        withdrawn=release_folder.withdrawn(folder()),
        local=clock.local,
    )


@open_data.get("/oppna-data/exempel")
def examples() -> str:
    """How to read the latest release, with code that works as it stands."""
    found = next(iter(release_folder.every(folder())), None)
    return render_template(
        "releases/examples.html",
        release=found,
        base=_base(),
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
        linked=json_ld(found, _base(), language_asked()),
    )


@open_data.get("/oppna-data/<number>/kvalitet")
def quality(number: str) -> str:
    """How sure the release's figures are."""
    found = find(number)
    stated = files.quality(found.content)
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
    said = files.codebook(found.content)
    return render_template("releases/codebook.html", release=found, number=number, codebook=said)


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
    return for_any_page(response)


open_data.before_request(from_kept)


@open_data.after_request
def keep(response: Response) -> Response:
    """Pages may be kept and asked about; files say for themselves how long."""
    if request.endpoint == "open_data.file":
        return response
    return let_readers_keep_it(response)


@catalogue.get("/oppna-data/dcat.rdf")
def rdf() -> Response:
    """The catalogue as DCAT-AP-SE 3."""
    body = _rdf(folder(), tuple(release_folder.numbers(folder())), _base())
    return for_any_page(Response(body, mimetype="application/rdf+xml"))


@lru_cache(maxsize=4)
def _rdf(folder: Path, numbers: tuple[str, ...], base: str) -> bytes:
    # Loads slowly, and only portals ask for it.
    from reports.catalogue.dcat import catalogue as made

    return made([release_folder.release(folder, number) for number in numbers], base)


@catalogue.get("/robots.txt")
def robots() -> Response:
    """What robots may read."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ENDLESS), "Allow: /$"]
    lines += [*(f"Allow: {path}" for path in OPEN), "Disallow: /"]
    lines += [f"Sitemap: {_base()}/sitemap.xml", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@catalogue.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page worth finding."""
    pages = [
        "/",
        "/rapport/",
        "/rapport/fordjupning",
        *(f"/rapport/{name}" for name in KEYS),
        "/kommun/",
        *(f"/kommun/{area.slug}" for area in MUNICIPALITIES),
        "/om",
        "/oppna-data/",
        "/oppna-data/exempel",
    ]
    numbers = release_folder.numbers(folder())
    for number in (LATEST, *numbers) if numbers else ():
        pages += [f"/oppna-data/{number}/{page}" for page in ("", "kvalitet", "kodbok")]
    listed = "\n".join(f"  <url><loc>{_base()}{page}</loc></url>" for page in pages)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}\n</urlset>\n'
    )
    return Response(body, mimetype="application/xml")


catalogue.after_request(let_readers_keep_it)
