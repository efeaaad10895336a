-- The chapters of the report; a changed or removed one is a new row, so that each is kept.
CREATE TABLE report_chapter (
    id INTEGER PRIMARY KEY,
    first_year INTEGER NOT NULL,
    last_year INTEGER NOT NULL CHECK (last_year >= first_year),
    chapter TEXT NOT NULL,
    text_sv TEXT NOT NULL,
    text_en TEXT NOT NULL,
    signed TEXT NOT NULL,
    written_at TEXT NOT NULL,
    actor TEXT NOT NULL
);
CREATE INDEX report_chapter_place ON report_chapter (first_year, last_year, chapter, id);
