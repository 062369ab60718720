"""The pages of a direct read or write (fs/fuse/file.c, Linux v5.17)."""

from typing import NamedTuple

from pintutor.linux.block.bio_release import set_page_dirty_lock
from pintutor.linux.fs.fuse.fuse_types import FuseArgsPages
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_is_kvec
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import iov_iter_get_pages
from pintutor.linux.lib.iov_iter_shape import iov_iter_single_seg_count
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


class UserPages(NamedTuple):
    """What fuse_get_user_pages() returns."""

    ret: int
    """0 or an error."""
    nbytes: int
    """What the request has memory for [bytes]."""


@kernel_function("fs/fuse/file.c")
def fuse_release_user_pages(ap: FuseArgsPages, should_dirty: bool) -> None:
    """Give back the pages of a request, marked dirty first if asked to."""
    pages = PageArray(ap.pages)
    for i in range(ap.num_pages):
        if should_dirty:
            set_page_dirty_lock(pages[i])
        put_page(pages[i])


def fuse_use_address(ap: FuseArgsPages, ii: IovIter, nbytes: int) -> UserPages:
    """Let a request use kernel memory by its address, one segment of it."""
    assert ii.iov is not None, "the iterator has segments"
    frag_size = min(iov_iter_single_seg_count(ii), nbytes)
    ap.value = ii.iov.at(0).iov_base + ii.iov_offset
    ap.value_size = frag_size
    iov_iter_advance(ii, frag_size)
    return UserPages(0, frag_size)


def fuse_add_descs(ap: FuseArgsPages, start: int, ret: int) -> None:
    """Note which part of each page is used, from the next one on."""
    pages = PageArray(ap.pages)
    while ret:
        length = min(ret, PAGE_SIZE - start)
        part = BioVec(pages[ap.num_pages], length, start)
        ap.descs = (*ap.descs, part)
        ap.num_pages += 1
        ret -= length
        start = 0


@kernel_function("fs/fuse/file.c")
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
        ret, start, _ = iov_iter_get_pages(ii, room, nbytes - got, left)
        if ret < 0:
            break
        iov_iter_advance(ii, ret)
        got += ret
        fuse_add_descs(ap, start, ret)

    ap.user_pages = True
    return UserPages(min(ret, 0), got)
