"""Pinning the memory of a file of tmpfs by its offset, without mapping it.

A virtual machine's monitor has its guest's memory in a memfd, and the driver
that shares it with a device knows the file, not an address. Each folio is
pinned once, however many pages it has, and for long: what may be moved is
moved before, and holes are filled.

Linux kernel commit 89c1905d9c14 ("mm/gup: introduce memfd_pin_folios() for
pinning memfd folios") (in v6.11). Not modelled: hugetlbfs, large folios of
tmpfs.
"""

from pintutor.linux.include.linux.fs import Inode, shmem_mapping
from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio, PageArray
from pintutor.linux.include.uapi.errno import EAGAIN, EINVAL
from pintutor.linux.mm.filemap import filemap_get_folio
from pintutor.linux.mm.folio import folio_unlock
from pintutor.linux.mm.gup_longterm import check_and_migrate_movable_pages
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_zone import memalloc_pin_restore, memalloc_pin_save
from pintutor.linux.mm.shmem import shmem_get_folio
from pintutor.patches.between.try_grab_page_int import try_grab_page
from pintutor.patches.between.unpin_folios import unpin_folios
from pintutor.patches.patch import Patch

PATCH = Patch(
    "memfd-pin-folios",
    "mm/gup: introduce memfd_pin_folios() for pinning memfd folios",
    commit="89c1905d9c14",
    release="v6.11",
    author="Vivek Kasireddy",
    needs=("try-grab-page-int", "unpin-folios"),
)


@PATCH.adds("mm/gup.c")
def memfd_pin_folios(
    memfd: Inode, start: int, end: int, folios: PageArray, max_folios: int
) -> int:
    """Pin the folios of a file from byte `start` to byte `end`, both included.

    Returns: how many, or an error when there is none.
    """
    if start < 0 or start > end or not max_folios:
        return -EINVAL
    if not shmem_mapping(memfd.i_mapping):
        return -EINVAL
    if end >= memfd.i_size:
        return -EINVAL

    flags = memalloc_pin_save()
    ret = -EAGAIN
    while ret == -EAGAIN:
        nr_folios = memfd_grab_folios(memfd, start, end, folios, max_folios)
        if nr_folios < 0:
            ret = nr_folios
            break
        ret = check_and_migrate_movable_pages(nr_folios, folios)
    memalloc_pin_restore(flags)
    return ret or nr_folios


@PATCH.adds("mm/gup.c")
def memfd_grab_folios(
    memfd: Inode, start: int, end: int, folios: PageArray, max_folios: int
) -> int:
    """Pin folio after folio; an error when one cannot be had, and none is then.

    In C this is the loop of memfd_pin_folios().
    """
    nr_folios = 0
    index = start // PAGE_SIZE
    while index <= end // PAGE_SIZE and nr_folios < max_folios:
        found = filemap_get_folio(memfd.i_mapping, index)
        folio = memfd_alloc_folio(memfd, index) if found is None else found
        if isinstance(folio, int):
            unpin_folios(folios, nr_folios)
            return folio
        ret = try_grab_page(folio, FOLL_PIN)
        put_page(folio)
        if ret:
            unpin_folios(folios, nr_folios)
            return -EINVAL
        folios[nr_folios] = folio
        nr_folios += 1
        index += 1
    return nr_folios


@PATCH.adds("mm/memfd.c")
def memfd_alloc_folio(memfd: Inode, idx: int) -> Folio | int:
    """A fresh page of the file for a hole, referenced, or an error."""
    folio = shmem_get_folio(memfd, idx)
    if not isinstance(folio, int):
        folio_unlock(folio)
    return folio
