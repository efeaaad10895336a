-- Since when a mail has waited, so that it is given up after days and not after tries.
ALTER TABLE "outbox" ADD COLUMN "waits_since" TEXT NOT NULL DEFAULT '';
UPDATE outbox SET waits_since = due_at;
