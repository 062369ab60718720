"""struct iov_iter: memory to copy to or from, piece by piece (linux/uio.h).

What C keeps in unions are fields of their own here; iov and kvec share one.

Not modelled: that releases number the kinds of iterators differently.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from pintutor.linux.include.linux import bvec as bio_vec
from pintutor.linux.include.linux.folio_queue import FolioQueue
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    AddressSpace,
    PageArray,
)
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KObject

ITER_UBUF = "ITER_UBUF"
ITER_IOVEC = "ITER_IOVEC"
ITER_BVEC = "ITER_BVEC"
ITER_KVEC = "ITER_KVEC"
ITER_FOLIOQ = "ITER_FOLIOQ"
ITER_XARRAY = "ITER_XARRAY"
ITER_PIPE = "ITER_PIPE"
ITER_DISCARD = "ITER_DISCARD"

READ = 0
WRITE = 1

ITER_SOURCE = WRITE
"""Data comes out of the memory: a device or file is written."""
ITER_DEST = READ
"""Data goes into the memory: a device or file is read."""

ITER_ALLOW_P2PDMA = 0x01
"""Extraction flag: memory of another device may be among the pages."""

MAX_RW_COUNT = 0x7FFFFFFF & PAGE_MASK
"""Most bytes of one read or write."""


@dataclass(slots=True, eq=False)
class IovIter(KObject):
    """struct iov_iter: what memory is left to copy to or from."""

    iter_type: str = ITER_DISCARD
    """ITER_*: which of the pointers below is valid."""
    nofault: bool = False
    """True when getting pages must not fault them in."""
    data_source: int = ITER_DEST
    """ITER_SOURCE or ITER_DEST."""
    user_backed: bool = False
    """True for memory of user space; since v6.0, gone in v6.7."""
    iov_offset: int = 0
    """Where in the current segment it stands [bytes]."""
    count: int = 0
    """What is left [bytes]."""
    iov: IovecPtr | None = None
    """The current segment, of ITER_IOVEC and ITER_KVEC."""
    bvec: bio_vec.BvecPtr | None = None
    """The current segment of ITER_BVEC."""
    xarray: AddressSpace | None = None
    """The file whose pages these are; in C its mapping->i_pages."""
    pipe: PipeInodeInfo | None = None
    """The pipe that is filled."""
    ubuf: int = 0
    """First address of ITER_UBUF."""
    folioq: FolioQueue | None = None
    """The current segment of ITER_FOLIOQ."""
    nr_segs: int = 0
    """Segments left, the current one among them."""
    head: int = 0
    """Number of the pipe's buffer that was used last."""
    start_head: int = 0
    """Number of the pipe's buffer that the iterator began at."""
    last_offset: int = 0
    """End of the data in the pipe's last buffer, negative for a page of a
    file, which is not added to; 0 for no buffer; since v6.0 [bytes]."""
    xarray_start: int = 0
    """Where in the file ITER_XARRAY begins [bytes]."""
    folioq_slot: int = 0
    """The current slot of `folioq`."""

    @property
    def kvec(self) -> IovecPtr | None:
        """The current segment of ITER_KVEC: `iov` under its other name."""
        return self.iov


Pages = PageArray | None
"""The caller's array of pages, or None to have one made."""


@dataclass(slots=True, eq=False)
class IovIterState(KObject):
    """struct iov_iter_state: where an iterator stood."""

    iov_offset: int
    """Where in its segment [bytes]."""
    count: int
    """What was left [bytes]."""
    nr_segs: int
    """Segments that were left."""


class Extracted(NamedTuple):
    """What a function that gets or extracts pages returns."""

    ret: int
    """Bytes that the pages cover, 0 or a negative error."""
    offset0: int
    """First byte in the first page; `*start` or `*offset0` in C [bytes]."""
    pages: PageArray | None
    """The pages: the caller's array, or one that was allocated for them."""


def iov_iter_rw(i: IovIter) -> int:
    """WRITE or READ."""
    return WRITE if i.data_source else READ


def iov_iter_count(i: IovIter) -> int:
    """What is left [bytes]."""
    return i.count


def iter_is_ubuf(i: IovIter) -> bool:
    """True for one stretch of user memory."""
    return i.iter_type == ITER_UBUF


def iter_is_iovec(i: IovIter) -> bool:
    """True for stretches of user memory."""
    return i.iter_type == ITER_IOVEC


@kernel_function("include/linux/uio.h")
def user_backed_iter(i: IovIter) -> bool:
    """True for memory of user space; only iter_is_iovec() before v6.0."""
    return iter_is_iovec(i)


def iov_iter_is_kvec(i: IovIter) -> bool:
    """True for stretches of kernel memory, by address."""
    return i.iter_type == ITER_KVEC


def iov_iter_is_bvec(i: IovIter) -> bool:
    """True for stretches of memory, by page."""
    return i.iter_type == ITER_BVEC


def iov_iter_is_pipe(i: IovIter) -> bool:
    """True for a pipe that is filled."""
    return i.iter_type == ITER_PIPE


def iov_iter_is_discard(i: IovIter) -> bool:
    """True when what comes in is thrown away."""
    return i.iter_type == ITER_DISCARD


def iov_iter_is_xarray(i: IovIter) -> bool:
    """True for the cached pages of a file."""
    return i.iter_type == ITER_XARRAY


def iov_iter_is_folioq(i: IovIter) -> bool:
    """True for a list of folios."""
    return i.iter_type == ITER_FOLIOQ


def iov_iter_dup(i: IovIter) -> IovIter:
    """A copy: `struct iov_iter iter = *i`."""
    return replace(i)


def iov_iter_save_state(i: IovIter) -> IovIterState:
    """Where the iterator stands, for iov_iter_restore()."""
    return IovIterState(i.iov_offset, i.count, i.nr_segs)


@kernel_function("include/linux/uio.h")
def iov_iter_truncate(i: IovIter, count: int) -> None:
    """Let at most `count` bytes be left."""
    if i.count > count:
        i.count = count


@kernel_function("include/linux/uio.h")
def iov_iter_reexpand(i: IovIter, count: int) -> None:
    """Let `count` bytes be left again, after iov_iter_truncate()."""
    i.count = count
