"""The first shape of survey.db: register, rounds, answers, people, mail and trail."""

from __future__ import annotations

REGISTER = (
    """CREATE TABLE municipality (
        code TEXT PRIMARY KEY CHECK (length(code) = 4),
        name TEXT NOT NULL,
        official_name TEXT NOT NULL,
        county_code TEXT NOT NULL,
        province TEXT NOT NULL
    )""",
    """CREATE TABLE enterprise (
        id INTEGER PRIMARY KEY,
        org_number TEXT NOT NULL CHECK (
            org_number GLOB '[2-9][0-9][2-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]'),
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        unit_name TEXT NOT NULL DEFAULT '',
        municipality_code TEXT NOT NULL REFERENCES municipality(code),
        legal_form TEXT NOT NULL DEFAULT '',
        active_from TEXT NOT NULL,
        active_to TEXT,
        is_example INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        UNIQUE (org_number, unit_name),
        CHECK (active_to IS NULL OR active_to >= active_from)
    )""",
    # Persons stand apart, so that they can be exported, corrected and deleted
    # without touching a single statistic.
    """CREATE TABLE contact (
        id INTEGER PRIMARY KEY,
        enterprise_id INTEGER NOT NULL REFERENCES enterprise(id) ON DELETE CASCADE,
        name TEXT NOT NULL DEFAULT '',
        role TEXT NOT NULL DEFAULT '',
        email TEXT NOT NULL,
        phone TEXT NOT NULL DEFAULT '',
        is_main INTEGER NOT NULL DEFAULT 1,
        UNIQUE (enterprise_id, email)
    )""",
)

ROUNDS = (
    """CREATE TABLE round (
        id INTEGER PRIMARY KEY,
        year INTEGER NOT NULL UNIQUE,
        reference_date TEXT NOT NULL,
        due_date TEXT NOT NULL,
        questionnaire TEXT NOT NULL,
        is_example INTEGER NOT NULL DEFAULT 0,
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        CHECK (due_date > reference_date)
    )""",
    "CREATE UNIQUE INDEX only_one_open_round ON round (closed_at IS NULL) WHERE closed_at IS NULL",
    """CREATE TABLE invitation (
        id INTEGER PRIMARY KEY,
        round_id INTEGER NOT NULL REFERENCES round(id),
        enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
        created_at TEXT NOT NULL,
        opened_at TEXT,
        UNIQUE (round_id, enterprise_id)
    )""",
    # A mail can be lost and asked for again, so an invitation may have several
    # links; of each only the hash is kept.
    """CREATE TABLE link (
        token_hash TEXT PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        created_at TEXT NOT NULL,
        revoked_at TEXT
    )""",
    "CREATE INDEX link_invitation ON link (invitation_id)",
)

ANSWERS = (
    """CREATE TABLE draft (
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        question TEXT NOT NULL,
        value TEXT NOT NULL,
        revision INTEGER NOT NULL,
        saved_at TEXT NOT NULL,
        PRIMARY KEY (invitation_id, question)
    ) WITHOUT ROWID""",
    # One row a hand-in; the questions' columns are added from the questionnaire.
    """CREATE TABLE response (
        id INTEGER PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        version INTEGER NOT NULL,
        reference TEXT NOT NULL,
        handed_in_at TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('web', 'phone', 'import', 'example')),
        language TEXT NOT NULL,
        UNIQUE (invitation_id, version)
    )""",
    """CREATE TABLE receipt_reference (
        round_id INTEGER NOT NULL REFERENCES round(id),
        reference TEXT NOT NULL,
        invitation_id INTEGER NOT NULL UNIQUE REFERENCES invitation(id),
        PRIMARY KEY (round_id, reference)
    )""",
)

PEOPLE = (
    """CREATE TABLE staff (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE COLLATE NOCASE,
        role TEXT NOT NULL CHECK (role IN ('coordinator', 'analyst', 'board')),
        created_at TEXT NOT NULL,
        removed_at TEXT
    )""",
    """CREATE TABLE sign_in_link (
        token_hash TEXT PRIMARY KEY,
        staff_id INTEGER NOT NULL REFERENCES staff(id),
        browser_hash TEXT,
        expires_at TEXT NOT NULL,
        used_at TEXT
    )""",
    """CREATE TABLE session (
        id_hash TEXT PRIMARY KEY,
        staff_id INTEGER REFERENCES staff(id),
        invitation_id INTEGER REFERENCES invitation(id),
        started_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        ended_at TEXT,
        CHECK ((staff_id IS NULL) <> (invitation_id IS NULL))
    )""",
)

MAIL_AND_TRAIL = (
    # The text is made when the mail leaves: a stored text would hold a live link.
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        recipient TEXT NOT NULL,
        invitation_id INTEGER REFERENCES invitation(id),
        response_id INTEGER REFERENCES response(id),
        staff_id INTEGER REFERENCES staff(id),
        browser_hash TEXT,
        language TEXT NOT NULL DEFAULT 'sv',
        once TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'queued'
            CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at TEXT NOT NULL,
        claimed_at TEXT,
        sent_at TEXT,
        message_id TEXT,
        error TEXT,
        created_at TEXT NOT NULL
    )""",
    "CREATE INDEX outbox_waiting ON outbox (state, due_at)",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL DEFAULT '',
        before TEXT,
        after TEXT,
        reason TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TABLE release (
        id TEXT PRIMARY KEY,
        published_at TEXT NOT NULL,
        kind TEXT NOT NULL,
        includes_examples INTEGER NOT NULL,
        note_sv TEXT NOT NULL DEFAULT '',
        note_en TEXT NOT NULL DEFAULT '',
        actor TEXT NOT NULL
    )""",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

# Whom the coordinator has phoned; and which sessions of a respondent are hers, filling in while
# the enterprise speaks. A session of hers ends when she may no longer sign in.
