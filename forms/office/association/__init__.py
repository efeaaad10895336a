"""The association's own series: persons reached, supervised places, milestones."""
