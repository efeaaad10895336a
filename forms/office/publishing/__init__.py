"""Publishing at the office: what a release would say, what is hidden, comments, approval."""
