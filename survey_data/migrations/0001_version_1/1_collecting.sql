-- Sweden's municipalities, loaded anew from the packaged file at each start.
CREATE TABLE municipality (
    code TEXT PRIMARY KEY CHECK (length(code) = 4),
    name TEXT NOT NULL,
    official_name TEXT NOT NULL,
    county_code TEXT NOT NULL,
    province TEXT NOT NULL
);
-- Whom the inventory asks. Nothing is deleted: an enterprise that closes gets its last day.
CREATE TABLE enterprise (
    id INTEGER PRIMARY KEY,
    org_number TEXT NOT NULL CHECK (
        org_number GLOB '[2-9][0-9][2-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]'),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    unit_name TEXT NOT NULL DEFAULT '',
    municipality_code TEXT NOT NULL REFERENCES municipality(code),
    legal_form TEXT NOT NULL DEFAULT '',
    active_from TEXT NOT NULL,
    active_to TEXT,
    closed_reason TEXT NOT NULL DEFAULT '',
    closed_note TEXT NOT NULL DEFAULT '',
    is_example INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    UNIQUE (org_number, unit_name),
    CHECK (active_to IS NULL OR active_to >= active_from)
);
-- Persons stand apart, so that they can be exported, corrected and deleted without touching
-- a single statistic.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    enterprise_id INTEGER NOT NULL REFERENCES enterprise(id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    is_main INTEGER NOT NULL DEFAULT 1,
    UNIQUE (enterprise_id, email)
);
-- A file that has been looked at and not yet imported; it holds persons, so it expires.
CREATE TABLE import_preview (
    token_hash TEXT PRIMARY KEY,
    lines TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    actor TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- Who may sign in; somebody who leaves keeps the row, because the trail names it.
CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    -- One of those that survey_data/staff/roles.py declares.
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT,
    no_board_mail_since TEXT
);
CREATE TABLE sign_in_link (
    token_hash TEXT PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff(id),
    browser_hash TEXT,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
-- The link that sets up an empty inventory in the browser.
CREATE TABLE setup_link (
    token_hash TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    browser_hash TEXT,
    used_at TEXT
);
-- Who is signed in: staff, or somebody with an enterprise's link. `by_staff_id` is the coordinator
-- who fills in while the enterprise speaks; her session ends when she may no longer sign in.
CREATE TABLE session (
    id_hash TEXT PRIMARY KEY,
    staff_id INTEGER REFERENCES staff(id),
    invitation_id INTEGER REFERENCES invitation(id),
    by_staff_id INTEGER REFERENCES staff(id),
    delegation_id INTEGER REFERENCES delegation(id),
    started_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ended_at TEXT,
    CHECK ((staff_id IS NULL) <> (invitation_id IS NULL))
);
-- Facts about the association and choices of the office; what is not set has its default in code.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Who did what, when, from what to what and why. An enterprise's history is read by its subject.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    before TEXT,
    after TEXT,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_subject ON audit (subject);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- One year's inventory with its questionnaire as it was asked. A file from before may hold those
-- who answered and nobody else: then the frame is not known, and no rate can be computed.
CREATE TABLE round (
    id INTEGER PRIMARY KEY,
    year INTEGER NOT NULL UNIQUE,
    reference_date TEXT NOT NULL,
    due_date TEXT NOT NULL,
    questionnaire TEXT NOT NULL,
    frame_is_known INTEGER NOT NULL DEFAULT 1,
    is_example INTEGER NOT NULL DEFAULT 0,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    CHECK (due_date > reference_date)
);
CREATE UNIQUE INDEX only_one_open_round ON round (closed_at IS NULL) WHERE closed_at IS NULL;
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES round(id),
    enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
    created_at TEXT NOT NULL,
    opened_at TEXT,
    UNIQUE (round_id, enterprise_id)
);
-- A mail can be lost and asked for again, so an invitation may have several links; of each only
-- the hash is kept.
CREATE TABLE link (
    token_hash TEXT PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    delegation_id INTEGER REFERENCES delegation(id),
    created_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX link_invitation ON link (invitation_id);
-- Extra questions made ready before their round; once it is open they stand in its questionnaire.
CREATE TABLE prepared_question (
    name TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    question TEXT NOT NULL
);
-- The optional modules that a year's round does not ask: a JSON list of their letters.
CREATE TABLE module_choice (
    year INTEGER PRIMARY KEY,
    left_out TEXT NOT NULL
);
-- What came of each telephone call, and when to try again.
CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    called_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('will_hand_in', 'answered_by_phone', 'call_later',
        'no_answer', 'wrong_number', 'refuses', 'out_of_scope', 'ceased')),
    try_again_at TEXT,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX call_invitation ON call (invitation_id);

