"""Bug put back: ksmd merges a page that somebody else has a reference to.

Direct I/O may hold a page by a plain reference, and write to it later. Merged,
it would be written to for all who share it. So ksmd clears the entry, and
compares the count with what entries explain. Here it asks only for pins, as
page_try_share_anon_rmap() does.

In Linux the comparison is in mm/ksm.c: write_protect_page().
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_dirty,
    pte_mkclean,
    pte_write,
    pte_wrprotect,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page, Ptep
from pintutor.linux.include.linux.page_flags import PageAnonExclusive
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.mm import ksm_merge
from pintutor.linux.mm.ksm_merge import ptep_clear_flush
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.rmap import page_try_share_anon_rmap
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-ksm-count-unchecked",
    "ksmd merges a page that somebody else has a reference to",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(ksm_merge.wrprotect_pte)
def wrprotect_pte(page: Page, ptep: Ptep) -> int:
    """Make one entry read-only, unless the page may be pinned.

    In C this is the middle of write_protect_page().
    """
    folio, entry = page_folio(page), ptep_get(ptep)
    anon_exclusive = PageAnonExclusive(page)
    if not (pte_write(entry) or pte_dirty(entry) or anon_exclusive):
        return 0

    entry = ptep_clear_flush(ptep)
    if anon_exclusive and page_try_share_anon_rmap(page):
        set_pte(ptep, entry)
        return -EFAULT
    if pte_dirty(entry):
        folio_mark_dirty(folio)
    set_pte(ptep, pte_mkclean(pte_wrprotect(entry)))
    return 0
