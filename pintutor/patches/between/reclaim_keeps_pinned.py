"""Reclaim leaves a folio alone that turns out to be pinned.

Once a folio is unmapped it cannot be pinned anew, so it can be asked whether it
is pinned. It was not, and reclaim went on until the count stopped it: on the
way it took the buffers of a file's page away, which the file system needs when
the pin's holder says that the page is dirty.

Linux kernel commit d824ec2a1546 ("mm: do not reclaim private data from pinned
page") (in v6.4, and in the 6.1 stable series).
"""

from pintutor.linux.include.linux.mm import (
    folio_mapped,
    folio_mapping,
    folio_maybe_dma_pinned,
)
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import (
    PG_swapbacked,
    folio_test_anon,
    folio_test_dirty,
    folio_test_large,
    folio_test_private,
    folio_test_swapcache,
)
from pintutor.linux.mm import vmscan
from pintutor.linux.mm.truncate import filemap_release_folio
from pintutor.linux.mm.try_to_unmap import try_to_unmap
from pintutor.linux.mm.vmscan import (
    __remove_mapping,
    add_to_swap,
    can_split_folio,
    pageout,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "reclaim-keeps-pinned",
    "mm: do not reclaim private data from pinned page",
    commit="d824ec2a1546",
    release="v6.4",
    author="Jan Kara",
)


@PATCH.replaces(vmscan.shrink_locked_folio)
def shrink_locked_folio(folio: Folio) -> bool:
    """Unmap, write, and take out of its cache; false where it has to stay."""
    if folio_test_anon(folio) and folio.flags & PG_swapbacked:
        if not folio_test_swapcache(folio):
            if folio_maybe_dma_pinned(folio):
                return False
            if folio_test_large(folio) and not can_split_folio(folio):
                return False
            if not add_to_swap(folio):
                return False

    if folio_mapped(folio):
        try_to_unmap(folio)
        if folio_mapped(folio):
            return False

    if folio_maybe_dma_pinned(folio):
        return False
    mapping = folio_mapping(folio)
    if folio_test_dirty(folio) and not pageout(folio, mapping):
        return False
    if folio_test_private(folio) and not filemap_release_folio(folio):
        return False
    return mapping is not None and __remove_mapping(mapping, folio)
