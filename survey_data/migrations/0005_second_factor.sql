-- Who has a second factor, its recovery codes, and what a session shows of itself.
CREATE TABLE second_factor (
    staff_id INTEGER PRIMARY KEY REFERENCES staff(id),
    secret TEXT NOT NULL,
    enrolled_at TEXT NOT NULL,
    codes_saved_at TEXT,
    last_step INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT NOT NULL DEFAULT ''
);
CREATE TABLE recovery_code (
    code_hash TEXT PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff(id),
    used_at TEXT
) WITHOUT ROWID;
-- When the second factor was shown last; and the kind of device, as its owner knows it.
ALTER TABLE session ADD COLUMN factor_at TEXT;
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
