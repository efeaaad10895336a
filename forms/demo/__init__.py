"""The demonstration and the replay of five autumns."""
