"""What commands about iterators and kernel memory return, as rows.

Importing this adds it to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.iters import IterCopied, IterImported, IterPages, IterState
from pintutor.lab.kernel_memory import KernelMem
from pintutor.view.folding import listed
from pintutor.view.results import digits, plural, result_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import noted, wrap

__all__ = ["result_rows"]

SHOWN = 16
"""Bytes that are shown of a copy."""


@result_rows.register
def _(result: KernelMem, width: int) -> tuple[Row, ...]:
    if result.error:
        note = f"   {result.name} is not allocated"
        return wrap(row("= ", (result.error, "bad"), (note, "note")), width, indent=2)
    told = f"  {result.action}, {plural(result.pages, 'page')}, {result.kind}"
    at = f"  at {result.address:#x}" if result.address else ""
    return wrap(row((result.name, "name"), told, (at, "dim")), width, indent=2)


@result_rows.register
def _(result: IterState, width: int) -> tuple[Row, ...]:
    told = f"  {result.kind} {result.direction}, {plural(result.count, 'byte')} left"
    at = f"  {result.cursor}"
    return wrap(row((result.name, "name"), told, (at, "dim")), width, indent=2)


@result_rows.register
def _(result: IterPages, width: int) -> tuple[Row, ...]:
    left = f"{result.function}: {plural(result.count, 'byte')} left"
    if result.ret <= 0:
        role = "bad" if result.ret else "number"
        had = row("= ", (result.error or "0", role))
        return noted(had, f"{left}, nothing is held", width)
    held = {"nothing": "only listed", "pin": "pinned", "reference": "referenced"}
    more = result.npages - len(result.pages)
    had = row(
        (result.name, "name"),
        f" = {plural(result.ret, 'byte')} from byte {result.offset0}: [",
        (listed(result.pages), "name"),
        f" and {more} more] " if more > 0 else "] ",
        (held[result.how], "good" if result.how != "nothing" else "note"),
    )
    return noted(had, left, width)


@result_rows.register
def _(result: IterImported, width: int) -> tuple[Row, ...]:
    named = f"import_iovec: {plural(result.segments, 'segment')}"
    if result.error:
        note = f"{named}, no iterator was made"
        return noted(row("= ", (result.error, "bad")), note, width)
    told = f"  {result.kind}, {plural(result.ret, 'byte')}"
    return noted(row((result.name, "name"), told), named, width)


@result_rows.register
def _(result: IterCopied, width: int) -> tuple[Row, ...]:
    note = result.function
    if result.ret < result.asked:
        note += f": {result.asked} were asked for"
    shown = digits(result.value[: 2 * SHOWN])
    value = f": {shown}{' …' if result.ret > SHOWN else ''}" if result.value else ""
    told = f"  {plural(result.ret, 'byte')}{value}"
    return noted(row((result.name, "name"), told), note, width)
