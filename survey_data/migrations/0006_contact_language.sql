-- The language that each contact is written to in.
ALTER TABLE "contact" ADD COLUMN "language" TEXT NOT NULL DEFAULT 'sv';
