"""What a year may show: the rules applied to its figures, and the gate that proves the file."""
