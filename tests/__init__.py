"""Tests. A busy machine may pause any of them, so property tests have no deadline.

Fifty examples each, others in each run: where a test needs more, it says so.
"""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, max_examples=50)
settings.load_profile("unhurried")
