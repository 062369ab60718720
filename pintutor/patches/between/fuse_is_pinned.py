"""Direct I/O of FUSE pins the pages of user space.

A page that the program's answer will be written to must not be parted from the
task by a fork. Pages that do not belong to user space are only listed, so the
request notes whether its own are pinned. Memory of the kernel is still used by
its address.

Linux kernel commit 738adade96b2 ("fuse: Fix missing FOLL_PIN for direct-io")
(in v6.9).
"""

from pintutor.linux.block.bio_release import set_page_dirty_lock
from pintutor.linux.fs.fuse import user_pages
from pintutor.linux.fs.fuse.fuse_types import FuseArgsPages
from pintutor.linux.fs.fuse.user_pages import (
    UserPages,
    fuse_add_descs,
    fuse_use_address,
)
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_is_kvec
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_pages,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "fuse-is-pinned",
    "fuse: Fix missing FOLL_PIN for direct-io",
    commit="738adade96b2",
    release="v6.9",
    author="Lei Huang",
    needs=("extract-pages", "get-pages2"),
)


@PATCH.replaces(user_pages.fuse_release_user_pages)
def fuse_release_user_pages(ap: FuseArgsPages, should_dirty: bool) -> None:
    """Give back the pages of a request, marked dirty first if asked to."""
    pages = PageArray(ap.pages)
    for i in range(ap.num_pages):
        if should_dirty:
            set_page_dirty_lock(pages[i])
        if ap.is_pinned:
            unpin_user_page(pages[i])


@PATCH.replaces(user_pages.fuse_get_user_pages)
def fuse_get_user_pages(
    ap: FuseArgsPages, ii: IovIter, nbytes: int, max_pages: int
) -> UserPages:
    """Give a request the next pages of the iterator, as its kind asks."""
    if iov_iter_is_kvec(ii):
        return fuse_use_address(ap, ii, nbytes)

    got, ret = 0, 0
    while got < nbytes and ap.num_pages < max_pages:
        room = PageArray(ap.pages, ap.num_pages)
        left = max_pages - ap.num_pages
        ret, start, _ = iov_iter_extract_pages(ii, room, nbytes - got, left, 0)
        if ret < 0:
            break
        got += ret
        fuse_add_descs(ap, start, ret)

    ap.user_pages = True
    ap.is_pinned = iov_iter_extract_will_pin(ii)
    return UserPages(min(ret, 0), got)
