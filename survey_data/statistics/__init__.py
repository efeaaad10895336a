"""Arithmetic over answers: totals, estimates, year-on-year change, indicators, codebook."""
