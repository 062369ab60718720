"""Copying to and from an iterator (lib/iov_iter.c, Linux v5.17).

The kernel's buffer is an array of one `bytes` where C passes its address.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm import (
    folio_nr_pages,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    Page,
)
from pintutor.linux.include.linux.pipe_fs_i import pipe_buf
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_discard,
    iov_iter_is_pipe,
)
from pintutor.linux.lib.iov_iter_iterate import iterate_and_advance
from pintutor.linux.lib.iov_iter_pipe import (
    copy_page_to_iter_pipe,
    iter_pipe,
    push_pipe,
    sanity,
)
from pintutor.linux.lib.string import (
    memcpy_from_kernel,
    memcpy_to_kernel,
    raw_copy_from_user,
    raw_copy_to_user,
)
from pintutor.linux.mm.vmalloc import page_address
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


def copyout(to: int, progress: int, n: int, priv: KArray[bytes]) -> int:
    """Step: copy to user space."""
    return raw_copy_to_user(to, priv[0][progress : progress + n])


def copyin(from_: int, progress: int, n: int, priv: KArray[bytes]) -> int:
    """Step: copy from user space."""
    data = raw_copy_from_user(from_, n)
    priv[0] = priv[0][:progress] + data
    return n - len(data)


def memcpy_to_iter(to: int, progress: int, n: int, priv: KArray[bytes]) -> int:
    """Step: copy to kernel memory."""
    memcpy_to_kernel(to, priv[0][progress : progress + n])
    return 0


def memcpy_from_iter(
    from_: int, progress: int, n: int, priv: KArray[bytes]
) -> int:
    """Step: copy from kernel memory."""
    priv[0] = priv[0][:progress] + memcpy_from_kernel(from_, n)
    return 0


@kernel_function("lib/iov_iter.c")
def _copy_to_iter(addr: bytes, bytes_: int, i: IovIter) -> int:
    """Copy the first `bytes_` bytes to where the iterator says.

    Returns: bytes; fewer when user memory could not be had.
    """
    if iov_iter_is_pipe(i):
        return copy_pipe_to_iter(addr, bytes_, i)
    return iterate_and_advance(
        i, bytes_, KArray((addr,)), copyout, memcpy_to_iter
    )


@kernel_function("lib/iov_iter.c")
def copy_pipe_to_iter(addr: bytes, bytes_: int, i: IovIter) -> int:
    """Copy into new pages in the pipe; returns bytes."""
    if not sanity(i):
        return 0
    n, i_head, off = push_pipe(i, bytes_)
    done = 0
    while done < n:
        chunk = min(n - done, PAGE_SIZE - off)
        buf = pipe_buf(iter_pipe(i), i_head)
        memcpy_to_page(buf.page, off, addr[done : done + chunk])
        i.head = i_head
        i.iov_offset = off + chunk
        done += chunk
        off = 0
        i_head += 1
    i.count -= n
    return n


@kernel_function("lib/iov_iter.c")
def _copy_from_iter(addr: KArray[bytes], bytes_: int, i: IovIter) -> int:
    """Copy `bytes_` bytes from where the iterator says into addr[0].

    Returns: bytes; fewer when user memory could not be had.
    """
    if iov_iter_is_pipe(i):
        warn_on_once(True, "_copy_from_iter: a pipe")
        return 0
    return iterate_and_advance(i, bytes_, addr, copyin, memcpy_from_iter)


@kernel_function("lib/iov_iter.c")
def page_copy_sane(page: Page, offset: int, n: int) -> bool:
    """True when the bytes lie in the folio that the page is part of."""
    head = page_folio(page)
    v = n + offset + (page.pfn - head.pfn << PAGE_SHIFT)
    sane = v <= folio_nr_pages(head) << PAGE_SHIFT
    return not warn_on_once(not sane, "page_copy_sane: beyond the folio")


@kernel_function("lib/iov_iter.c")
def copy_page_to_iter(page: Page, offset: int, bytes_: int, i: IovIter) -> int:
    """Copy a part of a folio to where the iterator says; returns bytes.

    A pipe gets the page itself.
    """
    res = 0
    if not page_copy_sane(page, offset, bytes_):
        return 0
    while bytes_:
        n = min(bytes_, PAGE_SIZE - offset % PAGE_SIZE)
        piece = nth_page(page, offset // PAGE_SIZE)
        n = __copy_page_to_iter(piece, offset % PAGE_SIZE, n, i)
        res += n
        bytes_ -= n
        offset += n
        if not n:
            break
    return res


@kernel_function("lib/iov_iter.c")
def __copy_page_to_iter(
    page: Page, offset: int, bytes_: int, i: IovIter
) -> int:
    """Copy a part of one page to where the iterator says; returns bytes."""
    if iov_iter_is_pipe(i):
        return copy_page_to_iter_pipe(page, offset, bytes_, i)
    data = memcpy_from_kernel(page_address(page) + offset, bytes_)
    return _copy_to_iter(data, bytes_, i)


@kernel_function("lib/iov_iter.c")
def copy_page_from_iter(
    page: Page, offset: int, bytes_: int, i: IovIter
) -> int:
    """Copy into a part of a folio from where the iterator says."""
    if not page_copy_sane(page, offset, bytes_):
        return 0
    if iov_iter_is_pipe(i) or iov_iter_is_discard(i):
        warn_on_once(True, "copy_page_from_iter: type")
        return 0
    buffer = KArray((b"",))
    n = _copy_from_iter(buffer, bytes_, i)
    memcpy_to_kernel(page_address(page) + offset, buffer[0])
    return n


@kernel_function("lib/iov_iter.c")
def iov_iter_zero(bytes_: int, i: IovIter) -> int:
    """Write zeroes where the iterator says; returns bytes."""
    zeroes = KArray((b"\0" * min(bytes_, i.count),))
    if iov_iter_is_pipe(i):
        return copy_pipe_to_iter(zeroes[0], bytes_, i)
    return iterate_and_advance(i, bytes_, zeroes, copyout, memcpy_to_iter)
