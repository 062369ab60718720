"""Copying from and to kernel and user addresses.

In the kernel this is lib/string.c and lib/usercopy.c with the assembler beside
them. User memory is reached as the task reaches it: through its page tables,
with faults, and not at all where there is nothing.

Not modelled: a fault that must not be handled (pagefault_disable()).
"""

from pintutor.linux.arch.x86.mm.mmu import user_load, user_store
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.linux.mm.vmalloc import kernel_page
from pintutor.sim.function import kernel_function


@kernel_function("lib/string.c")
def memcpy_to_kernel(to: int, data: bytes) -> None:
    """Copy bytes to a kernel address."""
    done = 0
    while done < len(data):
        offset = to + done & ~PAGE_MASK
        part = data[done : done + PAGE_SIZE - offset]
        memcpy_to_page(kernel_page(to + done), offset, part)
        done += len(part)


@kernel_function("lib/string.c")
def memcpy_from_kernel(from_: int, n: int) -> bytes:
    """The `n` bytes from a kernel address on."""
    data = b""
    while len(data) < n:
        offset = from_ + len(data) & ~PAGE_MASK
        end = min(PAGE_SIZE, offset + n - len(data))
        data += kernel_page(from_ + len(data)).data[offset:end]
    return data


@kernel_function("lib/usercopy.c")
def raw_copy_to_user(to: int, data: bytes) -> int:
    """Copy bytes to user space; returns how many could not be copied."""
    if not access_ok(to, len(data)):
        return len(data)
    done = 0
    while done < len(data):
        room = PAGE_SIZE - (to + done & ~PAGE_MASK)
        part = data[done : done + room]
        if user_store(to + done, part) is not None:
            break
        done += len(part)
    return len(data) - done


@kernel_function("lib/usercopy.c")
def raw_copy_from_user(from_: int, n: int) -> bytes:
    """Bytes of user space; fewer than `n` where it ends."""
    if not access_ok(from_, n):
        return b""
    data = b""
    while len(data) < n:
        room = PAGE_SIZE - (from_ + len(data) & ~PAGE_MASK)
        part = user_load(from_ + len(data), min(room, n - len(data)))
        if isinstance(part, str):
            break
        data += part
    return data
