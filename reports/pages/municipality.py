"""Blueprint: one page for each municipality, for its politicians; also on one A4 and one slide."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.documents.municipality import MunicipalityFacts, by_slug, sheet, slide
from reports.documents.texts import MUNICIPALITY
from reports.pages.report import as_document
from reports.request import language_asked, made_once, published
from survey_data.geography import FILE_STEM, MUNICIPALITIES

municipality = Blueprint("municipality", __name__)

MAKERS = {"pdf": sheet, "pptx": slide}


@municipality.get("/kommun/")
def every() -> str:
    """The county's municipalities, each with what it has decided."""
    return render_template("reports/municipalities.html", found=made_once(_every, language_asked()))


@municipality.get("/kommun/<name>")
def show(name: str) -> str | Redirect:
    """One municipality; a name as it is written leads to its address."""
    language = language_asked()
    facts = made_once(_facts, name, language)
    if facts is None:
        written = next((a for a in MUNICIPALITIES if a.name.lower() == name.lower()), None)
        return redirect(url_for(".show", name=written.slug)) if written else abort(404)
    return render_template(
        "reports/municipality.html",
        facts=facts,
        name=name,
        words={key: each.in_(language) for key, each in MUNICIPALITY.items()},
        others=[(area.name, area.slug) for area in MUNICIPALITIES],
        release=published().release,
    )


@municipality.get("/kommun/<name>-<any(sv, en):language>.<any(pdf, pptx):kind>")
def file(name: str, language: Language, kind: str) -> Response:
    """The same on one A4 or on one slide."""
    if by_slug(name) is None:
        abort(404)
    base = current_app.config.get("BASE_URL", "")
    address = f"{base}/kommun/{name}" if base else ""
    body = made_once(MAKERS[kind], name, language, address)
    return as_document(body, kind, f"{FILE_STEM}-{name}-{language}.{kind}")


def _facts(data: OpenData, name: str, language: Language) -> MunicipalityFacts | None:
    area = by_slug(name)
    return MunicipalityFacts(data, area, language) if area else None


def _every(data: OpenData, language: Language) -> list[tuple[str, str, str]]:
    return [
        (area.name, area.slug, MunicipalityFacts(data, area, language).title)
        for area in MUNICIPALITIES
    ]
