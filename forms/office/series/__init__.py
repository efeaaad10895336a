"""The association's own series at the desk: persons reached, supervised places, milestones."""

from __future__ import annotations

from forms.office.series import milestones, overview, places, reach

__all__ = ["milestones", "overview", "places", "reach"]
