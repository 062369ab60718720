"""Marking the pages of a read dirty (block/bio.c, Linux v5.17).

Marking takes the lock of the page, and a lock that sleeps cannot be had in an
interrupt. So the pages of an asynchronous read are marked before it is
submitted. Its end looks whether they still are: write-back may have cleaned one
before the data arrived. Then a worker marks them again and gives them back.
"""

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import (
    bio_release_pages,
    set_page_dirty_lock,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import bio_for_each_segment_all
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KObject


@kernel_function("block/bio.c")
def bio_set_pages_dirty(bio: Bio) -> None:
    """Mark the pages of the bio dirty, before data arrives in them."""
    for bvec in bio_for_each_segment_all(bio):
        set_page_dirty_lock(bvec.bv_page)


@kernel_function("block/bio.c")
def bio_dirty_fn(work: WorkStruct) -> None:
    """Mark the pages of the bios on the list dirty, and give all back."""
    kernel = this_kernel()
    spin_lock(kernel, "bio_dirty_lock")
    next_: KObject | None = kernel.bio_dirty_list
    kernel.bio_dirty_list = None
    spin_unlock(kernel, "bio_dirty_lock")

    while isinstance(next_, Bio):
        bio, next_ = next_, next_.bi_private
        bio_release_pages(bio, True)
        bio_put(bio)


@kernel_function("block/bio.c")
def bio_check_pages_dirty(bio: Bio) -> None:
    """Give the bio and its pages back, now or, if one is clean, by a worker.

    Context: an interrupt, so that nothing here may sleep.
    """
    for bvec in bio_for_each_segment_all(bio):
        if not folio_test_dirty(page_folio(bvec.bv_page)):
            break
    else:
        bio_release_pages(bio, False)
        bio_put(bio)
        return

    kernel = this_kernel()
    spin_lock(kernel, "bio_dirty_lock")
    bio.bi_private = kernel.bio_dirty_list
    kernel.bio_dirty_list = bio
    spin_unlock(kernel, "bio_dirty_lock")
    schedule_work(bio_dirty_fn, None)
