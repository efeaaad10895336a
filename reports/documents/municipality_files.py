"""One municipality on one A4 and on one slide."""

from pathlib import Path

from pptx import Presentation
from pptx.util import Inches

from reports.charts import theme
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.documents.content import Published, publisher
from reports.documents.municipality import MunicipalityFacts, by_slug
from reports.documents.slide_pages import (
    EDGE,
    HIGH,
    INNER,
    SUBTITLE,
    UNDER,
    WIDE,
    Grid,
    add_table,
    finished,
    foot,
    new_slide,
    words,
)
from reports.documents.texts import MUNICIPALITY
from survey_data.typesetting import compile_pdf

TEMPLATE = Path(__file__).parent / "municipality.typ"
# What a slide has room for beside the table.
MOST_LINES = 6


def sheet(data: OpenData, name: str, language: Language, address: str) -> bytes:
    """One A4 as a tagged PDF; raises `KeyError` when there is no such municipality."""
    facts, about = _facts(data, name, language), Published(data, language)
    table = facts.table
    content = {
        "title": facts.title,
        "lead": facts.lead,
        "author": publisher(data),
        "foot": f"{facts.area.official_name}. {about.edition}",
        "decided": facts.decided,
        "done": facts.done,
        "source": facts.source,
        "places": facts.places_table,
        "corner": table.corner,
        "headings": table.headings,
        "rows": [
            {"head": row.heading, "cells": [{"text": c.text, "sign": c.sign} for c in row.cells]}
            for row in table.rows
        ],
        "note": facts.note,
        "protected": facts.protected,
        "address": address,
        "words": {key: each.in_(language) for key, each in MUNICIPALITY.items()},
    }
    return compile_pdf(TEMPLATE, content, language, about.day)


def slide(data: OpenData, name: str, language: Language, address: str) -> bytes:
    """One slide; raises `KeyError` when there is no such municipality."""
    facts, about = _facts(data, name, language), Published(data, language)
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    lines = [f"{year}  {text}" for year, text in (*facts.decided, *facts.done)]
    page = new_slide(show, facts.title, [facts.lead, *lines, *facts.protected])
    top = words(page, facts.lead, UNDER, SUBTITLE, theme.MUTED) + 0.2
    half = INNER / 2 - 0.2
    words(page, "\n".join(lines[:MOST_LINES]), top, SUBTITLE, theme.INK, width=half)
    table = facts.table
    rows = [
        (row.heading, *(f"{cell.text} {cell.sign}".strip() for cell in row.cells))
        for row in table.rows
    ]
    grid = Grid((table.corner, *table.headings), rows, (False, *(True,) * len(table.headings)))
    place = (Inches(EDGE + INNER - half), Inches(top + 0.1), Inches(half))
    frame = add_table(page, grid, *place)
    frame.name = table.corner
    frame._element.nvGraphicFramePr.cNvPr.set("descr", facts.protected[0])
    foot(
        page,
        " ".join(filter(None, (facts.source, about.edition, address))),
        " ".join(filter(None, (facts.note, facts.protected[0]))),
    )
    core = show.core_properties
    core.title, core.subject = facts.title, about.edition
    core.author = core.last_modified_by = publisher(data)
    return finished(show, language, about.day)


def _facts(data: OpenData, name: str, language: Language) -> MunicipalityFacts:
    area = by_slug(name)
    if area is None:
        raise KeyError(name)
    return MunicipalityFacts(data, area, language)
