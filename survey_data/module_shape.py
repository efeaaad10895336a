"""The table of the modules a year's round does not ask, as step 085 makes it; frozen."""

MODULE_CHOICE = (
    # `left_out` is a list of module letters as JSON.
    """CREATE TABLE module_choice (
        year INTEGER PRIMARY KEY,
        left_out TEXT NOT NULL
    )""",
)
