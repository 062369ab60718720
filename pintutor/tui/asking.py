"""Asking about a field: a count of a page, an entry of a page table, a counter."""

from __future__ import annotations

import re

from pintutor.view.rows import Row, plain

_COUNTER = re.compile(r"nr_\w+")
_PLACE = re.compile(r"(\w+\[\d+)(?:\.\.\d+)?\]")


def watchable(field: str) -> str:
    """What of a field is a value: of an entry, whether it lets the processor write."""
    return f"{field}.write" if field.endswith(".pte") else field


def field_lines(field: str) -> tuple[str, ...]:
    """What can be asked about a field, as lines of the language."""
    base, _, name = field.rpartition(".")
    watched = f"watch {watchable(field)}"
    if base == "vmstat":
        return f"why {field}", f"last {field}", watched, "show vmstat"
    if name == "pte":
        return f"last {field}", watched, f"owners {base}", "show pt"
    return f"why {field}", f"last {field}", watched, f"owners {base}"


def field_in(pane: str, one: Row, x: int) -> str:
    """The field that stands in a row of a pane at column `x`; empty for none.

    Of a run of entries, `buf[0..3]`, it is the first.
    """
    if pane == "vmstat":
        found = [each for each in _COUNTER.finditer(plain(one)) if each.start() <= x]
        return f"vmstat.{found[-1].group()}" if found else ""
    if pane == "tables":
        places = (_PLACE.fullmatch(text.strip()) for text, role in one if role == "name")
        first = next((f"{place[1]}]" for place in places if place), "")
        return f"{first}.pte" if first else ""
    return ""
