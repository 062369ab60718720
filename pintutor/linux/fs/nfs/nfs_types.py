"""struct nfs_direct_req, nfs_page and their kin
(fs/nfs/internal.h, include/linux/nfs_page.h, Linux v5.17).

Not modelled: layouts of pNFS, locks, groups of requests, commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pintutor.linux.include.linux import fs, mm_types
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.sim.objects import KObject

NFS_ODIRECT_SHOULD_DIRTY = 3
"""Pages that are read into are marked dirty."""

NFS_SIZE = 65536
"""Most bytes of one call: rsize and wsize; a server tells them [bytes]."""


@dataclass(slots=True, eq=False)
class NfsPage(KObject):
    """struct nfs_page: a part of one page, to be read or written."""

    wb_page: mm_types.Page
    """The page, of which it has a reference of its own."""
    wb_pgbase: int
    """First byte in the page [bytes]."""
    wb_bytes: int
    """Length [bytes]."""
    wb_kref: int = 1
    """Who uses it."""
    pos: int = 0
    """Where in the file; wb_index and wb_offset in C [bytes]."""


@dataclass(slots=True, eq=False)
class NfsDirectReq(KObject):
    """struct nfs_direct_req: one direct read or write."""

    inode: fs.Inode
    max_count: int
    """Bytes that can be had [bytes]."""
    io_start: int
    """Where in the file it begins [bytes]."""
    iocb: Kiocb | None = None
    """Whom to tell at the end; None for who waits."""
    io_count: int = 0
    """Calls under way, and one for the submitter."""
    count: int = 0
    """What was transferred [bytes]."""
    error: int = 0
    flags: int = 0
    """NFS_ODIRECT_SHOULD_DIRTY or 0."""
    completion: Completion = field(default_factory=Completion)
    """For who waits."""


@dataclass(slots=True, eq=False)
class NfsPgioHeader(KObject):
    """struct nfs_pgio_header: what one call reads or writes."""

    dreq: NfsDirectReq
    pages: tuple[NfsPage, ...]
    io_start: int
    """Where in the file [bytes]."""
    count: int
    """What was asked for; args.count in C [bytes]."""
    good_bytes: int = 0
    """What was transferred [bytes]."""


@dataclass(slots=True, eq=False)
class NfsPageioDescriptor(KObject):
    """struct nfs_pageio_descriptor: requests that become one call."""

    pg_dreq: NfsDirectReq
    write: bool
    pg_list: tuple[NfsPage, ...] = ()
    """Requests that are not sent yet."""
    pg_count: int = 0
    """Length of those [bytes]."""
