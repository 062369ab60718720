"""Bug put back: reading asks how long a file is before it has the page.

Between the question and the page the file can be cut off, and what is found
then in place of the page never was part of the file: the page is made anew, of
what the disk has there or of zeroes. So the length is asked for once the page
is there, whose contents are valid up to that length at that moment.

In Linux this is mm/filemap.c: filemap_read(), which reads i_size after
filemap_get_pages(). No release of the base's time is known to have had the bug.
"""

from pintutor.linux.include.linux.fs import i_size_read
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter import copy_page_to_iter
from pintutor.linux.mm import filemap_read as before
from pintutor.linux.mm.filemap_read import filemap_get_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.readahead import page_cache_sync_readahead
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-size-read-early",
    "reading asks how long a file is before it has the page",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(before.filemap_read)
def filemap_read(iocb: Kiocb, iter_: IovIter) -> int:
    """Copy from the page cache to where the iterator says.

    Returns: bytes, 0 at the end of the file, or an error.
    """
    inode = iocb.ki_filp
    already_read = 0
    error = 0
    while iov_iter_count(iter_):
        isize = i_size_read(inode)
        if iocb.ki_pos >= isize:
            break
        index = iocb.ki_pos // PAGE_SIZE
        count = iov_iter_count(iter_) + iocb.ki_pos % PAGE_SIZE
        page_cache_sync_readahead(inode, index, -(-count // PAGE_SIZE))
        folio = filemap_get_page(inode, index)
        if isinstance(folio, int):
            error = folio
            break
        end_offset = min(isize, iocb.ki_pos + iov_iter_count(iter_))
        offset = iocb.ki_pos % PAGE_SIZE
        bytes_ = max(0, min(end_offset - iocb.ki_pos, PAGE_SIZE - offset))
        copied = copy_page_to_iter(folio, offset, bytes_, iter_)
        already_read += copied
        iocb.ki_pos += copied
        put_page(folio)
        if copied < bytes_:
            error = -EFAULT
            break
    return already_read or error
