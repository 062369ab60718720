"""What the command language cannot express yet."""

NOT_YET: dict[str, str] = {}
"""Scenarios that the command language cannot express, with the reason."""
