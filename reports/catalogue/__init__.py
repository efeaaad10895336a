"""The open releases on the web: their pages and files, the catalogue, and what robots may read."""
