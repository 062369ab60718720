"""Kernel memory as learners see it: by name, and page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.driver import COMPOUND, SEPARATE, VMALLOC, KernelMemory
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.page_alloc import alloc_page, alloc_pages, put_page
from pintutor.linux.mm.vmalloc import page_address, vfree, vmalloc, vmalloc_to_page


class KernelMem(NamedTuple):
    """Kernel memory was allocated or freed."""

    action: str
    """allocated or freed."""
    name: str
    kind: str
    pages: int
    address: int
    """First kernel address, 0 where each page has one of its own [bytes]."""
    error: str
    """`-ENOMEM`, or empty."""


def kmem(kernel: Kernel) -> dict[str, KernelMemory]:
    """The kernel memory by name, oldest first."""
    return {each.name: each for each in kernel.kmem}


def kmem_described(kernel: Kernel) -> dict[str, str]:
    """Each piece of kernel memory with what it is, in a few words."""
    return {
        each.name: f"{len(each.pages)} pages of kernel memory, {each.kind}"
        for each in kernel.kmem
    }


def kmem_pages(kernel: Kernel) -> Iterator[tuple[str, Page]]:
    """Every page of kernel memory: `K[2]`."""
    for each in kernel.kmem:
        for index, page in enumerate(each.pages):
            yield f"{each.name}[{index}]", page


def allocate(kernel: Kernel, name: str, kind: str, count: int) -> KernelMemory | None:
    """Pages of a kind under a name, or None without memory."""
    pages = {SEPARATE: _separate, COMPOUND: _compound, VMALLOC: _vmalloc}[kind](count)
    if not pages:
        return None
    address = 0
    if kind == COMPOUND:
        address = page_address(pages[0])
    elif kind == VMALLOC:
        address = kernel.vmlist[-1].addr
    made = KernelMemory(name, kind, pages, address)
    kernel.kmem = (*kernel.kmem, made)
    return made


def free(kernel: Kernel, memory: KernelMemory) -> None:
    """Give kernel memory back, whoever still uses it."""
    kernel.kmem = tuple(each for each in kernel.kmem if each is not memory)
    if memory.kind == VMALLOC:
        vfree(memory.address)
    elif memory.kind == COMPOUND:
        put_page(memory.pages[0])
    else:
        for page in memory.pages:
            put_page(page)


def _separate(count: int) -> tuple[Page, ...]:
    pages: tuple[Page, ...] = ()
    for _ in range(count):
        page = alloc_page()
        if page is None:
            for had in pages:
                put_page(had)
            return ()
        pages = (*pages, page)
    return pages


def _compound(count: int) -> tuple[Page, ...]:
    head = alloc_pages((count - 1).bit_length())
    if head is None:
        return ()
    return tuple(nth_page(head, index) for index in range(1 << head.order))


def _vmalloc(count: int) -> tuple[Page, ...]:
    address = vmalloc(count * PAGE_SIZE)
    if not address:
        return ()
    return tuple(vmalloc_to_page(address + at * PAGE_SIZE) for at in range(count))
