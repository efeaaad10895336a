"""The charts: numbers first, then the figure."""
