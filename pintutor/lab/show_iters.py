"""Tables of iterators and of kernel memory, as `show` returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.iters import state
from pintutor.lab.results import Table
from pintutor.lab.since import Rows, table_since
from pintutor.linux.driver import KernelMemory

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


ITER_COLUMNS = ("name", "kind", "direction", "count", "iov_offset", "nr_segs", "cursor")


def show_iter(lab: Lab) -> Table:
    """The iterators: what is left of each, and where it stands."""
    return table_since(lab, "iterators", ITER_COLUMNS, _iters)


def _iters(lab: Lab) -> Rows:
    return {
        each.name: tuple(getattr(each, column) for column in ITER_COLUMNS)
        for each in map(state, lab.kernel.iters)
    }


def show_kmem(lab: Lab) -> Table:
    """The kernel memory of the learner's driver."""
    rows = tuple(
        (each.name, each.kind, len(each.pages), _address(each), f"{pfn:#x}")
        for each in lab.kernel.kmem
        for pfn in (each.pages[0].pfn,)
    )
    return Table("kernel memory", ("name", "kind", "pages", "address", "pfn"), rows)


def _address(memory: KernelMemory) -> str:
    """Where kernel memory begins, if it lies in one piece."""
    return f"{memory.address:#x}" if memory.address else "each has one"
