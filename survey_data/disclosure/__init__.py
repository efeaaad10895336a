"""Which figures must be hidden before anything is published, exactly; pure, numbers in and out."""
