"""The releases so far, as a table."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, holds
from forms.web.request_context import survey_db
from forms.web.translations import language
from survey_data.publishing import publish
from survey_data.tables_to_files import moment_cell

Release = dict[str, Any]


def release_kind_words() -> dict[str, str]:
    """What each kind of release is called."""
    return {
        "preliminary": _("Preliminär"),
        "final": _("Slutlig"),
        "revised": _("Rättad"),
    }


def note_of(release: Release) -> str:
    """What is new or corrected, in the reader's language where it was written."""
    english = release["note_en"] if language() == "en" else ""
    return str(english or release["note_sv"])


def listing() -> Listing[Release]:
    """Every release, as the address asks for it."""
    kinds = release_kind_words()
    filters: list[Filter[Release]] = [
        Filter("sok", _("Sök"), lambda r, search: holds(search, r["id"], note_of(r))),
        Filter("slag", _("Slag"), lambda r, kind: r["kind"] == kind, kinds),
    ]
    table = Table(
        "utgavor", "office.show_releases", _columns(kinds), filters, "when", "asf-utgavor",
        page_size=20,
    )  # fmt: skip
    return table.of(publish.releases(survey_db()))


def _columns(kinds: dict[str, str]) -> list[Column[Release]]:
    return [
        Column("id", _("Utgåva"), lambda r: r["id"], lambda r: r["id"]),
        Column("kind", _("Slag"), lambda r: kinds.get(r["kind"], r["kind"]),
               lambda r: kinds.get(r["kind"], r["kind"])),
        Column("when", _("Publicerad"), lambda r: r["published_at"],
               lambda r: moment_cell(r["published_at"]), largest_first=True),
        Column("note", _("Vad är nytt"), None, note_of),
    ]  # fmt: skip
