"""What was decided of each response: checks, decisions, corrections, register proposals."""
