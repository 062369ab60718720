"""Giving back what kmalloc() and the like handed out
(mm/slab_common.c, mm/slub.c, Linux v6.1).

Not modelled: slabs and their caches; objects of other kinds than those of
direct I/O and the block layer, which are forgotten rather than freed.
"""

from pintutor.sim.objects import KObject
from pintutor.sim.poison import poison


def kfree(objp: KObject) -> None:
    """Free an object: whoever touches it from now on is caught.

    Errors: UseAfterFree when it was freed before.
    """
    poison(objp)
