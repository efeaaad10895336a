-- Which account at an identity provider each of the staff signs in with, as a hash.
CREATE TABLE provider_account (
    staff_id INTEGER NOT NULL REFERENCES staff(id),
    issuer TEXT NOT NULL,
    account TEXT NOT NULL UNIQUE,
    bound_at TEXT NOT NULL,
    PRIMARY KEY (staff_id, issuer)
) WITHOUT ROWID;
