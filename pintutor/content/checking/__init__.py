"""Checking: `pintutor check`, what is wrong with lessons and scenarios."""
