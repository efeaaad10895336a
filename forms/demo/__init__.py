"""The demonstration that an empty data folder is filled with."""
