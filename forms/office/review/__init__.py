"""Reviewing at the office: the queue, corrections, history."""
