"""Releases: what each one said, how sure it is, and its files, made once and never changed."""
