"""What commands about iterators and kernel memory return, as rows.

Importing this adds it to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.iters import IterCopied, IterImported, IterPages, IterState
from pintutor.lab.kernel_memory import KernelMem
from pintutor.view.folding import listed
from pintutor.view.results import digits, plural, result_rows
from pintutor.view.rows import Row, plain, row
from pintutor.view.wrap import columns, wrap

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
    left = f"   {result.function}: {plural(result.count, 'byte')} left"
    if result.ret <= 0:
        role = "bad" if result.ret else "number"
        note = f"{left}, nothing is held"
        return wrap(row("= ", (result.error or "0", role), (note, "note")), width, indent=2)
    held = {"nothing": "only listed", "pin": "pinned", "reference": "referenced"}
    more = result.npages - len(result.pages)
    had = row(
        (result.name, "name"),
        f" = {plural(result.ret, 'byte')} from byte {result.offset0}: [",
        (listed(result.pages), "name"),
        f" and {more} more] " if more > 0 else "] ",
        (held[result.how], "good" if result.how != "nothing" else "note"),
    )
    note = row((left, "note"))
    if columns(plain((*had, *note))) <= width:
        return ((*had, *note),)
    return (*wrap(had, width, indent=2), *wrap(row((left[1:], "note")), width, indent=2))


@result_rows.register
def _(result: IterImported, width: int) -> tuple[Row, ...]:
    named = f"   import_iovec: {plural(result.segments, 'segment')}"
    if result.error:
        note = f"{named}, no iterator was made"
        return wrap(row("= ", (result.error, "bad"), (note, "note")), width, indent=2)
    told = f"  {result.kind}, {plural(result.ret, 'byte')}"
    return wrap(row((result.name, "name"), told, (named, "note")), width, indent=2)


@result_rows.register
def _(result: IterCopied, width: int) -> tuple[Row, ...]:
    note = f"   {result.function}"
    if result.ret < result.asked:
        note += f": {result.asked} were asked for"
    shown = digits(result.value[: 2 * SHOWN])
    value = f": {shown}{' …' if result.ret > SHOWN else ''}" if result.value else ""
    told = f"  {plural(result.ret, 'byte')}{value}"
    return wrap(row((result.name, "name"), told, (note, "note")), width, indent=2)
