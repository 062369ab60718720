"""splice(2) from a file to a pipe, and tee(2) (fs/splice.c, Linux v6.1).

A page of the page cache goes into the pipe as it is, with a reference more. A
file that is opened with O_DIRECT is read into pages that the pipe allocates.

Not modelled: waiting for room in the pipe, so that a full one is -EAGAIN; from
a pipe to a file or a socket, so that sendfile(2) ends in its pipe.
"""

from pintutor.linux.fs.pipe_lock import (
    pipe_double_lock,
    pipe_lock,
    pipe_unlock,
)
from pintutor.linux.fs.read_write import call_read_iter
from pintutor.linux.include.linux.file import O_DIRECT, File, mapping_host
from pintutor.linux.include.linux.kiocb import IOCB_DIRECT, Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.pipe_fs_i import (
    PIPE_BUF_FLAG_CAN_MERGE,
    PIPE_BUF_FLAG_GIFT,
    PipeBuffer,
    PipeInodeInfo,
    pipe_buf,
    pipe_buf_get,
    pipe_buf_release,
    pipe_discard_from,
    pipe_empty,
    pipe_full,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.include.linux.uio import ITER_DEST, MAX_RW_COUNT, IovIter
from pintutor.linux.include.uapi.errno import EAGAIN, EFAULT, EPIPE
from pintutor.linux.lib.iov_iter import iov_iter_pipe
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("fs/splice.c")
def add_to_pipe(pipe: PipeInodeInfo, buf: PipeBuffer) -> int:
    """Put a buffer into the pipe; returns its length.

    Returns: -EPIPE without readers and -EAGAIN without room; what the buffer
    held is given back then.
    """
    if not pipe.readers:
        ret = -EPIPE
    elif pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        ret = -EAGAIN
    else:
        pipe_set_buf(pipe, pipe.head, buf)
        pipe.head += 1
        return buf.len
    pipe_buf_release(pipe, buf)
    return ret


@kernel_function("fs/splice.c")
def wait_for_space(pipe: PipeInodeInfo) -> int:
    """0 when there is room in the pipe; -EPIPE or -EAGAIN when not."""
    if not pipe.readers:
        return -EPIPE
    if not pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        return 0
    return -EAGAIN


@kernel_function("fs/splice.c")
def splice_file_to_pipe(
    in_: File, opipe: PipeInodeInfo, offset: KArray[int], len_: int, flags: int
) -> int:
    """Put `len_` bytes of a file into a pipe, from `offset[0]` on.

    Returns: bytes, 0 at the end of the file; -EPIPE or -EAGAIN without room.
    """
    pipe_lock(opipe)
    ret = wait_for_space(opipe)
    if not ret:
        ret = do_splice_to(in_, offset, opipe, len_, flags)
    pipe_unlock(opipe)
    return ret


@kernel_function("fs/splice.c")
def do_splice_to(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put as much of a file into a pipe as there is room for."""
    # More than there are slots for would be read for nothing.
    p_space = pipe.max_usage - pipe_occupancy(pipe.head, pipe.tail)
    len_ = min(len_, p_space << PAGE_SHIFT)
    len_ = min(len_, MAX_RW_COUNT)
    return call_splice_read(in_, ppos, pipe, len_, flags)


@kernel_function("include/linux/fs.h")
def call_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """What the file's own function for splicing does.

    In C this is in->f_op->splice_read().
    """
    return generic_file_splice_read(in_, ppos, pipe, len_, flags)


def new_sync_kiocb(in_: File, pos: int) -> Kiocb:
    """One read of a file at `pos` whose caller waits.

    In C these are init_sync_kiocb() and iocb_flags().
    """
    direct = IOCB_DIRECT if in_.f_flags & O_DIRECT else 0
    return Kiocb(mapping_host(in_), pos, direct)


@kernel_function("fs/splice.c")
def generic_file_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Read from a file with an iterator that fills the pipe.

    Returns: bytes or an error; -EAGAIN when nothing could be put there.
    """
    to = IovIter()
    iov_iter_pipe(to, ITER_DEST, pipe, len_)
    start_head = pipe.head
    kiocb = new_sync_kiocb(in_, ppos[0])
    ret = call_read_iter(kiocb, to)
    if ret > 0:
        ppos[0] = kiocb.ki_pos
    elif ret < 0:
        pipe_discard_from(pipe, start_head)
        if ret == -EFAULT:
            ret = -EAGAIN

    return ret


@kernel_function("fs/splice.c")
def link_pipe(
    ipipe: PipeInodeInfo, opipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put the buffers of one pipe into another too; returns bytes: tee(2).

    Returns: -EPIPE without readers, -EFAULT when a page cannot be held.
    """
    pipe_double_lock(ipipe, opipe)
    ret = 0 if opipe.readers else -EPIPE
    i_tail = ipipe.tail
    while ret >= 0 and len_ and not pipe_empty(ipipe.head, i_tail):
        if pipe_full(opipe.head, opipe.tail, opipe.max_usage):
            break
        ibuf = pipe_buf(ipipe, i_tail)
        if not pipe_buf_get(ipipe, ibuf):
            ret = ret or -EFAULT
            break
        obuf = tee_buf(ibuf, len_)
        pipe_set_buf(opipe, opipe.head, obuf)
        ret += obuf.len
        len_ -= obuf.len
        opipe.head += 1
        i_tail += 1
    pipe_unlock(ipipe)
    pipe_unlock(opipe)
    return ret


def tee_buf(ibuf: PipeBuffer, len_: int) -> PipeBuffer:
    """A copy of a buffer, of at most `len_` bytes, that is not written to."""
    flags = ibuf.flags & ~(PIPE_BUF_FLAG_GIFT | PIPE_BUF_FLAG_CAN_MERGE)
    shorter = min(ibuf.len, len_)
    return PipeBuffer(ibuf.ops, ibuf.page, ibuf.offset, shorter, flags)
