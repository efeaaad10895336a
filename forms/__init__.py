"""Everything a person fills in or is shown while filling in: questions, checks, pages."""
