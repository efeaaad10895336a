"""The charts that are not lines or bars over years: rows, grids, tiles, bridges.

Those of one bar a row are plain dicts like the charts over years, and plotly mounts them at a
touch. A grid and a map of tiles are mostly words, which plotly's small bundle has no chart for:
they stay as drawn, and the page marks the municipality that is pointed at or stepped to and says
its row of the table.
"""
