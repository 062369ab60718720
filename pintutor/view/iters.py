"""What commands about iterators and kernel memory return, as rows.

Importing this adds it to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.iters import IterCopied, IterPages, IterState
from pintutor.lab.kernel_memory import KernelMem
from pintutor.view.folding import listed
from pintutor.view.results import plural, result_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

__all__ = ["result_rows"]


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
    return wrap(
        row(
            (result.name, "name"),
            f" = {plural(result.ret, 'byte')} from {result.offset0:#x}: [",
            (listed(result.pages), "name"),
            f" and {more} more] " if more > 0 else "] ",
            (held[result.how], "good" if result.how != "nothing" else "note"),
            (left, "note"),
        ),
        width,
        indent=2,
    )


@result_rows.register
def _(result: IterCopied, width: int) -> tuple[Row, ...]:
    short = f"   {result.asked} were asked for" if result.ret < result.asked else ""
    value = f": {result.value}" if result.value else ""
    told = f"  {plural(result.ret, 'byte')}{value}"
    return wrap(row((result.name, "name"), told, (short, "note")), width, indent=2)
