"""Looking at handed-in answers before they count, and at last year's before a round opens."""
