-- Which releases were published by mistake, and why; what they showed counts as known.
CREATE TABLE withdrawn_release (
    release_id TEXT PRIMARY KEY REFERENCES release(id),
    withdrawn_at TEXT NOT NULL,
    reason_sv TEXT NOT NULL CHECK (length(reason_sv) > 0),
    reason_en TEXT NOT NULL,
    actor TEXT NOT NULL
) WITHOUT ROWID;
