"""Mail at the office: texts, outbox, bounces, calls."""
