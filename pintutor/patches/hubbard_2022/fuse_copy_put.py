"""A bug put back: a page that was pinned is given back as a reference.

The function that gives back the page of the program's memory also sees pages of
a pipe, which are not pinned, so it has to know which one it has. If it takes
each for a reference, it takes 1 of the 1024 of a pin: the page is never free
again, and looks pinned for ever: a pinned page of the program is put.

Not in any version that was sent.
"""

from pintutor.linux.block.bio_release import set_page_dirty_lock
from pintutor.linux.fs.fuse import dev
from pintutor.linux.fs.fuse.dev import FuseCopyState
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "fuse-copy-put",
    "a pinned page of the program is put",
    commit="",
    release="",
    author="John Hubbard",
    needs=("fuse-pin-pages",),
    mutation=True,
)


@PATCH.replaces(dev.fuse_copy_finish)
def fuse_copy_finish(cs: FuseCopyState) -> None:
    """Be done with a page of the program's memory, and drop a reference."""
    if cs.pg is not None:
        if cs.write:
            set_page_dirty_lock(cs.pg)
        put_page(cs.pg)
    cs.pg = None
