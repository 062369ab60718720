"""struct fuse_args_pages and struct fuse_io_priv (fs/fuse/fuse_i.h, v5.17).

A part of a page has its offset and length in one fuse_page_desc, in C in an
array beside that of the pages.

Not modelled: connections and their limits, opcodes, attributes.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import bvec, kiocb, mm_types
from pintutor.linux.include.linux.completion import Completion
from pintutor.sim.objects import KArray, KObject

FUSE_MAX_PAGES_PER_REQ = 32
"""Most pages of one request."""
FUSE_MAX_RW = 131072
"""Most bytes of one request [bytes]."""


@dataclass(slots=True, eq=False)
class FuseArgsPages(KObject):
    """struct fuse_args_pages: the memory of one request."""

    pages: KArray[mm_types.Page | None]
    """Room for pages; the first `num_pages` are filled in."""
    num_pages: int = 0
    descs: tuple[bvec.BioVec, ...] = ()
    """The part of each page that is used."""
    user_pages: bool = False
    """The pages are of user memory, or what an iterator had."""
    is_pinned: bool = False
    """They are pinned, not only listed; since v6.8."""
    value: int = 0
    """Kernel memory that is used by its address; 0: none."""
    value_size: int = 0
    """Length of that [bytes]."""


@dataclass(slots=True, eq=False)
class FuseIoPriv(KObject):
    """struct fuse_io_priv: one direct read or write, of one request or more."""

    iocb: kiocb.Kiocb
    async_: bool = False
    """Requests are not waited for one by one."""
    write: bool = False
    offset: int = 0
    """Where in the file it begins [bytes]."""
    should_dirty: bool = False
    """Pages that are read into are marked dirty."""
    reqs: int = 1
    """Requests under way, and one for the submitter."""
    size: int = 0
    """Bytes that were asked for [bytes]."""
    bytes: int = -1
    """Where an answer was too short, from the start; -1: nowhere [bytes]."""
    err: int = 0
    done: Completion | None = None
    """For a submitter who waits for all of it; None when nobody does."""


@dataclass(slots=True, eq=False)
class FuseIoArgs(KObject):
    """struct fuse_io_args: one request of a direct read or write."""

    io: FuseIoPriv
    ap: FuseArgsPages
    pos: int = 0
    """Where in the file [bytes]."""
    count: int = 0
    """What was asked for [bytes]."""
    done: Completion | None = None
    """For who waits for this request."""
    size: int = 0
    """What was transferred, once it is answered [bytes]."""
