"""struct kiocb: one read or write of a file (include/linux/fs.h).

Not modelled: polling, priorities, registered buffers.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import fs
from pintutor.sim.objects import KObject

IOCB_NOWAIT = 0x8
IOCB_APPEND = 0x10
IOCB_DIRECT = 1 << 17
IOCB_WRITE = 1 << 18

IOCB_NAMES: dict[int, str] = {
    IOCB_NOWAIT: "nowait",
    IOCB_APPEND: "append",
    IOCB_DIRECT: "direct",
    IOCB_WRITE: "write",
}
"""Bit to the name that views show."""


@dataclass(slots=True, eq=False)
class Kiocb(KObject):
    """struct kiocb: where in a file, how, and whom to tell at the end.

    struct file is folded into the inode.
    """

    ki_filp: fs.Inode
    """The file; of a block device its inode."""
    ki_pos: int
    """Where it goes on [bytes]."""
    ki_flags: int = 0
    """IOCB_* bits."""
    ki_complete: bool = False
    """Whether somebody is told at the end; a caller who waits is not."""
    done: bool = False
    """True once it is completed (an io_event was made for it, in C)."""
    res: int = 0
    """What it transferred [bytes], or an error; once it is done."""


def init_sync_kiocb(kiocb: Kiocb, filp: fs.Inode) -> None:
    """Make it one whose caller waits."""
    kiocb.ki_filp = filp
    kiocb.ki_complete = False


def is_sync_kiocb(kiocb: Kiocb) -> bool:
    """True when the caller waits until all is done."""
    return not kiocb.ki_complete
