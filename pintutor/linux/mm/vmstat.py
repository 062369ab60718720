"""Counters of /proc/vmstat (mm/vmstat.c).

Not modelled: per-node and per-CPU parts; a read sees every change at once, as
after /proc/sys/vm/stat_refresh.
"""

from pintutor.linux.globals import this_kernel
from pintutor.sim.atomic import atomic_add

NR_FOLL_PIN_ACQUIRED = "nr_foll_pin_acquired"
NR_FOLL_PIN_RELEASED = "nr_foll_pin_released"


def mod_node_page_state(item: str, delta: int) -> None:
    """Add `delta` to a counter."""
    atomic_add(delta, this_kernel().vm_stat, item)
