"""What is done where the bytes of a file are kept (net/sunrpc, fs/fuse/dev.c).

The bytes move when an answer comes: into or out of whatever frame was named,
whoever owns it by now. A read gives no more than the file has, a write makes it
longer.

Not modelled: errors of the network and of the server; the memory of the program
that serves a FUSE file.
"""

from pintutor.linux.drivers.block.null_blk import memcpy_from_page
from pintutor.linux.fs.remote_types import RemoteCall, RemoteFile, Stored
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import BvecPart
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.lib.string import memcpy_from_kernel, memcpy_to_kernel
from pintutor.sim.function import kernel_function


def remote_of(inode: Inode) -> RemoteFile:
    """The file as it is where its bytes are kept."""
    files = this_kernel().remote_files
    return next(each for each in files if each.inode is inode)


def send_call(inode: Inode, call: RemoteCall) -> None:
    """Send a read or write."""
    remote = remote_of(inode)
    remote.calls = (*remote.calls, call)


@kernel_function("net/sunrpc/sched.c")
def answer_call(remote: RemoteFile, call: RemoteCall) -> None:
    """Let a call be answered: move the bytes, and tell who sent it."""
    remote.calls = tuple(each for each in remote.calls if each is not call)
    if call.write:
        receive_bytes(remote, call)
    else:
        send_bytes(remote, call)
    call.end(call)


def receive_bytes(remote: RemoteFile, call: RemoteCall) -> None:
    """Store what a write brings."""
    data = b""
    for bv in call.parts:
        part = BvecPart(bv.bv_page, bv.bv_len, bv.bv_offset)
        data += memcpy_from_page(part)
    data += memcpy_from_kernel(call.address, call.length)
    store(remote, call.pos, data)
    call.size = len(data)


def send_bytes(remote: RemoteFile, call: RemoteCall) -> None:
    """Fill the memory of a read with what the file has."""
    at = call.pos
    for part in call.parts:
        data = stored(remote, at, part.bv_len)
        memcpy_to_page(part.bv_page, part.bv_offset, data)
        at += len(data)
    data = stored(remote, at, call.length)
    memcpy_to_kernel(call.address, data)
    call.size = at + len(data) - call.pos


def store(remote: RemoteFile, pos: int, data: bytes) -> None:
    """Put bytes into the file, in place of what it had there."""
    end = pos + len(data)
    kept = [Stored(pos, data)]
    for at, old in remote.stored:
        kept.append(Stored(at, old[: max(0, pos - at)]))
        kept.append(Stored(max(at, end), old[max(0, end - at) :]))
    remote.stored = tuple(sorted(each for each in kept if each.data))
    remote.size = max(remote.size, end)


def stored(remote: RemoteFile, pos: int, count: int) -> bytes:
    """At most `count` bytes of the file, from `pos` to its end."""
    found = bytearray(max(0, min(count, remote.size - pos)))
    for at, data in remote.stored:
        start, end = max(at, pos), min(at + len(data), pos + len(found))
        if start < end:
            found[start - pos : end - pos] = data[start - at : end - at]
    return bytes(found)
