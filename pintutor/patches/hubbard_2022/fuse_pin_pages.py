"""Direct I/O of FUSE pins its pages, and takes no other memory.

Pages are pinned until the answer. Memory of the kernel, which was used by its
address, is refused: a program that is run from such a file can be read no more.
What was read into is marked dirty unless it is so already. The memory of the
program that serves the file is pinned too, page by page as it is copied.

Sent to the lists in February 2022 as "fuse: convert direct IO paths to use
FOLL_PIN", and never merged. In C the function that releases goes, and its
callers use unpin_user_pages_dirty_lock().
"""

from pintutor.linux.block.bio_release import set_page_dirty_lock
from pintutor.linux.fs.fuse import dev, user_pages
from pintutor.linux.fs.fuse.dev import FuseCopyState
from pintutor.linux.fs.fuse.fuse_types import FuseArgsPages
from pintutor.linux.fs.fuse.user_pages import (
    UserPages,
    fuse_add_descs,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.uio import IovIter, iter_is_iovec
from pintutor.linux.include.uapi.errno import EOPNOTSUPP
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_unpin import (
    unpin_user_page,
    unpin_user_pages_dirty_lock,
)
from pintutor.patches.hubbard_2022.iter_pin_pages import iov_iter_pin_pages
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray

PATCH = Patch(
    "fuse-pin-pages",
    "fuse: convert direct IO paths to use FOLL_PIN",
    commit="",
    release="",
    author="John Hubbard",
    needs=("iter-pin-pages",),
    conflicts=("get-pages2",),
)


@PATCH.replaces(user_pages.fuse_release_user_pages)
def fuse_release_user_pages(ap: FuseArgsPages, should_dirty: bool) -> None:
    """Give back the pages of a request, marked dirty first if asked to."""
    pages = PageArray(ap.pages)
    unpin_user_pages_dirty_lock(pages, ap.num_pages, should_dirty)


@PATCH.replaces(user_pages.fuse_get_user_pages)
def fuse_get_user_pages(
    ap: FuseArgsPages, ii: IovIter, nbytes: int, max_pages: int
) -> UserPages:
    """Give a request the next pages of the iterator, pinned."""
    if warn_on_once(not iter_is_iovec(ii), "fuse_get_user_pages: no iovec"):
        return UserPages(-EOPNOTSUPP, 0)

    got, ret = 0, 0
    while got < nbytes and ap.num_pages < max_pages:
        room = PageArray(ap.pages, ap.num_pages)
        left = max_pages - ap.num_pages
        ret, start, _ = iov_iter_pin_pages(ii, room, nbytes - got, left)
        if ret < 0:
            break
        iov_iter_advance(ii, ret)
        got += ret
        fuse_add_descs(ap, start, ret)

    ap.user_pages = True
    return UserPages(min(ret, 0), got)


@PATCH.replaces(dev.fuse_copy_finish)
def fuse_copy_finish(cs: FuseCopyState) -> None:
    """Be done with a page of the program's memory, and give it back."""
    if cs.pg is not None:
        if cs.write:
            set_page_dirty_lock(cs.pg)
        unpin_user_page(cs.pg)
    cs.pg = None


@PATCH.replaces(dev.fuse_copy_fill)
def fuse_copy_fill(cs: FuseCopyState) -> int:
    """Go to the next page of the program's memory; 0 or an error."""
    fuse_copy_finish(cs)
    room = PageArray(KArray[Page | None]([None]))
    err, off, _ = iov_iter_pin_pages(cs.iter, room, PAGE_SIZE, 1)
    if err < 0:
        return err
    if not err:
        raise KernelBug("fuse_copy_fill: the program's memory is at its end")
    cs.len = err
    cs.offset = off
    cs.pg = room[0]
    iov_iter_advance(cs.iter, err)
    return 0
