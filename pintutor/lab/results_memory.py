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


class Unmapped(NamedTuple):
    """A range was unmapped."""

    name: str
    pages: int


class Advised(NamedTuple):
    """The kernel took advice about memory."""

    where: str
    advice: str
    pages: int
    """Pages that it is about."""
    flags: tuple[str, ...]
    """The flags that the range has now."""


class Merged(NamedTuple):
    """ksmd has looked at all memory that is mergeable, once."""

    pages_shared: int
    """Pages of KSM that are mapped."""
    pages_sharing: int
    """Entries that map one of them, besides the first of each."""
    more: int
    """How many more of these there are than before."""


class Collapsed(NamedTuple):
    """khugepaged looked at memory."""

    where: str
    result: str
    """What came of it, as the kernel calls it: SCAN_SUCCEED or why not."""
    meaning: str
