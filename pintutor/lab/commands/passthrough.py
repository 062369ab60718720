"""Commands of a task for a disk that no file system sees: SG_IO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.commands.block import calls
from pintutor.lab.commands.kmem import KMEM
from pintutor.lab.direct import Memory, memory_of
from pintutor.lab.disks import Happened, bios_of
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import DISK, REGION, Lookup
from pintutor.lab.passthrough import (
    DIRECTIONS,
    Passed,
    header,
    iter_command,
    kernel_command,
    sg_command,
)
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.driver import KernelMemory
from pintutor.linux.drivers.scsi.scsi_ioctl import sg_io
from pintutor.linux.drivers.scsi.sg import sg_new_read
from pintutor.linux.drivers.scsi.sg_types import SgIoHdr, SgRequest
from pintutor.linux.fs.fuse.program import asked_for, serve_call
from pintutor.linux.fs.remote import answer_call
from pintutor.linux.fs.remote_types import RemoteCall, RemoteFile
from pintutor.linux.include.linux.blk_types import blk_status_to_errno
from pintutor.linux.include.linux.blkdev import Gendisk
from pintutor.linux.include.linux.fs import FUSE
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.mm.vmalloc import page_address

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


def _remote(lab: Lab) -> dict[str, object]:
    return {each.inode.name: each for each in lab.kernel.remote_files}


REMOTE = Lookup("FILE", "a file on nfs or fuse", "file that is kept elsewhere", _remote)


@command(
    "block",
    kernel="block/blk-map.c: blk_rq_map_user_iov()",
    examples=(
        "sgio write d 0 buf",
        "sgio read d 0 buf[0]+0:512 buf[1]+512:512",
        "sgio read d 0 buf[0] sg",
        "sgio read d 0 buf[0] direct async",
        "sgio read d 0 kern=K",
    ),
    see=("sgend", "irq", "dio", "show"),
)
def sgio(
    lab: Lab,
    op: Annotated[str, OneOf(*DIRECTIONS)],
    disk: Annotated[Gendisk, DISK],
    offset: Annotated[int, IntRange(0, 1 << 40), "where on it, in bytes"],
    *memory: Annotated[object, Memory(), "segments of memory, or one iterator"],
    kern: Annotated[KernelMemory | None, KMEM] = None,
    sg: bool = False,
    direct: bool = False,
    async_: bool = False,
) -> Passed:
    """Let a disk carry out a command, as ioctl(SG_IO) does.

    The pages of the memory become the memory of the request when the disk can reach them
    as they lie; otherwise they are copied, and not held meanwhile. `tofrom` reads, but
    what the disk leaves untouched stays as it was, as the memory is copied in before;
    with `sg` that is refused since v6.2, with -EFAULT, and since v6.8 with -ENOMEM or
    -EINVAL.

    With `sg` it goes by way of /dev/sg0, which copies unless `direct` is given, and with
    `async` the task goes on at once: `irq` lets the disk be done, and `sgend` asks for
    the end. An iterator, and `kern=`, stand for a command of a driver of the kernel, which
    waits for the disk.
    """
    asks = {"sg": sg, "direct": direct, "async": async_}
    if kern is not None:
        _refuse_asks(asks)
        at = kern.address or page_address(kern.pages[0])
        size = len(kern.pages) * PAGE_SIZE if kern.kind != "separate" else PAGE_SIZE
        ret = kernel_command(disk, op, offset, at, size)
        return _passed(op, disk, offset, size, ret)
    found = memory_of(memory)
    asked = found.size
    if found.iter is not None:
        _refuse_asks(asks)
        ret, status = iter_command(disk, op, offset, found.iter)
        return _passed(op, disk, offset, asked, ret, status=status)
    hdr = header(op, offset, found.segments, direct=direct)
    if not (sg or direct or async_):
        return _passed(op, disk, offset, asked, sg_io(disk.queue, hdr), hdr=hdr)
    result = sg_command(disk, hdr, wait=not async_)
    if isinstance(result, SgRequest):
        bios = bios_of(result.rq)
        return _passed(op, disk, offset, asked, 0, bios=bios)
    return _passed(op, disk, offset, asked, result, hdr=hdr)


def _refuse_asks(asks: dict[str, bool]) -> None:
    """Refuse what only a task can ask for (CommandError)."""
    given = [f"`{word}`" for word, asked in asks.items() if asked]
    if given:
        raise CommandError(
            f"{' and '.join(given)} cannot be had here: a driver waits for its command",
            None,
            code="unexpected-word",
            hint="with memory of a task it can: `sgio read d 0 buf async`",
        )


@command(
    "block",
    kernel="drivers/scsi/sg.c: sg_new_read()",
    examples=("sgend",),
    see=("sgio", "irq"),
)
def sgend(lab: Lab) -> Passed:
    """Ask for the end of the oldest command of this task that the disk is done with.

    Its memory is given back now, in the context of the task: what was read into a copy
    is copied to where it belongs. A task that has ended cannot ask; then a worker does
    it (`work`), which has no user memory to copy to.
    """
    mine = [each for each in lab.kernel.sg_requests if each.task is lab.kernel.current]
    done = next((each for each in mine if each.done), None)
    if done is None:
        raise CommandError(
            "no command of this task is done",
            None,
            code="not-there",
            hint="`sgio read d 0 buf async` begins one, `irq d` lets the disk be done",
        )
    hdr = done.header
    op = next(name for name, way in DIRECTIONS.items() if way == hdr.dxfer_direction)
    disk = next(each for each in lab.kernel.disks if each.queue is done.rq.q)
    offset = hdr.sector << 9
    return _passed(op, disk, offset, hdr.dxfer_len, sg_new_read(done), hdr=hdr)


@command(
    "block",
    kernel="net/sunrpc/sched.c: rpc_exit_task()",
    examples=("rpc N", "rpc N 2", "rpc N all", "child: rpc N through=buf"),
    see=("dio", "file", "irq"),
)
def rpc(
    lab: Lab,
    name: Annotated[RemoteFile, REMOTE],
    count: Annotated[int, IntRange(1, 1 << 16), "calls, from the oldest; 1"] = 1,
    *,
    which: Annotated[int, IntRange(1, 1 << 16), "begin at this one, 1 is the oldest"] = 1,
    all_: bool = False,
    through: Annotated[Region | None, REGION] = None,
) -> Happened:
    """Let who keeps a file of nfs or fuse answer calls: move the bytes, and tell.

    With `through` the current task is the program that serves a file on fuse: it reads
    and writes /dev/fuse with this memory, whose pages are held while bytes are copied.
    """
    first = which - 1
    chosen = name.calls[first:] if all_ else name.calls[first : first + count]
    if not chosen or (not all_ and len(chosen) < count):
        raise CommandError(
            f"`{name.inode.name}` has {len(name.calls)} calls that wait",
            None,
            code="too-many",
            of=("count", "which", "name"),
            hint="`dio read F 0 buf async` leaves one",
        )
    for call in chosen:
        if through is None:
            answer_call(name, call)
        else:
            _serve(name, call, through)
    return Happened(name.inode.name, (), calls(), len(name.calls))


def _serve(remote: RemoteFile, call: RemoteCall, memory: Region) -> None:
    """Answer a call as a program with this memory (CommandError)."""
    if remote.inode.i_sb != FUSE:
        raise CommandError(
            f"no program keeps `{remote.inode.name}`: it is on {remote.inode.i_sb}",
            None,
            code="unknown-file",
            of=("through",),
            hint="`file F 4 fuse`",
        )
    asked = asked_for(call)
    if memory.size < asked:
        raise CommandError(
            f"the call is about {asked} bytes, `{memory.text}` has {memory.size}",
            None,
            code="too-many",
            of=("through",),
            hint="name a longer region",
        )
    ret = serve_call(remote, call, memory.start)
    if ret < 0:
        raise CommandError(
            f"the program cannot use `{memory.text}` for it: {error_name(ret)}",
            None,
            code="bad-memory",
            of=("through",),
            hint="a program has to be able to write it",
        )


def _passed(
    op: str,
    disk: Gendisk,
    offset: int,
    asked: int,
    ret: int,
    *,
    hdr: SgIoHdr | None = None,
    status: int = 0,
    bios: tuple[int, ...] = (),
) -> Passed:
    if hdr is not None:
        status = blk_status_to_errno(hdr.status)
    resid = hdr.resid if hdr is not None else 0
    failed, ended = error_name(ret), error_name(status)
    return Passed(op, disk.disk_name, offset, asked, ret, failed, ended, resid, bios)
