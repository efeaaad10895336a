-- Estimates for those who did not answer. A decision is never changed: a later one stands instead.
CREATE TABLE estimate (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    method TEXT NOT NULL CHECK (method IN ('left_out', 'carried_forward')),
    reason TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    CHECK (method <> 'carried_forward' OR length(reason) > 0)
);
CREATE INDEX estimate_invitation ON estimate (invitation_id);
-- The numbers as they went into a release; kept with the office, published nowhere.
CREATE TABLE release_estimate (
    release_id TEXT NOT NULL REFERENCES release(id),
    invitation_id INTEGER NOT NULL REFERENCES invitation(id),
    estimate_id INTEGER NOT NULL REFERENCES estimate(id),
    numbers TEXT NOT NULL,
    PRIMARY KEY (release_id, invitation_id)
) WITHOUT ROWID;

-- Where totals of years without answers were printed. Never changed and never deleted: what an
-- earlier release named must still be found.
CREATE TABLE stated_source (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    title_sv TEXT NOT NULL CHECK (length(title_sv) > 0),
    title_en TEXT NOT NULL,
    publisher TEXT NOT NULL CHECK (length(publisher) > 0),
    page TEXT NOT NULL,
    url TEXT NOT NULL,
    UNIQUE (title_sv, title_en, publisher, page, url)
);
-- `is_inventory`: the year stands as it was printed, so that no round of it can be opened.
CREATE TABLE stated_year (
    year INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES stated_source(id),
    is_inventory INTEGER NOT NULL,
    note_sv TEXT NOT NULL DEFAULT '',
    note_en TEXT NOT NULL DEFAULT '',
    public_says TEXT NOT NULL,
    public_said_at TEXT NOT NULL
);
CREATE TABLE stated_total (
    year INTEGER NOT NULL REFERENCES stated_year(year),
    area_type TEXT NOT NULL CHECK (area_type IN ('county', 'province')),
    area_code TEXT NOT NULL,
    indicator TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0),
    note_sv TEXT NOT NULL DEFAULT '',
    note_en TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (year, area_type, area_code, indicator)
) WITHOUT ROWID;
-- An old file on its way in: its cells until somebody has said what they are, and then no longer.
CREATE TABLE earlier_draft (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('round', 'totals')),
    content TEXT NOT NULL,
    choices TEXT NOT NULL DEFAULT '{}',
    actor TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
-- Rounds that came from a file, with the cells that each answer came from.
CREATE TABLE earlier_round (
    round_id INTEGER PRIMARY KEY REFERENCES round(id),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    mapping TEXT NOT NULL,
    actor TEXT NOT NULL,
    imported_at TEXT NOT NULL
);
CREATE TABLE earlier_line (
    invitation_id INTEGER PRIMARY KEY REFERENCES invitation(id),
    line INTEGER NOT NULL,
    municipality_code TEXT REFERENCES municipality(code),
    cells TEXT NOT NULL
);
-- Enterprises that a file brought into the register, or made older or younger there.
CREATE TABLE earlier_enterprise (
    round_id INTEGER NOT NULL REFERENCES round(id),
    enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
    was_added INTEGER NOT NULL,
    active_from TEXT NOT NULL,
    active_to TEXT,
    PRIMARY KEY (round_id, enterprise_id)
) WITHOUT ROWID;
-- Which releases have an imported round: it can be taken back only until then.
CREATE TABLE earlier_release (
    release_id TEXT NOT NULL REFERENCES release(id),
    round_id INTEGER NOT NULL REFERENCES round(id),
    PRIMARY KEY (release_id, round_id)
) WITHOUT ROWID;

-- Private: who was behind every figure of a release, and the certificate that none can be worked
-- out. The next release is protected together with all of these.
CREATE TABLE protection (
    release_id TEXT NOT NULL REFERENCES release(id),
    year INTEGER NOT NULL,
    rules TEXT NOT NULL,
    records TEXT NOT NULL,
    figures TEXT NOT NULL,
    certificate TEXT NOT NULL,
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    is_lightest INTEGER NOT NULL,
    is_waiting INTEGER NOT NULL,
    PRIMARY KEY (release_id, year)
);
-- Which figures the coordinator wants kept open if possible: a factor on their suppression cost.
CREATE TABLE protection_wish (
    area_type TEXT NOT NULL,
    area_code TEXT NOT NULL,
    indicator TEXT NOT NULL,
    factor REAL NOT NULL CHECK (factor > 1),
    actor TEXT NOT NULL,
    wished_at TEXT NOT NULL,
    PRIMARY KEY (area_type, area_code, indicator)
);
-- Private: whose numbers each side table sums, as decided once; no members where it was left out.
CREATE TABLE side_table (
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    indicator TEXT NOT NULL,
    release_id TEXT NOT NULL REFERENCES release(id),
    is_example INTEGER NOT NULL,
    members TEXT,
    PRIMARY KEY (kind, year, indicator)
);
-- What all that a release publishes was attacked as, part by part; the same again need not be.
CREATE TABLE full_attack (
    release_id TEXT NOT NULL REFERENCES release(id),
    mark TEXT NOT NULL,
    PRIMARY KEY (release_id, mark)
);

