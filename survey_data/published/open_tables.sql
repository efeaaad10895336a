-- The tables of open.db, in the order that they stand in a release. Before each: why it may be
-- public. They are published to the letter, so a change here is a change of every release to come.

-- number, date and a note
CREATE TABLE release (id TEXT PRIMARY KEY, published_at TEXT NOT NULL, kind TEXT NOT NULL,
        includes_examples INTEGER NOT NULL, note_sv TEXT NOT NULL, note_en TEXT NOT NULL);

-- names
CREATE TABLE areas (area_type TEXT NOT NULL, area_code TEXT NOT NULL, name TEXT NOT NULL,
        official_name TEXT NOT NULL, part_of TEXT, PRIMARY KEY (area_type, area_code));

-- definitions
CREATE TABLE indicators (name TEXT PRIMARY KEY, label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL, unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL,
        definition_sv TEXT NOT NULL, definition_en TEXT NOT NULL,
        part_of TEXT REFERENCES indicators(name), sort_order INTEGER NOT NULL);

-- definitions
CREATE TABLE statuses (code TEXT PRIMARY KEY, symbol TEXT NOT NULL, label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL, explanation_sv TEXT NOT NULL, explanation_en TEXT NOT NULL);

-- titles
CREATE TABLE sources (key TEXT PRIMARY KEY, title_sv TEXT NOT NULL, title_en TEXT NOT NULL,
        publisher TEXT NOT NULL, page TEXT NOT NULL, url TEXT NOT NULL);

-- audited row by row; the association's own in association/release_rows.py
CREATE TABLE observations (year INTEGER NOT NULL, area_type TEXT NOT NULL,
        area_code TEXT NOT NULL, indicator TEXT NOT NULL REFERENCES indicators(name),
        value INTEGER, status TEXT NOT NULL REFERENCES statuses(code), signs TEXT NOT NULL,
        note TEXT NOT NULL, note_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (year, area_type, area_code, indicator),
        FOREIGN KEY (area_type, area_code) REFERENCES areas(area_type, area_code),
        CHECK ((value IS NULL) = (status = 'x')));

-- printed before, about printed years
CREATE TABLE discrepancies (indicator TEXT NOT NULL REFERENCES indicators(name),
        period TEXT NOT NULL, stated INTEGER NOT NULL, parts_sum INTEGER NOT NULL,
        difference INTEGER NOT NULL, note_sv TEXT NOT NULL, note_en TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), PRIMARY KEY (indicator, period));

-- compared with the county's number of enterprises
CREATE TABLE coverage (year INTEGER PRIMARY KEY, asked INTEGER, answered INTEGER,
        is_example INTEGER NOT NULL, reference_date TEXT);

-- printed before, or words by the coordinator; no figures
CREATE TABLE milestones (year INTEGER NOT NULL, period TEXT NOT NULL,
        municipality_code TEXT, type TEXT NOT NULL, label_sv TEXT NOT NULL, label_en TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), reference TEXT NOT NULL,
        mark_sv TEXT NOT NULL, mark_en TEXT NOT NULL, party TEXT NOT NULL);

-- printed before, or many enough; each addition too (association/release_rows.py)
CREATE TABLE place_outcomes (period TEXT NOT NULL, outcome TEXT NOT NULL,
        label_sv TEXT NOT NULL, label_en TEXT NOT NULL, value INTEGER NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), PRIMARY KEY (period, outcome));

-- the same, each gender many enough (association/release_rows.py)
CREATE TABLE place_outcomes_by_gender (period TEXT NOT NULL, outcome TEXT NOT NULL,
        gender TEXT NOT NULL, label_sv TEXT NOT NULL, label_en TEXT NOT NULL,
        value INTEGER NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (period, outcome, gender),
        FOREIGN KEY (period, outcome) REFERENCES place_outcomes(period, outcome));

-- printed before, by others
CREATE TABLE national (year TEXT NOT NULL, measure TEXT NOT NULL, value INTEGER NOT NULL,
        unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL, definition_sv TEXT NOT NULL,
        definition_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key));

-- definitions
CREATE TABLE codebook (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
        label_sv TEXT NOT NULL, label_en TEXT NOT NULL, definition_sv TEXT NOT NULL,
        definition_en TEXT NOT NULL, unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL,
        PRIMARY KEY (table_name, column_name));