-- Answers on their way in, question by question. `typed` is a JSON list of what stands in a field
-- where that is no answer. `saved_by` is never a name ("staff 3"); `saved_in` is one page in one
-- browser window, which never conflicts with itself.
CREATE TABLE draft (
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    question TEXT NOT NULL,
    value TEXT NOT NULL,
    typed TEXT,
    revision INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL DEFAULT '',
    saved_in TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (invitation_id, question)
) WITHOUT ROWID;
-- One row a hand-in, kept as it came; the questions' columns are added from the questionnaire.
CREATE TABLE response (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    version INTEGER NOT NULL,
    reference TEXT NOT NULL,
    handed_in_at TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('web', 'phone', 'import', 'example')),
    language TEXT NOT NULL,
    UNIQUE (invitation_id, version)
);
CREATE TRIGGER response_is_never_changed BEFORE UPDATE ON response
BEGIN SELECT RAISE(ABORT, 'a response is kept as it was handed in'); END;
-- The answers that count: what each enterprise handed in last.
CREATE VIEW latest_response AS SELECT r.* FROM response r WHERE r.version =
    (SELECT max(version) FROM response n WHERE n.invitation_id = r.invitation_id);
CREATE TABLE receipt_reference (
    round_id INTEGER NOT NULL REFERENCES round(id),
    reference TEXT NOT NULL,
    invitation_id INTEGER NOT NULL UNIQUE REFERENCES invitation(id),
    PRIMARY KEY (round_id, reference)
);
-- How long the form was open before each hand-in, noted as it comes: sessions are soon deleted.
-- Each session counts from its start to five minutes after it was last seen, which is noted no
-- oftener than that, and never beyond the hand-in. A telephone call or an import has none.
CREATE TABLE response_minutes (
    response_id INTEGER PRIMARY KEY REFERENCES response(id) ON DELETE CASCADE,
    minutes INTEGER NOT NULL
);
CREATE TRIGGER response_minutes_are_kept AFTER INSERT ON response WHEN NEW.mode = 'web'
BEGIN
    INSERT INTO response_minutes
    SELECT NEW.id, max(1, CAST(round(sum(1440 * (
        min(julianday(NEW.handed_in_at), julianday(s.seen_at) + 5 / 1440.0)
        - julianday(s.started_at)))) AS INTEGER))
    FROM session s
    WHERE s.invitation_id = NEW.invitation_id AND s.started_at <= NEW.handed_in_at
    HAVING count(*) > 0;
END;
-- Colleagues who answer a part. Persons, so in a table of their own: blanked when their time is
-- out. `sections` is a JSON list; "*" stands for the whole form.
CREATE TABLE delegation (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    sections TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at TEXT NOT NULL,
    opened_at TEXT,
    revoked_at TEXT
);
CREATE INDEX delegation_invitation ON delegation (invitation_id);
-- A browser in which a link has been claimed. `delegation_id` 0 is the enterprise's own.
CREATE TABLE known_browser (
    browser_hash TEXT NOT NULL,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    delegation_id INTEGER NOT NULL DEFAULT 0,
    since TEXT NOT NULL,
    PRIMARY KEY (browser_hash, invitation_id, delegation_id)
) WITHOUT ROWID;
-- A browser that holds a link and is asked for a code. Only keyed hashes of codes are kept.
CREATE TABLE device_check (
    id_hash TEXT PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    delegation_id INTEGER REFERENCES delegation(id),
    asked_at TEXT NOT NULL,
    code_hash TEXT,
    expires_at TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    used_at TEXT
) WITHOUT ROWID;
