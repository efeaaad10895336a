"""The table of the coordinator's comments, as step 030 of migrations.py makes it; frozen."""

COMMENTS = (
    # A changed or taken-away comment is a new line: what once stood beside a figure is kept.
    """CREATE TABLE comment (
        id INTEGER PRIMARY KEY,
        year INTEGER NOT NULL,
        chart TEXT NOT NULL,
        text_sv TEXT NOT NULL,
        text_en TEXT NOT NULL DEFAULT '',
        signed TEXT NOT NULL,
        written_at TEXT NOT NULL,
        actor TEXT NOT NULL
    )""",
    "CREATE INDEX comment_place ON comment (year, chart, id)",
)
