"""Lessons and scenarios: reading, running, following and checking them."""
