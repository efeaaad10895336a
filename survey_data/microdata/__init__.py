"""The signed-in tier: analysts.db and a year of answers as one package."""
