"""The pages of an enterprise: personal link, sections, saving, receipt, colleagues, devices."""
