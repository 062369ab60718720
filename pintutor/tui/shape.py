"""The shape of the lesson screen: how many rows each pane gets."""

from __future__ import annotations

WIDE = 100
"""From here on prose and panes stand side by side [columns]."""
LEAST = (40, 12)
"""The smallest terminal that the screen fits in [columns, rows]."""
LEFT = ("lesson", "log")
RIGHT = ("source", "tables", "pages", "vmstat")
PANES = (*LEFT, *RIGHT, "narration")
"""The panes whose height depends on the terminal."""
ROWS = ("bar", "main", "time", "narration", "ask", "foot")
"""What the screen is made of, from the top."""
TABS = ("lesson", "source", "memory", "log")
FIXED = 5
"""Rows of the bar, the timeline, the command line and what stands below it."""
VMSTAT = 3


def heights(width: int, height: int, tab: str) -> dict[str, int]:
    """Rows of each pane in sight, from the top, 0 for what remains.

    The heights follow from the size of the terminal alone, so that nothing moves while
    stepping.
    """
    narration = 1 if height < 20 else 2 if height < 36 else 3
    room = height - FIXED - narration
    shown = _wide(room) if width >= WIDE else _narrow(room, tab)
    return shown | {"narration": narration}


def race_heights(height: int, wanted: int) -> dict[str, int]:
    """Rows of the panes of the race screen round its lanes, 0 for none.

    `wanted` is how many the CPUs and what is looked at would take.
    """
    heads = 2 if height < 20 else 3
    cause = 0 if height < 16 else 3 if height < 24 else 4 if height < 36 else 5
    room = height - FIXED - heads - cause
    return {
        "heads": heads,
        "choices": min(1 + wanted, max(3, room // 2)),
        "cause": cause,
        "pages": max(4, height // 5),
    }


def _wide(room: int) -> dict[str, int]:
    log = _between(5, room * 2 // 5, 20)
    tables = _between(4, room // 6, 12)
    pages = _between(5, room // 5, 16)
    return {
        "lesson": 0,
        "log": log,
        "source": 0,
        "tables": tables,
        "pages": pages,
        "vmstat": VMSTAT,
    }


def _narrow(room: int, tab: str) -> dict[str, int]:
    if tab == "lesson":
        return {"lesson": 0, "log": _between(0, room // 3, 8)}
    if tab == "memory":
        return {"tables": room * 2 // 5, "pages": 0, "vmstat": VMSTAT}
    return {tab: 0}


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
