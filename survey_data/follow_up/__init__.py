"""Getting answers in: calendar, reminders, progress, mails that come back."""
