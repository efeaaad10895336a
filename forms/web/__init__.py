"""What surrounds every page: sign-in, set-up, errors, limits, headers, translations, commands."""
