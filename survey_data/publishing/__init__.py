"""Making a release: draft, preview, approval, differences, publication."""
