"""Looking after the machine: backups, restores, and whether everything works."""
