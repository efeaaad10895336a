"""The yearly round: opening, invitations, extra questions, optional modules, calls."""
