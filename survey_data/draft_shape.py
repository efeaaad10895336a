"""What a draft knows beside its answers: texts nobody could read as one, and who saved them."""

from __future__ import annotations

DRAFT = (
    # JSON list of what stands in the field, where that is no answer; the value is null then.
    "ALTER TABLE draft ADD COLUMN typed TEXT",
    # Never a name: "session 1a2b3c4d5e6f" or "staff 3".
    "ALTER TABLE draft ADD COLUMN saved_by TEXT NOT NULL DEFAULT ''",
    # One page in one browser window, which never conflicts with itself.
    "ALTER TABLE draft ADD COLUMN saved_in TEXT NOT NULL DEFAULT ''",
)
