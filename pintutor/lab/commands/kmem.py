"""Commands about memory of the kernel's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.kernel_memory import KernelMem, allocate, free
from pintutor.lab.kernel_memory import kmem as kmem_by_name
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import UNUSED_NAME, Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.driver import COMPOUND, SEPARATE, VMALLOC, KernelMemory
from pintutor.linux.include.uapi.errno import ENOMEM

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_PAGES = 512


def _kmem(lab: Lab) -> Mapping[str, object]:
    return {**kmem_by_name(lab.kernel)}


KMEM = Lookup("NAME", "kernel memory that was allocated", "kernel memory", _kmem)


@command(
    "iterators",
    kernel="mm/page_alloc.c: alloc_pages(); mm/vmalloc.c: vmalloc()",
    examples=("kmem K 6", "kmem C 8 compound", "kmem V 4 vmalloc"),
    see=("kfree", "iter"),
)
def kmem(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    pages: Annotated[int, IntRange(1, MOST_PAGES)],
    *,
    kind: Annotated[str, OneOf(SEPARATE, COMPOUND, VMALLOC)] = SEPARATE,
) -> KernelMem:
    """Allocate memory in the kernel, as a driver does for data of its own.

    `separate` gives single pages, each with an address of its own. `compound` gives one
    folio, as a large kmalloc() does; its pages are rounded up to a power of two.
    `vmalloc` gives single pages that only their addresses join.
    """
    made = allocate(lab.kernel, name, kind, pages)
    if made is None:
        return KernelMem("allocated", name, kind, 0, 0, error_name(-ENOMEM))
    return KernelMem("allocated", name, kind, len(made.pages), made.address, "")


@command(
    "iterators",
    kernel="mm/vmalloc.c: vfree()",
    examples=("kfree K",),
    see=("kmem",),
)
def kfree(lab: Lab, name: Annotated[KernelMemory, KMEM]) -> KernelMem:
    """Give kernel memory back.

    Nobody asks who still uses it: pages that were only listed for I/O are free from now
    on, whatever the device does with them.
    """
    free(lab.kernel, name)
    return KernelMem("freed", name.name, name.kind, len(name.pages), name.address, "")
