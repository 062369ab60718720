"""Bug put back: a read-only pin is taken on a page that several tasks share.

After a fork the first write of an owner goes to a copy. Who had pinned the page
for reading before keeps the old one and never sees what is written. The commit
breaks sharing before such a pin is taken: gup_must_unshare() says so, and GUP
asks for an unshare fault. Here it says so of no page.

Linux kernel commit a7f226604170 ("mm/gup: trigger FAULT_FLAG_UNSHARE when
R/O-pinning a possibly shared anonymous page").
"""

from pintutor.linux.include.linux import mm
from pintutor.linux.include.linux.mm_types import Page, VmAreaStruct
from pintutor.patches.between import longterm_breaks_cow
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-not-unshared",
    "mm/gup: trigger FAULT_FLAG_UNSHARE when R/O-pinning a possibly shared "
    "anonymous page",
    commit="",
    release="",
    author="David Hildenbrand",
    mutation=True,
)


@PATCH.replaces(mm.gup_must_unshare)
def gup_must_unshare(flags: int, page: Page) -> bool:
    """False: no read-only pin has to break sharing first."""
    return False


@PATCH.replaces(  # type: ignore[no-redef]
    mm.gup_must_unshare, over=longterm_breaks_cow.PATCH
)
def gup_must_unshare(vma: VmAreaStruct | None, flags: int, page: Page) -> bool:
    """False: no read-only pin has to break sharing first."""
    return False
