"""lib/iov_iter.c, as other files use it: its functions lie in several here."""

from pintutor.linux.lib.iov_iter_copy import (
    _copy_from_iter,
    _copy_to_iter,
    copy_page_from_iter,
    copy_page_to_iter,
    iov_iter_zero,
)
from pintutor.linux.lib.iov_iter_dup import dup_iter
from pintutor.linux.lib.iov_iter_fault import (
    fault_in_iov_iter_readable,
    fault_in_iov_iter_writeable,
)
from pintutor.linux.lib.iov_iter_import import import_iovec
from pintutor.linux.lib.iov_iter_init import (
    iov_iter_bvec,
    iov_iter_discard,
    iov_iter_init,
    iov_iter_kvec,
    iov_iter_pipe,
    iov_iter_restore,
    iov_iter_xarray,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance, iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import (
    iov_iter_get_pages,
    iov_iter_get_pages_alloc,
)
from pintutor.linux.lib.iov_iter_shape import (
    iov_iter_alignment,
    iov_iter_gap_alignment,
    iov_iter_npages,
    iov_iter_single_seg_count,
)

__all__ = [
    "_copy_from_iter",
    "_copy_to_iter",
    "copy_page_from_iter",
    "copy_page_to_iter",
    "dup_iter",
    "fault_in_iov_iter_readable",
    "fault_in_iov_iter_writeable",
    "import_iovec",
    "iov_iter_advance",
    "iov_iter_alignment",
    "iov_iter_bvec",
    "iov_iter_discard",
    "iov_iter_gap_alignment",
    "iov_iter_get_pages",
    "iov_iter_get_pages_alloc",
    "iov_iter_init",
    "iov_iter_kvec",
    "iov_iter_npages",
    "iov_iter_pipe",
    "iov_iter_restore",
    "iov_iter_revert",
    "iov_iter_single_seg_count",
    "iov_iter_xarray",
    "iov_iter_zero",
]
