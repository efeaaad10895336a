"""Which figures must be hidden before anything is published, exactly; pure, numbers in and out.

- `rules`: when a figure must be hidden for its own sake, and what hiding another one costs;
- `cells`: one linked system of figures, sums and intruders;
- `attack` and `pattern`: the lightest set of figures that protects (the only users of scipy);
- `view`: what a reader sees, rebuilt from the published rows by code of its own;
- `audit` and `certificate`: two tables of whole numbers for each protected figure and intruder,
  found with a solver and checked again without one.
"""