-- The series that the association keeps of its own work: persons reached with information,
CREATE TABLE reach_activity (
    id INTEGER PRIMARY KEY,
    held_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    municipality_code TEXT REFERENCES municipality(code),
    persons INTEGER NOT NULL CHECK (persons >= 0),
    note TEXT NOT NULL DEFAULT ''
);
-- supervised places with what came after them,
CREATE TABLE supervised_place (
    id INTEGER PRIMARY KEY,
    year INTEGER NOT NULL,
    municipality_code TEXT NOT NULL REFERENCES municipality(code),
    granted INTEGER NOT NULL CHECK (granted >= 0),
    used INTEGER NOT NULL CHECK (used BETWEEN 0 AND granted),
    individuals INTEGER NOT NULL CHECK (individuals >= 0),
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (year, municipality_code)
);
CREATE TABLE supervised_outcome (
    place_id INTEGER NOT NULL REFERENCES supervised_place(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    gender TEXT NOT NULL,
    persons INTEGER NOT NULL CHECK (persons > 0),
    PRIMARY KEY (place_id, outcome, gender)
);
-- milestones and policies.
CREATE TABLE milestone (
    id INTEGER PRIMARY KEY,
    year INTEGER NOT NULL,
    period TEXT NOT NULL DEFAULT '',
    municipality_code TEXT REFERENCES municipality(code),
    kind TEXT NOT NULL,
    label_sv TEXT NOT NULL,
    label_en TEXT NOT NULL,
    reference TEXT NOT NULL,
    mark_sv TEXT NOT NULL DEFAULT '',
    mark_en TEXT NOT NULL DEFAULT ''
);
-- A year without a row here is not published: what has been entered so far is not its sum.
CREATE TABLE complete_year (
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    completed_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (series, year)
);
-- Private: the outcomes that a release showed, and whose they were, by municipality.
CREATE TABLE released_outcome (
    release_id TEXT PRIMARY KEY REFERENCES release(id),
    shown TEXT NOT NULL,
    behind TEXT NOT NULL
);

-- What was published, when, by whom and with what note.
CREATE TABLE release (
    id TEXT PRIMARY KEY,
    published_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    includes_examples INTEGER NOT NULL,
    note_sv TEXT NOT NULL DEFAULT '',
    note_en TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL
);
-- Every figure of every release as it was published, so that a revision can be shown as one.
-- `signs` are all status flags that apply to it, `status` the first of them.
CREATE TABLE released_figure (
    release_id TEXT NOT NULL REFERENCES release(id),
    year INTEGER NOT NULL,
    area_type TEXT NOT NULL,
    area_code TEXT NOT NULL,
    indicator TEXT NOT NULL,
    value INTEGER,
    status TEXT NOT NULL,
    signs TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL,
    note_en TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (release_id, year, area_type, area_code, indicator)
) WITHOUT ROWID;
-- Where a second person must approve: what was asked for, and what was decided.
CREATE TABLE release_request (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('preliminary', 'final')),
    note_sv TEXT NOT NULL,
    note_en TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn')),
    decided_by TEXT,
    decided_at TEXT,
    reason TEXT NOT NULL DEFAULT '',
    release_id TEXT REFERENCES release(id),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX only_one_waiting_request ON release_request (state) WHERE state = 'waiting';
-- The coordinator's comments beside the charts. A changed or removed comment is a new row: what
-- once stood beside a figure is kept.
CREATE TABLE comment (
    id INTEGER PRIMARY KEY,
    year INTEGER NOT NULL,
    chart TEXT NOT NULL,
    text_sv TEXT NOT NULL,
    text_en TEXT NOT NULL DEFAULT '',
    signed TEXT NOT NULL,
    written_at TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX comment_place ON comment (year, chart, id);
