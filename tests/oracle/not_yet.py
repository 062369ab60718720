"""What the command language cannot express yet."""

NOT_YET: dict[str, str] = {
    "H11": "no page cache of a block device",
}
"""Scenarios that the command language cannot express, with the reason."""
