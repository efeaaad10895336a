"""The enterprises and their contacts: who there is, since when, and how that changes."""
