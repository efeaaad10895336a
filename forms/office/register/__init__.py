"""The register at the office: enterprises, contacts, imports, duplicates, proposals."""