-- by fixed rules, and attacked with all figures, enterprise by enterprise
CREATE TABLE changes (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), component TEXT NOT NULL, value INTEGER NOT NULL,
        enterprises INTEGER, sort_order INTEGER NOT NULL, is_example INTEGER NOT NULL,
        release TEXT NOT NULL, note TEXT NOT NULL, note_en TEXT NOT NULL,
        PRIMARY KEY (year, indicator, component));

-- by fixed rules, and attacked with all figures
CREATE TABLE same_enterprises (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), value_before INTEGER NOT NULL, value INTEGER NOT NULL,
        enterprises INTEGER NOT NULL, is_example INTEGER NOT NULL, release TEXT NOT NULL,
        note TEXT NOT NULL, note_en TEXT NOT NULL, PRIMARY KEY (year, indicator));

-- by fixed rules, and attacked with all figures
CREATE TABLE estimates (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), share INTEGER NOT NULL, enterprises INTEGER NOT NULL,
        is_example INTEGER NOT NULL, release TEXT NOT NULL, note TEXT NOT NULL,
        note_en TEXT NOT NULL, PRIMARY KEY (year, indicator));

-- words by the coordinator
CREATE TABLE comments (year INTEGER NOT NULL, chart TEXT NOT NULL, text_sv TEXT NOT NULL,
    text_en TEXT NOT NULL, signed TEXT NOT NULL, written_on TEXT NOT NULL,
    PRIMARY KEY (year, chart));

-- words by the coordinator, or printed before
CREATE TABLE chapters (first_year INTEGER NOT NULL, last_year INTEGER NOT NULL,
    chapter TEXT NOT NULL, text_sv TEXT NOT NULL, text_en TEXT NOT NULL, signed TEXT NOT NULL,
    written_on TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
    PRIMARY KEY (first_year, last_year, chapter));

-- numbers, dates and notes
CREATE TABLE releases (id TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE,
        published_at TEXT NOT NULL, kind TEXT NOT NULL, includes_examples INTEGER NOT NULL,
        note_sv TEXT NOT NULL, note_en TEXT NOT NULL);

-- compared with what earlier releases showed, and this one
CREATE TABLE editions (release TEXT NOT NULL REFERENCES releases(id),
        year INTEGER NOT NULL, area_type TEXT NOT NULL, area_code TEXT NOT NULL,
        indicator TEXT NOT NULL REFERENCES indicators(name), value INTEGER,
        status TEXT NOT NULL REFERENCES statuses(code), signs TEXT NOT NULL,
        note TEXT NOT NULL, note_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (release, year, area_type, area_code, indicator),
        FOREIGN KEY (area_type, area_code) REFERENCES areas(area_type, area_code),
        CHECK ((value IS NULL) = (status = 'x')));

-- the association's address
CREATE TABLE publisher (name TEXT PRIMARY KEY, email TEXT NOT NULL, phone TEXT NOT NULL,
        address TEXT NOT NULL, licence TEXT NOT NULL);

-- definitions
CREATE TABLE variables (indicator TEXT PRIMARY KEY REFERENCES indicators(name),
        wording_sv TEXT NOT NULL, wording_en TEXT NOT NULL, universe_sv TEXT NOT NULL,
        universe_en TEXT NOT NULL, first_year INTEGER, last_year INTEGER);

-- definitions
CREATE TABLE breaks (indicator TEXT NOT NULL REFERENCES indicators(name),
        year INTEGER NOT NULL, kind TEXT NOT NULL, text_sv TEXT NOT NULL, text_en TEXT NOT NULL,
        PRIMARY KEY (indicator, year, kind));

-- definitions
CREATE TABLE quality_measures (name TEXT PRIMARY KEY, label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL, unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL,
        explanation_sv TEXT NOT NULL, explanation_en TEXT NOT NULL,
        sort_order INTEGER NOT NULL);

-- sums proven with the figures; counts, and what leads to them, many enough
CREATE TABLE quality (year INTEGER NOT NULL,
        measure TEXT NOT NULL REFERENCES quality_measures(name), subject TEXT NOT NULL,
        value REAL, status TEXT NOT NULL REFERENCES statuses(code), subject_sv TEXT NOT NULL,
        subject_en TEXT NOT NULL, PRIMARY KEY (year, measure, subject),
        CHECK ((value IS NULL) = (status = 'x')));
