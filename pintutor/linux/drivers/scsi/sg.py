"""Commands by way of /dev/sg* (drivers/scsi/sg.c, Linux v5.17).

They are copied through memory of the driver unless SG_FLAG_DIRECT_IO is given,
and the task may go on meanwhile. When it asks for the end, its memory is given
back in its own context; when it is gone by then, in that of a worker.

Not modelled: the buffer that each open file keeps in reserve: every command
gets one of its own, of the size of that.
"""

from typing import cast

from pintutor.linux.block.blk_execute import blk_execute_rq_nowait
from pintutor.linux.block.blk_map import (
    blk_rq_map_user_io,
    blk_rq_unmap_user,
)
from pintutor.linux.block.blk_map_types import RqMapData
from pintutor.linux.drivers.scsi.scsi_ioctl import scsi_alloc_request
from pintutor.linux.drivers.scsi.sg_types import (
    SG_DXFER_TO_FROM_DEV,
    SG_FLAG_DIRECT_IO,
    SgIoHdr,
    SgRequest,
)
from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blkdev import (
    RequestQueue,
    queue_dma_alignment,
)
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Page,
    TaskStruct,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.linux.mm.page_alloc import alloc_pages, put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KArray

SZ_256M = 1 << 28
SG_ORDER = 3
"""Size of a piece of the driver's memory [log2 pages]."""


@kernel_function("drivers/scsi/sg.c")
def sg_build_indirect(schp: SgRequest, buff_size: int) -> int:
    """Allocate memory to copy through, in pieces of 32 KiB; 0 or -ENOMEM."""
    pieces: list[Page] = []
    for _ in range(DIV_ROUND_UP(buff_size, PAGE_SIZE << SG_ORDER)):
        page = alloc_pages(SG_ORDER)
        if page is None:
            schp.pages = KArray(pieces)
            sg_remove_scat(schp)
            return -ENOMEM
        pieces.append(page)
    schp.pages = KArray(pieces)
    return 0


@kernel_function("drivers/scsi/sg.c")
def sg_remove_scat(schp: SgRequest) -> None:
    """Free the memory to copy through."""
    for page in schp.pages:
        put_page(page)
    schp.pages = KArray[Page]([])


def wants_direct_io(q: RequestQueue, hdr: SgIoHdr) -> bool:
    """Whether the memory of the task can be, and is to be, used as it is."""
    if not hdr.flags & SG_FLAG_DIRECT_IO or hdr.iovec_count:
        return False
    place = hdr.iovec.at(0).iov_base | hdr.dxfer_len
    return not place & queue_dma_alignment(q)


@kernel_function("drivers/scsi/sg.c")
def sg_start_req(srp: SgRequest) -> int:
    """Give a command its memory; 0 or an error."""
    hdr, rq = srp.header, srp.rq
    md = None
    if not wants_direct_io(rq.q, hdr):
        ret = sg_build_indirect(srp, hdr.dxfer_len)
        if ret:
            return ret
        from_user = hdr.dxfer_direction == SG_DXFER_TO_FROM_DEV
        count = len(srp.pages)
        md = RqMapData(srp.pages, SG_ORDER, count, from_user=from_user)
    ret = blk_rq_map_user_io(rq, md, hdr.iovec, hdr.iovec_count, hdr.dxfer_len)
    if not ret:
        srp.bio = rq.bio
    return ret


@kernel_function("drivers/scsi/sg.c")
def sg_new_write(q: RequestQueue, hdr: SgIoHdr) -> SgRequest | int:
    """Begin a command of the current task: what is under way, or an error."""
    rq = scsi_alloc_request(q, hdr)
    srp = SgRequest(hdr, current(), rq, KArray[Page]([]))
    if hdr.dxfer_len >= SZ_256M:
        return -EINVAL
    ret = sg_start_req(srp)
    if ret:
        sg_remove_scat(srp)
        return ret
    kernel = this_kernel()
    kernel.sg_requests = (*kernel.sg_requests, srp)
    rq.end_io_data = srp
    blk_execute_rq_nowait(rq, sg_rq_end_io)
    return srp


@kernel_function("drivers/scsi/sg.c")
def sg_rq_end_io(rq: Request) -> None:
    """The device is done. Context: an interrupt, with no memory of a task."""
    srp = cast(SgRequest, rq.end_io_data)
    srp.header.status = rq.status
    srp.header.resid = rq.resid_len
    spin_lock(srp, "rq_list_lock")
    srp.done = True
    orphan = srp.orphan
    spin_unlock(srp, "rq_list_lock")
    if orphan:
        schedule_work(sg_rq_end_io_usercontext, srp)


@kernel_function("drivers/scsi/sg.c")
def sg_rq_end_io_usercontext(work: WorkStruct) -> None:
    """Be done with a command that nobody waits for. Context: a worker."""
    sg_finish_rem_req(cast(SgRequest, work.data))


@kernel_function("drivers/scsi/sg.c")
def sg_new_read(srp: SgRequest) -> int:
    """Ask for the end of a command that is done; 0 or an error."""
    return sg_finish_rem_req(srp)


@kernel_function("drivers/scsi/sg.c")
def sg_finish_rem_req(srp: SgRequest) -> int:
    """Give the memory of a command back, and forget it; 0 or an error."""
    ret = blk_rq_unmap_user(srp.bio)
    sg_remove_scat(srp)
    kernel = this_kernel()
    kernel.sg_requests = tuple(
        each for each in kernel.sg_requests if each is not srp
    )
    return ret


@kernel_function("drivers/scsi/sg.c")
def sg_release(srp: SgRequest) -> None:
    """Leave a command whose task closes its file."""
    spin_lock(srp, "rq_list_lock")
    srp.orphan = True
    done = srp.done
    spin_unlock(srp, "rq_list_lock")
    if done:
        schedule_work(sg_rq_end_io_usercontext, srp)


@kernel_function("kernel/exit.c")
def exit_files(task: TaskStruct) -> None:
    """Close what a task has open as it ends."""
    for srp in this_kernel().sg_requests:
        if srp.task is task:
            sg_release(srp)
