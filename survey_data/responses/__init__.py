"""Drafts, handed-in responses and their versions, devices and colleagues."""
