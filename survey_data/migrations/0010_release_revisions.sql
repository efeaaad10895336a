-- What each release knew, so that its microdata can be made again as they were.
ALTER TABLE "release" ADD COLUMN "revisions" TEXT NOT NULL DEFAULT '';
