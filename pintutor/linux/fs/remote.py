"""What is done where the bytes of a file are kept (net/sunrpc, fs/fuse/dev.c).

The bytes move when an answer comes: into or out of whatever frame was named,
whoever owns it by now. A read gives no more than the file has, a write makes it
longer.

Not modelled: errors of the network and of the server; the memory of the program
that serves a FUSE file.
"""

from pintutor.linux.drivers.block.null_blk import memcpy_from_page
from pintutor.linux.fs.remote_types import RemoteCall, RemoteFile
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
    old = remote.data[0].ljust(call.pos, b"\0")
    end = call.pos + len(data)
    remote.data[0] = old[: call.pos] + data + old[end:]
    call.size = len(data)


def send_bytes(remote: RemoteFile, call: RemoteCall) -> None:
    """Fill the memory of a read with what the file has."""
    at = call.pos
    for part in call.parts:
        data = remote.data[0][at : at + part.bv_len]
        memcpy_to_page(part.bv_page, part.bv_offset, data)
        at += len(data)
    data = remote.data[0][at : at + call.length]
    memcpy_to_kernel(call.address, data)
    call.size = at + len(data) - call.pos
