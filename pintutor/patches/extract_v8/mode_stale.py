"""Bug put back: how to clean up is remembered from the last extraction.

Version 2 of the series, "iov_iter: Add a function to extract a page list from
an iterator", returned how the pages are held together with them. A caller with
two iterators kept one answer for both. Here that is what was held last: pins of
one iterator are taken for pages that are only listed, or the other way round.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.uio import (
    IovIter,
    user_backed_iter,
)
from pintutor.patches.between import extract_pages
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-mode-stale",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-pages",),
    conflicts=("bio-pin-mode-compared", "bug-source-got"),
    mutation=True,
)


@PATCH.replaces(extract_pages.iov_iter_extract_will_pin)
def iov_iter_extract_will_pin(i: IovIter) -> bool:
    """True when what was extracted last, of any iterator, was pinned."""
    held = this_kernel().held
    if held:
        return bool(held[-1].flags & FOLL_PIN)
    return user_backed_iter(i)
