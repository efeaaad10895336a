"""The board's pages: charts, sentences and downloads, from the published figures alone."""
