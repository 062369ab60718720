"""Races: guards that a kernel needs, taken away to see what they are for."""
