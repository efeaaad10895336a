"""The series that the association keeps of its own work, from where the printed ones end."""
