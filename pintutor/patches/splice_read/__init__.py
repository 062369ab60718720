"""Splicing from files without an iterator over a pipe (2023)."""
