"""Files whose bytes somebody else keeps: a server of NFS, or a program (FUSE).

There is no such file in the kernel. It stands for net/sunrpc and the server
behind it, and for the queue of /dev/fuse and the program that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.linux.include.linux import bvec, fs
from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class RemoteCall(KObject):
    """A read or write that was sent: struct rpc_task or struct fuse_req."""

    write: bool
    pos: int
    """Where in the file [bytes]."""
    parts: tuple[bvec.BioVec, ...]
    """The memory, in parts of one page each."""
    end: KernelFunction[[RemoteCall], None]
    """What is called with the answer."""
    data: KObject | None = None
    """For who sent it."""
    size: int = 0
    """What was transferred; once it is answered [bytes]."""
    address: int = 0
    """Kernel memory that is used by its address, without a page; 0: none."""
    length: int = 0
    """Length of that memory [bytes]."""


class Stored(NamedTuple):
    """Bytes that were written."""

    pos: int
    """Where in the file [bytes]."""
    data: bytes


@dataclass(slots=True, eq=False)
class RemoteFile(KObject):
    """A file as it is where its bytes are kept."""

    inode: fs.Inode
    size: int
    """How long it is [bytes]."""
    answer: KernelFunction[[RemoteFile, RemoteCall], None]
    """What answers a call: the server, or the program."""
    stored: tuple[Stored, ...] = ()
    """What was written to it, by place; everything else is zeroes."""
    calls: tuple[RemoteCall, ...] = ()
    """What was sent and not answered yet, oldest first."""
