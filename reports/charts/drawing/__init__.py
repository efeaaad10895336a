"""Drawing: theme, SVG, sparklines."""
