"""The sentences of the report, each worked out from numbers by a rule."""
