"""FUSE takes pages and advances in one call, for direct I/O and its program.

More of Linux kernel commit 1ef255e25717 ("iov_iter: advancing variants of
iov_iter_get_pages{,_alloc}()") (in v6.0): see get_pages2.py.
"""

from pintutor.linux.fs.fuse import dev, user_pages
from pintutor.linux.fs.fuse.dev import FuseCopyState, fuse_copy_finish
from pintutor.linux.fs.fuse.fuse_types import FuseArgsPages
from pintutor.linux.fs.fuse.user_pages import (
    UserPages,
    fuse_add_descs,
    fuse_use_address,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_is_kvec
from pintutor.patches.between import get_pages2_nfs
from pintutor.patches.between.get_pages2 import iov_iter_get_pages2
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray

PATCH = get_pages2_nfs.PATCH


@PATCH.replaces(user_pages.fuse_get_user_pages)
def fuse_get_user_pages(
    ap: FuseArgsPages, ii: IovIter, nbytes: int, max_pages: int
) -> UserPages:
    """Give a request the next pages of the iterator, with references."""
    if iov_iter_is_kvec(ii):
        return fuse_use_address(ap, ii, nbytes)

    got, ret = 0, 0
    while got < nbytes and ap.num_pages < max_pages:
        room = PageArray(ap.pages, ap.num_pages)
        left = max_pages - ap.num_pages
        ret, start, _ = iov_iter_get_pages2(ii, room, nbytes - got, left)
        if ret < 0:
            break
        got += ret
        fuse_add_descs(ap, start, ret)

    ap.user_pages = True
    return UserPages(min(ret, 0), got)


@PATCH.replaces(dev.fuse_copy_fill)
def fuse_copy_fill(cs: FuseCopyState) -> int:
    """Go to the next page of the program's memory; 0 or an error."""
    fuse_copy_finish(cs)
    room = PageArray(KArray[Page | None]([None]))
    err, off, _ = iov_iter_get_pages2(cs.iter, room, PAGE_SIZE, 1)
    if err < 0:
        return err
    if not err:
        raise KernelBug("fuse_copy_fill: the program's memory is at its end")
    cs.len = err
    cs.offset = off
    cs.pg = room[0]
    return 0
