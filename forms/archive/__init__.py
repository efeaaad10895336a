"""Other people's files: their columns, their enterprises, and the plan of an import."""
