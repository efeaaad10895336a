"""Years before the product: printed series, stated totals, imported rounds."""
