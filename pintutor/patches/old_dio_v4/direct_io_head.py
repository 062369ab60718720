"""What is left in the queue is given back once.

dio_cleanup() is called twice when something fails: at once, and before the
bios are waited for. The loop that dropped references moved the head of the
queue along. One call that unpins all of the queue did not, so that the second
time pages lost pins that others had.

Linux kernel commit d44c40420783 ("block: Fix dio_cleanup() to advance the head
index") (in v6.5).
"""

from pintutor.linux.fs import direct_io_pages
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.mm.gup_unpin import unpin_user_pages
from pintutor.patches.patch import Patch

PATCH = Patch(
    "dio-cleanup-head",
    "block: Fix dio_cleanup() to advance the head index",
    commit="d44c40420783",
    release="v6.5",
    author="David Howells",
    needs=("dio-pinning",),
)


@PATCH.replaces(direct_io_pages.dio_cleanup)
def dio_cleanup(dio: Dio, sdio: DioSubmit) -> None:
    """Give back the pages of the queue that were not used."""
    pages = PageArray(dio.pages)
    if dio.is_pinned:
        unpin_user_pages(pages.plus(sdio.head), sdio.tail - sdio.head)
    sdio.head = sdio.tail
