"""Who may sign in, their sessions, the first set-up, backups and the association's logo."""
