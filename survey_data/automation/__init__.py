"""What happens by itself or at the terminal: calendar acts, retention, housekeeping, examples."""
