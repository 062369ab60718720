"""struct iovec, as a system call passes it (include/uapi/linux/uio.h)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.sim.objects import KArray, KObject

UIO_FASTIOV = 8
"""Segments that a system call keeps on its stack."""
UIO_MAXIOV = 1024
"""Most segments of one system call."""


@dataclass(slots=True, eq=False)
class Iovec(KObject):
    """struct iovec or struct kvec: a stretch of virtual memory."""

    iov_base: int
    """First address, of user space or of the kernel."""
    iov_len: int
    """Length [bytes]."""


class IovecPtr(NamedTuple):
    """A pointer into an array of iovecs: `struct iovec *`."""

    array: KArray[Iovec]
    nr: int
    """Index in the array that the pointer stands at."""

    def at(self, index: int) -> Iovec:
        """The segment `index` places further: `iov[index]`."""
        return self.array.at(self.nr + index)

    def plus(self, count: int) -> IovecPtr:
        """The pointer `count` places further: `iov + count`."""
        return IovecPtr(self.array, self.nr + count)
