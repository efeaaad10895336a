"""The report as files to hand round: a PDF to read and slides to show."""
