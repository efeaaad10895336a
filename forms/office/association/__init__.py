"""The association's own series at the desk: persons reached, supervised places, milestones."""

from __future__ import annotations

from forms.office.association import milestones, overview, reach, supervised_places

__all__ = ["milestones", "overview", "reach", "supervised_places"]
