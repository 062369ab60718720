"""The program that serves a FUSE file, as the current task.

There is no such file in the kernel: it is what the program does between its
calls of read(2) and write(2) on /dev/fuse.
"""

from pintutor.linux.arch.x86.mm.mmu import user_load, user_store
from pintutor.linux.fs.fuse.dev import fuse_dev_do_read, fuse_dev_do_write
from pintutor.linux.fs.remote import store, stored
from pintutor.linux.fs.remote_types import RemoteCall, RemoteFile
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import ITER_DEST, ITER_SOURCE, IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


def asked_for(call: RemoteCall) -> int:
    """How many bytes a request is about [bytes]."""
    return sum(part.bv_len for part in call.parts) + call.length


@kernel_function("fs/fuse/dev.c")
def serve_call(remote: RemoteFile, call: RemoteCall, buf: int) -> int:
    """Answer a request by way of the program's memory at `buf`.

    Returns: bytes, or the error of read(2) or write(2); it waits on then.
    """
    ret = (
        take_write(remote, call, buf)
        if call.write
        else give_read(remote, call, buf)
    )
    if ret < 0:
        return ret
    call.size = ret
    remote.calls = tuple(each for each in remote.calls if each is not call)
    call.end(call)
    return ret


def take_write(remote: RemoteFile, call: RemoteCall, buf: int) -> int:
    """Read the request, and keep what it brings; bytes, or an error."""
    nbytes = asked_for(call)
    ret = fuse_dev_do_read(memory_at(buf, nbytes, ITER_DEST), call, nbytes)
    if ret < 0:
        return ret
    data = b""
    for address, size in by_page(buf, nbytes):
        part = user_load(address, size)
        if isinstance(part, str):
            return -EFAULT
        data += part
    store(remote, call.pos, data)
    return ret


def give_read(remote: RemoteFile, call: RemoteCall, buf: int) -> int:
    """Write what the file has as the answer; bytes, or an error."""
    data = stored(remote, call.pos, asked_for(call))
    for address, size in by_page(buf, len(data)):
        at = address - buf
        if user_store(address, data[at : at + size]) is not None:
            return -EFAULT
    memory = memory_at(buf, len(data), ITER_SOURCE)
    return fuse_dev_do_write(memory, call, len(data))


def memory_at(buf: int, count: int, direction: int) -> IovIter:
    """An iterator over memory of the program."""
    i = IovIter()
    iov_iter_init(
        i, direction, IovecPtr(KArray([Iovec(buf, count)]), 0), 1, count
    )
    return i


def by_page(start: int, count: int) -> list[tuple[int, int]]:
    """The memory in parts of one page each: address and length."""
    parts = []
    while count:
        size = min(count, PAGE_SIZE - start % PAGE_SIZE)
        parts.append((start, size))
        start, count = start + size, count - size
    return parts
