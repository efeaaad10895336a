"""The mails of the survey, and how they leave and what comes back."""
