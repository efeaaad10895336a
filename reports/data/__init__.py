"""What the report reads: open.db alone, as values."""
