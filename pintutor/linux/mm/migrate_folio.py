"""What a folio is, moved to another: its place, contents and flags
(mm/migrate.c, fs/buffer.c, Linux v6.1).

The folio is unmapped. Nobody but the mover, the cache and its buffers may have
a reference: one more, from whomever, and it stays where it is, as its holder
knows the frame.
"""

from pintutor.linux.include.linux.mm import (
    folio_mapping,
    folio_nr_pages,
    nth_page,
)
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio
from pintutor.linux.include.linux.page_flags import (
    PageKsm,
    PG_dirty,
    PG_private,
    PG_swapbacked,
    PG_swapcache,
    PG_uptodate,
    folio_test_anon,
    folio_test_dirty,
    folio_test_private,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_freeze,
    folio_ref_inc,
    folio_ref_unfreeze,
)
from pintutor.linux.include.uapi.errno import EAGAIN
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.page_alloc import made_tails, put_page
from pintutor.linux.mm.swapops import swp_offset
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function


@kernel_function("mm/migrate.c")
def move_to_new_folio(dst: Folio, src: Folio) -> int:
    """Let `dst` take the place of the unmapped `src`; 0 or -EAGAIN."""
    mapping = folio_mapping(src)
    if folio_test_private(src):
        rc = buffer_migrate_folio(mapping, dst, src)
    else:
        rc = migrate_folio(mapping, dst, src)
    if rc == 0 and not folio_test_anon(src):
        src.mapping = None
    return rc


@kernel_function("mm/migrate.c")
def migrate_folio(mapping: AddressSpace | None, dst: Folio, src: Folio) -> int:
    """Move what the folio is and holds."""
    rc = folio_migrate_mapping(mapping, dst, src)
    if rc:
        return rc
    folio_migrate_copy(dst, src)
    folio_migrate_flags(dst, src)
    return 0


@kernel_function("mm/migrate.c")
def buffer_migrate_folio(
    mapping: AddressSpace | None, dst: Folio, src: Folio
) -> int:
    """Move a folio together with its buffers, which hold a reference to it."""
    if folio_ref_count(src) != folio_expected_refs(mapping, src):
        return -EAGAIN
    rc = folio_migrate_mapping(mapping, dst, src)
    if rc:
        return rc
    src.flags &= ~PG_private
    put_page(src)
    folio_ref_inc(dst)
    dst.flags |= PG_private
    folio_migrate_copy(dst, src)
    folio_migrate_flags(dst, src)
    return 0


def folio_expected_refs(mapping: AddressSpace | None, folio: Folio) -> int:
    """References of an unmapped folio that nobody but the mover wants."""
    if mapping is None:
        return 1
    return 1 + folio_nr_pages(folio) + folio_test_private(folio)


@kernel_function("mm/migrate.c")
def folio_migrate_mapping(
    mapping: AddressSpace | None, newfolio: Folio, folio: Folio
) -> int:
    """Put `newfolio` where `folio` is in its file, or its anon_vma.

    Returns: -EAGAIN when somebody has a reference that was not expected.
    """
    expected_count = folio_expected_refs(mapping, folio)
    if mapping is None and folio_ref_count(folio) != expected_count:
        return -EAGAIN
    if mapping is not None and not folio_ref_freeze(folio, expected_count):
        return -EAGAIN
    newfolio.index = folio.index
    newfolio.mapping = folio.mapping
    newfolio.flags |= folio.flags & PG_swapbacked
    if mapping is None:
        return 0

    nr = folio_nr_pages(folio)
    folio_ref_add(newfolio, nr)
    if folio_test_dirty(folio):
        folio.flags &= ~PG_dirty
        newfolio.flags |= PG_dirty
    replace_in_cache(mapping, newfolio, folio)
    folio_ref_unfreeze(folio, expected_count - nr)
    return 0


def replace_in_cache(
    mapping: AddressSpace, newfolio: Folio, folio: Folio
) -> None:
    """Store `newfolio` in the page cache, or swap cache, for `folio`.

    In C this is in the middle of folio_migrate_mapping().
    """
    if not folio_test_swapcache(folio):
        i_pages(mapping)[folio.index] = newfolio
        return
    newfolio.flags |= PG_swapcache
    for i in range(folio_nr_pages(folio)):
        entry = nth_page(folio, i).private
        nth_page(newfolio, i).private = entry
        i_pages(mapping)[swp_offset(entry)] = newfolio


@kernel_function("mm/migrate.c")
def folio_migrate_copy(newfolio: Folio, folio: Folio) -> None:
    """Copy the contents; of a huge page the parts that have been used."""
    newfolio.data = read_once(folio, "data")
    for tail in made_tails(folio):
        nth_page(newfolio, tail.pfn - folio.pfn).data = tail.data


@kernel_function("mm/migrate.c")
def folio_migrate_flags(newfolio: Folio, folio: Folio) -> None:
    """Move the flags, and forget what the old folio was to the swap cache."""
    newfolio.flags |= folio.flags & (PG_uptodate | PG_dirty)
    if PageKsm(folio):
        folio_migrate_ksm(newfolio)
    folio.flags &= ~PG_swapcache
    for page in (folio, *made_tails(folio)):
        page.private = 0


@kernel_function("mm/ksm.c")
def folio_migrate_ksm(newfolio: Folio) -> None:
    """Let the stable node of a KSM page know its new frame."""
    assert newfolio.mapping is not None, "it is a page of KSM already"
    newfolio.mapping.kpfn = newfolio.pfn
