"""The function that spliced with an iterator over the pipe is gone.

No file, disk or driver uses it any more.

Linux kernel commit c6585011bc1d ("splice: Remove generic_file_splice_read()")
(in v6.5).
"""

from pintutor.linux.fs.splice import generic_file_splice_read
from pintutor.patches.patch import Patch

PATCH = Patch(
    "generic-splice-removed",
    "splice: Remove generic_file_splice_read()",
    commit="c6585011bc1d",
    release="v6.5",
    author="David Howells",
    needs=("splice-page-cache",),
)

PATCH.removes(generic_file_splice_read, __name__)
