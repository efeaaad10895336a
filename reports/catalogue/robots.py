"""Blueprint: the catalogue for portals, and what robots may read: the open part only."""

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app

from reports.catalogue import release_folder
from reports.charts.cards import KEYS
from reports.request import let_readers_keep_it
from survey_data.geography import MUNICIPALITIES

catalogue = Blueprint("catalogue", __name__)

OPEN = ("/rapport/", "/kommun/", "/oppna-data/", "/om", "/data/open", "/tillganglighet",
        "/personuppgifter", "/kontakt", "/static/", "/data/static/", "/sitemap.xml")  # fmt: skip
# Each question to the data browser has an answer of its own, without end.
ENDLESS = ("/*?_",)


def _folder() -> Path:
    return Path(current_app.config["RELEASES_DIR"])


def _base() -> str:
    return str(current_app.config["BASE_URL"])


@catalogue.get("/oppna-data/dcat.rdf")
def rdf() -> Response:
    """The catalogue as DCAT-AP-SE 3."""
    body = _rdf(_folder(), tuple(release_folder.numbers(_folder())), _base())
    return Response(body, mimetype="application/rdf+xml")


@lru_cache(maxsize=4)
def _rdf(folder: Path, numbers: tuple[str, ...], base: str) -> bytes:
    # Loads slowly, and only portals ask for it.
    from reports.catalogue.dcat import catalogue as made  # noqa: PLC0415

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
    for number in (
        ("latest", *release_folder.numbers(_folder())) if release_folder.numbers(_folder()) else ()
    ):
        pages += [f"/oppna-data/{number}/{page}" for page in ("", "kvalitet", "kodbok")]
    listed = "\n".join(f"  <url><loc>{_base()}{page}</loc></url>" for page in pages)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}\n</urlset>\n'
    )
    return Response(body, mimetype="application/xml")


catalogue.after_request(let_readers_keep_it)
