"""Tests. A busy machine may pause any of them, so property tests have no deadline."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
