"""The English catalogue; Swedish is what the templates and the code are written in."""
