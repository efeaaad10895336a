-- Each response names the revision of the draft it was made of, instead of a clock time.
DROP TRIGGER response_is_never_changed;
ALTER TABLE response ADD COLUMN draft_revision INTEGER NOT NULL DEFAULT 0;
UPDATE response SET draft_revision = (SELECT coalesce(max(d.revision), 0) FROM draft d
    WHERE d.invitation_id = response.invitation_id AND d.saved_at < response.handed_in_at);
CREATE TRIGGER response_is_never_changed BEFORE UPDATE ON response
BEGIN SELECT RAISE(ABORT, 'a response is kept as it was handed in'); END;
