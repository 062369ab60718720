"""Reading pages of a file before somebody waits (mm/readahead.c, Linux v6.1).

Not modelled: reading more than is asked for.
"""

from pintutor.linux.fs.mpage import mpage_readahead
from pintutor.linux.include.linux.fs import Inode, i_size_read
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.mm.filemap import filemap_add_folio, filemap_get_folio
from pintutor.linux.mm.folio import folio_lock
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.sim.function import kernel_function


@kernel_function("mm/readahead.c")
def page_cache_sync_readahead(inode: Inode, index: int, req_count: int) -> None:
    """Have the pages from `index` on read that are asked for, in few bios.

    Pages behind the end of the file, or that are in the cache, are left out.
    """
    folios: tuple[Folio, ...] = ()
    end = -(-i_size_read(inode) // PAGE_SIZE)
    for each in range(index, min(index + req_count, end)):
        cached = filemap_get_folio(inode.i_mapping, each)
        if cached is not None:
            put_page(cached)
            continue
        page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
        if page is None:
            break
        folio = Folio(page)
        err = filemap_add_folio(inode.i_mapping, folio, each)
        put_page(folio)
        if err:
            break
        folio_lock(folio)
        folios = (*folios, folio)
    mpage_readahead(inode, folios)
