-- The last day of an enterprise that a closed round was opened again for.
ALTER TABLE "invitation" ADD COLUMN "open_until" TEXT;
