"""struct bio and struct block_device (include/linux/blk_types.h).

A bio is one transfer between a block device and places in memory. Its flags
are raw bits. The kernel of the moment says which bit is which, bio_flags(), so
that a bio that is in flight while a patch renumbers them is misread, as it
would be.

Not modelled: flags above BIO_CGROUP_ACCT, which differ from release to release
and have no part in this; cgroups, encryption, integrity, polling, priorities.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blkdev, fs
from pintutor.linux.include.linux import bvec as bio_vec
from pintutor.linux.include.uapi.errno import EAGAIN, EIO, ENOSPC
from pintutor.sim.function import KernelFunction, kernel_function
from pintutor.sim.objects import KObject
from pintutor.sim.poison import freeable

REQ_OP_READ = 0
REQ_OP_WRITE = 1
REQ_OP_FLUSH = 2
REQ_OP_DRV_IN = 34
REQ_OP_DRV_OUT = 35
REQ_OP_BITS = 8
REQ_OP_MASK = (1 << REQ_OP_BITS) - 1
REQ_SYNC = 1 << 11
REQ_NOMERGE = 1 << 14
REQ_IDLE = 1 << 15
REQ_FUA = 1 << 17
REQ_PREFLUSH = 1 << 18
REQ_NOWAIT = 1 << 21

OP_NAMES = {
    REQ_OP_READ: "READ",
    REQ_OP_WRITE: "WRITE",
    REQ_OP_FLUSH: "FLUSH",
    REQ_OP_DRV_IN: "DRV_IN",
    REQ_OP_DRV_OUT: "DRV_OUT",
}
"""Operation to the name that views show."""

BLK_STS_OK = 0
BLK_STS_NOSPC = 3
BLK_STS_IOERR = 10
BLK_STS_AGAIN = 12

BIO_NO_PAGE_REF = "BIO_NO_PAGE_REF"
BIO_PAGE_PINNED = "BIO_PAGE_PINNED"
BIO_PAGE_REFFED = "BIO_PAGE_REFFED"
BIO_CLONED = "BIO_CLONED"
BIO_BOUNCED = "BIO_BOUNCED"
BIO_WORKINGSET = "BIO_WORKINGSET"
BIO_QUIET = "BIO_QUIET"
BIO_CHAIN = "BIO_CHAIN"
BIO_REFFED = "BIO_REFFED"
BIO_THROTTLED = "BIO_THROTTLED"
BIO_BPS_THROTTLED = "BIO_BPS_THROTTLED"
BIO_TRACE_COMPLETION = "BIO_TRACE_COMPLETION"
BIO_CGROUP_ACCT = "BIO_CGROUP_ACCT"


@kernel_function("include/linux/blk_types.h")
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_NO_PAGE_REF,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_WORKINGSET,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )


@dataclass(slots=True, eq=False)
class BvecIter(KObject):
    """struct bvec_iter: how far a bio has come (include/linux/bvec.h)."""

    bi_sector: int = 0
    """Where on the device it goes on [sectors of 512 bytes]."""
    bi_size: int = 0
    """What is left; drivers use it up [bytes]."""
    bi_idx: int = 0
    """The current place in memory."""
    bi_bvec_done: int = 0
    """What of the current place is done [bytes]."""


@dataclass(slots=True, eq=False)
class BlockDevice(KObject):
    """struct block_device: a whole disk, as something that can be opened."""

    bd_disk: blkdev.Gendisk
    bd_inode: fs.Inode
    """Its file in /dev, and its page cache."""
    bd_nr_sectors: int
    """Length [sectors of 512 bytes]."""


@freeable
@dataclass(slots=True, eq=False)
class Bio(KObject):
    """struct bio: one transfer between a device and memory."""

    nr: int
    """How many there were before it; the kernel keeps no such number."""
    bi_bdev: BlockDevice | None
    bi_opf: int
    """Operation in the low bits, and REQ_* flags."""
    bi_io_vec: bio_vec.BvecPtr | None
    """The places in memory; another's array when BIO_CLONED is set."""
    bi_max_vecs: int
    """Room in the array; 0 when it is another's."""
    bi_iter: BvecIter
    """Where on the device, and what is left to be transferred."""
    bi_flags: int = 0
    """Bits that bio_flags() names."""
    bi_status: int = BLK_STS_OK
    """How it ended: BLK_STS_*."""
    bi_vcnt: int = 0
    """Places that are filled in."""
    remaining: int = 1
    """Ends to wait for: itself, and each bio chained to it (__bi_remaining)."""
    refcount: int = 1
    """Users of the bio itself, not of its pages (__bi_cnt)."""
    bi_end_io: KernelFunction[[Bio], None] | None = None
    """What is called at its end."""
    bi_private: KObject | None = None
    """For who made it; a link of a list while its pages wait to be dirtied."""
    bi_next: Bio | None = None
    """The next bio of the same request."""


def bio_op(bio: Bio) -> int:
    """What the bio does: REQ_OP_*."""
    return bio.bi_opf & REQ_OP_MASK


def op_is_write(op: int) -> bool:
    """True when data goes to the device."""
    return bool(op & 1)


def op_is_flush(op: int) -> bool:
    """True when the device shall make lasting what it was given."""
    return bool(op & (REQ_FUA | REQ_PREFLUSH))


_ERRORS = {
    BLK_STS_OK: 0,
    BLK_STS_NOSPC: -ENOSPC,
    BLK_STS_IOERR: -EIO,
    BLK_STS_AGAIN: -EAGAIN,
}


@kernel_function("block/blk-core.c")
def blk_status_to_errno(status: int) -> int:
    """The error number of a BLK_STS_*, or 0."""
    return _ERRORS[status]
