"""How long a form was open before each hand-in, kept as it comes: sessions are soon deleted."""

from __future__ import annotations

# Each session counts from its start to five minutes after it was last seen, which is noted no
# oftener than that, and never beyond the hand-in. A phone call or an import has none.
PARADATA = (
    """CREATE TABLE response_minutes (
        response_id INTEGER PRIMARY KEY REFERENCES response(id) ON DELETE CASCADE,
        minutes INTEGER NOT NULL
    )""",
    """CREATE TRIGGER response_minutes_are_kept AFTER INSERT ON response WHEN NEW.mode = 'web'
       BEGIN
        INSERT INTO response_minutes
        SELECT NEW.id, max(1, CAST(round(sum(1440 * (
            min(julianday(NEW.handed_in_at), julianday(s.seen_at) + 5 / 1440.0)
            - julianday(s.started_at)))) AS INTEGER))
        FROM session s
        WHERE s.invitation_id = NEW.invitation_id AND s.started_at <= NEW.handed_in_at
        HAVING count(*) > 0;
       END""",
)
