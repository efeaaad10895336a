"""Which signs hold for each figure of a release, and the one of them that is its status.

Signs combine: an estimate can be preliminary, a total that differs from its parts can be revised.
`signs` holds all of them, the most doubtful first, and `status` the first of these alone. A hidden
figure says no more of itself than that it is preliminary.
"""

from __future__ import annotations

from sqlite_utils import Database

from survey_data.releases.open_db import Release

# What an enterprise answered; printed figures are never preliminary.
OWN_SOURCE = "inventering"
# The release's own year, and any year that no release has told as final.
IS_PRELIMINARY = f""":kind = 'preliminary' AND o.source = '{OWN_SOURCE}' AND (o.year = :year
    OR NOT EXISTS (SELECT 1 FROM editions e JOIN releases r ON r.id = e.release
        WHERE e.year = o.year AND e.source = o.source AND r.kind <> 'preliminary'))"""
# Open in an earlier release and told otherwise there; both numbers can be read by anyone.
IS_REVISED = """EXISTS (SELECT 1 FROM editions e WHERE e.value <> o.value
    AND (e.year, e.area_type, e.area_code, e.indicator)
        = (o.year, o.area_type, o.area_code, o.indicator))"""
MARK = f"""UPDATE observations AS o SET (signs, status) = (
    SELECT coalesce(nullif(found, ''), 'n'), substr(coalesce(nullif(found, ''), 'n'), 1, 1)
    FROM (SELECT iif(o.status = 'x', 'x', '') || iif({IS_PRELIMINARY}, 'p', '')
        || iif(o.status IN ('e', 's'), o.status, '') || iif({IS_REVISED}, 'r', '') AS found))"""


def mark(db: Database, release: Release) -> None:
    """Give every figure its signs; what earlier releases said is in `editions` already."""
    year = int(release.id.partition("-")[0])
    db.conn.execute(MARK, {"kind": release.kind, "year": year})
