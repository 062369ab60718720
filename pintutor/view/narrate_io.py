"""What a step did to iterators, bios, direct I/O, devices and tasks, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pintutor.lab.disks import bios_of
from pintutor.lab.results import error_name
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.blk_types import (
    BIO_CLONED,
    BIO_NO_PAGE_REF,
    BIO_PAGE_PINNED,
    BIO_PAGE_REFFED,
    BIO_REFFED,
    Bio,
    BvecIter,
    blk_status_to_errno,
)
from pintutor.linux.include.linux.blkdev import RequestQueue
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.iomap import IOMAP_DIO_NAMES, IomapDio
from pintutor.linux.include.linux.mm_types import MmStruct
from pintutor.linux.include.linux.pipe_fs_i import PipeBuffer
from pintutor.linux.include.linux.uio import IovIter
from pintutor.patches.livepatch import rules
from pintutor.view.before import Before

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

REASONS = {
    BIO_PAGE_PINNED: "each of its pages is unpinned when it ends",
    BIO_PAGE_REFFED: "a reference to each of its pages is dropped when it ends",
    BIO_NO_PAGE_REF: "it gives back nothing of its pages when it ends",
    BIO_CLONED: "its places are another bio's",
    BIO_REFFED: "somebody uses the bio itself besides, which is not about its pages",
}
"""What follows from a flag that is set."""

Told = Callable[["Lab", Any, Any], str]
"""The sentence for a field of a thing that was something else before."""


def io_sentences(lab: Lab, before: Before) -> list[str]:
    """A sentence for each change that there are words for, in the order of writing."""
    found: dict[str, None] = {}
    for obj, field, old in before.written():
        tell = SENTENCES.get((type(obj), field))
        if tell is not None:
            found.setdefault(tell(lab, obj, old))
    return [text for text in found if text]


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"


def _iter_name(lab: Lab, i: IovIter) -> str:
    names = (each.name for each in lab.kernel.iters if each.iter is i)
    name = next(names, "")
    return f"the iterator {name}" if name else "the call's iterator"


def _count(lab: Lab, i: IovIter, old: int) -> str:
    if i.count < old:
        return (
            f"{_iter_name(lab, i)} goes on by {_bytes(old - i.count)}: {i.count} are left"
        )
    return f"{_iter_name(lab, i)} has {_bytes(i.count)} left, {i.count - old} more"


def _offset(lab: Lab, i: IovIter, old: int) -> str:
    return f"{_iter_name(lab, i)} stands at byte {i.iov_offset} of its segment"


def _segment(lab: Lab, i: IovIter, old: Any) -> str:
    at = i.bvec or i.iov
    if at is None or old is None or at.nr == old.nr:
        return ""
    way = "goes on to" if at.nr > old.nr else "goes back to"
    return f"{_iter_name(lab, i)} {way} segment {at.nr}"


def _bio_flags(lab: Lab, bio: Bio, old: int) -> str:
    names = rules(lab.machine).bio_flags
    parts = []
    for bit in range(max(old | bio.bi_flags, 1).bit_length()):
        if (old ^ bio.bi_flags) >> bit & 1:
            name = names[bit] if bit < len(names) else f"flag {bit}, which has no name"
            has = bio.bi_flags >> bit & 1
            why = f": {REASONS[name]}" if has and name in REASONS else ""
            parts.append(f"{'has' if has else 'lost'} {name}, bit {bit}{why}")
    return f"bio {bio.nr} {' and '.join(parts)}"


def _places(lab: Lab, bio: Bio, old: int) -> str:
    places = "1 place" if bio.bi_vcnt == 1 else f"{bio.bi_vcnt} places"
    return f"bio {bio.nr} has {places} in memory now, it had {old}"


def _place(lab: Lab, bv: BioVec, old: int) -> str:
    grown = bv.bv_len - old
    if grown < 0:
        return f"a place of a bio is {_bytes(-grown)} shorter"
    page = lab.names.label(bv.bv_page)
    return (
        f"the place at {page}+{bv.bv_offset} grows by {_bytes(grown)}: what is added lies"
        " right behind it in memory"
    )


def _owner(lab: Lab, left: BvecIter) -> str:
    numbers = (bio.nr for bio in lab.kernel.bios if bio.bi_iter is left)
    nr = next(numbers, None)
    return "a bio" if nr is None else f"bio {nr}"


def _left(lab: Lab, left: BvecIter, old: int) -> str:
    if left.bi_size > old:
        return f"{_owner(lab, left)} is to transfer {_bytes(left.bi_size)}, it was {old}"
    done = _bytes(old - left.bi_size)
    return f"{done} of {_owner(lab, left)} are done: {left.bi_size} are left"


def _status(lab: Lab, bio: Bio, old: int) -> str:
    error = error_name(blk_status_to_errno(bio.bi_status))
    return f"bio {bio.nr} has failed: {error}" if error else f"bio {bio.nr} is well again"


def _remaining(lab: Lab, bio: Bio, old: int) -> str:
    ends = "1 end" if bio.remaining == 1 else f"{bio.remaining} ends"
    if not bio.remaining:
        return f"bio {bio.nr} waits for nothing any more: it ends"
    return f"bio {bio.nr} waits for {ends} now, it was {old}"


def _bios(lab: Lab, kernel: Kernel, old: tuple[Bio, ...]) -> str:
    made = [f"bio {bio.nr}" for bio in kernel.bios if bio not in old]
    if made:
        return f"{' and '.join(made)} {'is' if len(made) == 1 else 'are'} made"
    gone = sum(bio not in kernel.bios for bio in old)
    return "a bio is freed" if gone == 1 else f"{gone} bios are freed"


def _requests(lab: Lab, queue: RequestQueue, old: tuple[Any, ...]) -> str:
    names = (disk.disk_name for disk in lab.kernel.disks if disk.queue is queue)
    disk = next(names, "a disk")
    came = [nr for each in queue.requests if each not in old for nr in bios_of(each)]
    if came:
        return f"bio {' '.join(map(str, came))} is under way to {disk} now"
    return f"{disk} is done with a request: {len(queue.requests)} wait"


def _dios(lab: Lab, kernel: Kernel, old: tuple[Any, ...]) -> str:
    if len(kernel.dios) > len(old):
        return f"a direct I/O of {_file(kernel.dios[-1])} begins"
    return "a direct I/O is over"


def _file(dio: Dio | IomapDio) -> str:
    return dio.iocb.ki_filp.name


def _references(lab: Lab, dio: Any, old: int) -> str:
    now = dio.refcount if isinstance(dio, Dio) else dio.ref
    if now > old:
        what = f"the direct I/O of {_file(dio)} has a bio more to wait for"
        return f"{what}: its count is {now}"
    told = f"its count is {now}" if now else "it can be completed"
    return f"one less counts on the direct I/O of {_file(dio)}: {told}"


def _submitted(lab: Lab, dio: Any, old: int) -> str:
    now = dio.result if isinstance(dio, Dio) else dio.size
    return f"{_bytes(now)} of the direct I/O of {_file(dio)} are submitted, it was {old}"


def _dio_flags(lab: Lab, dio: IomapDio, old: int) -> str:
    names = IOMAP_DIO_NAMES.items()
    came = " ".join(name for bit, name in names if dio.flags & ~old & bit)
    gone = " ".join(name for bit, name in names if old & ~dio.flags & bit)
    parts = [f"is marked {came}" if came else "", f"is no longer {gone}" if gone else ""]
    return f"the direct I/O of {_file(dio)} {' and '.join(filter(None, parts))}"


def _queue(lab: Lab, sdio: DioSubmit, old: int) -> str:
    waiting = sdio.tail - sdio.head
    some = f"{waiting} pages wait" if waiting > 1 else f"{waiting or 'no'} page waits"
    return f"{some} in the queue of the direct I/O"


def _current_page(lab: Lab, sdio: DioSubmit, old: Any) -> str:
    if sdio.cur_page is None:
        return "the direct I/O has no current page any more"
    return f"{lab.names.label(sdio.cur_page)} is the current page of the direct I/O"


def _work(lab: Lab, kernel: Kernel, old: tuple[Any, ...]) -> str:
    if len(kernel.worklist) > len(old):
        return f"a worker is to call {kernel.worklist[-1].func.__name__}"
    return f"a worker has taken up {old[0].func.__name__}"


def _tasks(lab: Lab, kernel: Kernel, old: tuple[Any, ...]) -> str:
    made = [task.comm for task in kernel.tasks if task not in old]
    gone = [task.comm for task in old if task not in kernel.tasks]
    told = [f"the task {name} is made" for name in made]
    return " and ".join(told + [f"the task {name} is gone" for name in gone])


def _sequence(lab: Lab, mm: MmStruct, old: int) -> str:
    if mm.write_protect_seq & 1:
        return "write_protect_seq is odd: a fork write-protects this address space now"
    return "write_protect_seq is even again: the fork is done with this address space"


def _ranges(lab: Lab, mm: MmStruct, old: tuple[Any, ...]) -> str:
    ranges = "1 range is" if len(mm.mmap) == 1 else f"{len(mm.mmap)} ranges are"
    return f"{ranges} mapped in the address space now, it was {len(old)}"


def _buffer(lab: Lab, buf: PipeBuffer, old: int) -> str:
    name = next((one.name for one in lab.kernel.pipes if buf in one.bufs.items), "")
    what = f"a buffer of the pipe {name}" if name else "a buffer"
    if buf.len > old:
        return f"{what} has {_bytes(buf.len - old)} more"
    return f"{_bytes(old - buf.len)} of {what} are used up: {buf.len} are left"


SENTENCES: dict[tuple[type, str], Told] = {
    (IovIter, "count"): _count,
    (IovIter, "iov_offset"): _offset,
    (IovIter, "iov"): _segment,
    (IovIter, "bvec"): _segment,
    (Bio, "bi_flags"): _bio_flags,
    (Bio, "bi_vcnt"): _places,
    (Bio, "bi_status"): _status,
    (Bio, "remaining"): _remaining,
    (BioVec, "bv_len"): _place,
    (BvecIter, "bi_size"): _left,
    (Kernel, "bios"): _bios,
    (Kernel, "dios"): _dios,
    (Kernel, "tasks"): _tasks,
    (Kernel, "worklist"): _work,
    (RequestQueue, "requests"): _requests,
    (Dio, "refcount"): _references,
    (Dio, "result"): _submitted,
    (IomapDio, "ref"): _references,
    (IomapDio, "size"): _submitted,
    (IomapDio, "flags"): _dio_flags,
    (DioSubmit, "head"): _queue,
    (DioSubmit, "tail"): _queue,
    (DioSubmit, "cur_page"): _current_page,
    (MmStruct, "write_protect_seq"): _sequence,
    (MmStruct, "mmap"): _ranges,
    (PipeBuffer, "len"): _buffer,
}
"""What there are words for: a kind of thing and one of its fields."""
