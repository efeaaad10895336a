-- With whom an activity was held, whose a milestone is, and for whom places were granted.
ALTER TABLE "reach_activity" ADD COLUMN "partner" TEXT NOT NULL DEFAULT '';
ALTER TABLE "milestone" ADD COLUMN "party" TEXT NOT NULL DEFAULT '';
CREATE TABLE supervised_grant (
    place_id INTEGER NOT NULL REFERENCES supervised_place(id) ON DELETE CASCADE,
    target_group TEXT NOT NULL,
    months INTEGER NOT NULL,
    places INTEGER NOT NULL CHECK (places > 0),
    PRIMARY KEY (place_id, target_group, months)
);
