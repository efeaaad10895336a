-- Which browser a session is in, which have shown a code, and which link one was asked for.
ALTER TABLE session ADD COLUMN browser_hash TEXT;
-- Those that were known could see all there was.
ALTER TABLE known_browser ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE known_browser ADD COLUMN contact_hash TEXT;
ALTER TABLE device_check ADD COLUMN link_hash TEXT NOT NULL DEFAULT '';
