"""The charts that are not lines or bars over years: rows, grids, tiles, bridges.

Each is drawn once, without plotly: there is nothing in them that a touch would reveal beyond
what is written, and the table beside says the same.
"""
