-- When the checks were run on a version: one that fired nothing has been checked too.
CREATE TABLE check_run (
    response_id INTEGER PRIMARY KEY REFERENCES response(id),
    run_at TEXT NOT NULL
);
-- What the checks said of a version when it came in, with the limits of that day.
CREATE TABLE fired_check (
    response_id INTEGER NOT NULL REFERENCES check_run(response_id),
    check_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    asked INTEGER NOT NULL,
    fields TEXT NOT NULL,
    parameters TEXT NOT NULL,
    limits TEXT NOT NULL,
    explained INTEGER NOT NULL,
    PRIMARY KEY (response_id, check_id)
) WITHOUT ROWID;
-- The first time a check met an enterprise in a round, with the values that stood there then:
-- a check that fires often and changes nothing only costs people time.
CREATE TABLE check_met (
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    check_id TEXT NOT NULL,
    values_then TEXT NOT NULL,
    first_at TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (invitation_id, check_id)
) WITHOUT ROWID;
-- What the coordinator decided. Never changed: a later decision stands instead, both are kept.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES response(id),
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'corrected', 'returned')),
    message TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    note TEXT NOT NULL DEFAULT '',
    checks TEXT NOT NULL DEFAULT '{}',
    names_nobody INTEGER NOT NULL DEFAULT 0,
    actor TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    CHECK (kind <> 'returned' OR length(message) > 0)
);
CREATE INDEX decision_response ON decision (response_id);
-- Each corrected value beside the one that was handed in.
CREATE TABLE edit (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decision(id),
    response_id INTEGER NOT NULL REFERENCES response(id),
    question TEXT NOT NULL,
    raw TEXT NOT NULL,
    edited TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    actor TEXT NOT NULL,
    edited_at TEXT NOT NULL
);
CREATE INDEX edit_response ON edit (response_id, question);
-- What respondents propose for the register is computed from answers and register; only what a
-- person decided is kept.
CREATE TABLE proposal_decision (
    id INTEGER PRIMARY KEY,
    enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    UNIQUE (invitation_id, field, value)
);
-- Where last year's figure was wrong. An enterprise has one proposal waiting at a time; a new one
-- takes the place of the old.
CREATE TABLE revision_proposal (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    response_id INTEGER NOT NULL REFERENCES response(id),
    answers TEXT NOT NULL,
    standing TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    proposed_at TEXT NOT NULL,
    decision TEXT CHECK (decision IN ('accepted', 'declined', 'withdrawn')),
    decision_reason TEXT NOT NULL DEFAULT '',
    decided_by TEXT,
    decided_at TEXT
);
CREATE UNIQUE INDEX revision_waiting ON revision_proposal (invitation_id) WHERE decision IS NULL;

-- The planned acts of a round, each done once.
CREATE TABLE act (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES round(id),
    kind TEXT NOT NULL CHECK (kind IN ('pre_notice', 'invitation', 'reminder_1',
        'reminder_2', 'last_call', 'close', 'preliminary_release', 'final_release')),
    due_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'paused', 'done', 'skipped')),
    done_at TEXT,
    count INTEGER,
    UNIQUE (round_id, kind),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX act_waiting ON act (due_at) WHERE state = 'planned';
-- Only mail texts that someone has changed for a round; the others follow the templates.
CREATE TABLE mail_text (
    round_id INTEGER NOT NULL REFERENCES round(id),
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('sv', 'en')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (round_id, kind, language)
) WITHOUT ROWID;
-- Mails on their way, written in the same transaction as what causes them. The text is made when
-- the mail leaves: a stored text would hold a live link.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    invitation_id INTEGER REFERENCES invitation(id),
    delegation_id INTEGER REFERENCES delegation(id),
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
);
CREATE INDEX outbox_waiting ON outbox (state, due_at);
-- Every row of the round's table asks for its newest mail.
CREATE INDEX outbox_invitation ON outbox (invitation_id, id);
-- Mails that did not get through. `report` tells one report from another, so that the same one
-- read twice is one. dead: the address does not work. refused: this mail did not get through,
-- though the address may be right. delayed: the receiving side still tries.
CREATE TABLE bounce (
    id INTEGER PRIMARY KEY,
    report TEXT NOT NULL UNIQUE,
    outbox_id INTEGER REFERENCES outbox(id),
    enterprise_id INTEGER REFERENCES enterprise(id),
    address TEXT NOT NULL COLLATE NOCASE,
    kind TEXT NOT NULL CHECK (kind IN ('dead', 'refused', 'delayed')),
    status TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL CHECK (source IN ('smtp', 'mailbox', 'file')),
    noted_at TEXT NOT NULL,
    lifted_at TEXT
);
CREATE INDEX bounce_mail ON bounce (outbox_id);
CREATE INDEX bounce_dead ON bounce (address) WHERE kind = 'dead' AND lifted_at IS NULL;
-- How far each mailbox has been read; a validity other than the server's begins anew.
CREATE TABLE mailbox_read (
    mailbox TEXT PRIMARY KEY,
    validity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    read_at TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
