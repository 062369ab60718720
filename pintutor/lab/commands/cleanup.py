"""The table of who holds the pages of direct I/O, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.cleanup import KERNELS, modes
from pintutor.lab.kinds import OneOf
from pintutor.lab.registry import command
from pintutor.lab.results import Table

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command(
    "look",
    kernel="block/blk.h: bio_release_page()",
    examples=("cleanup v6.1", "cleanup v6.1 v6.12"),
    see=("show", "events"),
    mutates=False,
)
def cleanup(
    lab: Lab,
    *kernels: Annotated[str, OneOf(*KERNELS)],
) -> Table:
    """Show what direct I/O takes of pages, how bios are marked, and who gives back.

    Each row is a read or a write that was done for it in a lab of its own, on each of the
    kernels that are named; none named means all between which something changes.
    """
    rows = tuple(
        (one.path, one.kind, one.kernel, one.taken, one.flags, one.released_by)
        for kernel in kernels or KERNELS
        for one in modes(kernel)
    )
    columns = ("path", "kind", "kernel", "taken", "flags", "released by")
    return Table("cleanup", columns, rows)
