"""What commands on mapped memory return, besides what is in results.py."""

from __future__ import annotations

from typing import NamedTuple


class Protected(NamedTuple):
    """Memory was given other permissions."""

    where: str
    prot: str
    """rw, r or none."""
    pages: int
    """Pages that it is about."""
    error: str
    """`-ENOMEM`, or empty."""
