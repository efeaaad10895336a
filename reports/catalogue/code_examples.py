"""A page with working code: how to read the open data from Python, R, SQL and Excel."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app, render_template

from reports.catalogue.release_folder import ReleaseFolder

AREA, INDICATOR = "21", "employees"


def page(found: ReleaseFolder | None) -> str:
    """The page, with what its examples print of the latest release."""
    return render_template(
        "releases/examples.html",
        release=found,
        base=current_app.config["BASE_URL"],
        printed="\n".join(_printed(found)) if found else "",
    )


def _printed(found: ReleaseFolder) -> Iterator[str]:
    for row in found.content.records("observations"):
        if (row["area_code"], row["indicator"]) == (AREA, INDICATOR):
            value = "x" if row["value"] is None else row["value"]
            yield f"{row['year']} {value} {row['status']}"
