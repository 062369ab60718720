"""Work that an interrupt cannot do itself (kernel/workqueue.c).

There is one queue and one worker. It runs while the CPU idles. It has no user
memory, but the page tables of the task that ran before are still in use.

Not modelled: other queues, several workers, delays, cancelling.
"""

from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.mm_types import TaskStruct
from pintutor.linux.include.linux.sched import PF_KTHREAD
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.sim.atomic import wait_until
from pintutor.sim.function import KernelFunction, kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KObject


@kernel_function("kernel/workqueue.c")
def schedule_work(
    func: KernelFunction[[WorkStruct], None], data: KObject | None
) -> bool:
    """Let a worker call `func`; false when that waits to be done already."""
    kernel = this_kernel()
    spin_lock(kernel, "pool_lock")
    new = not any(
        each.func is func and each.data is data for each in kernel.worklist
    )
    if new:
        kernel.worklist = (*kernel.worklist, WorkStruct(func, data))
    spin_unlock(kernel, "pool_lock")
    return new


def await_work() -> None:
    """Wait until there is work: what a worker does that has none."""
    kernel = this_kernel()
    why = "the worker gets no work"
    wait_until(lambda: bool(kernel.worklist), kernel, "worklist", "idle", why)


@kernel_function("kernel/workqueue.c")
def process_one_work(work: WorkStruct) -> None:
    """Do a piece of work; it may be queued again from here on."""
    kernel = this_kernel()
    spin_lock(kernel, "pool_lock")
    kernel.worklist = tuple(
        each for each in kernel.worklist if each is not work
    )
    spin_unlock(kernel, "pool_lock")
    before = current()
    kernel.current = TaskStruct("kworker", 0, before.mm, flags=PF_KTHREAD)
    work.func(work)
    kernel.current = before
