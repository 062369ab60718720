"""Work that an interrupt cannot do itself (kernel/workqueue.c).

There is one queue and one worker. It runs while the CPU idles. It has no user
memory, but the page tables of the task that ran before are still in use.

Not modelled: other queues, several workers, delays, cancelling.
"""

from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.mm_types import TaskStruct
from pintutor.linux.include.linux.sched import PF_KTHREAD
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.sim.function import KernelFunction, kernel_function
from pintutor.sim.objects import KObject


@kernel_function("kernel/workqueue.c")
def schedule_work(
    func: KernelFunction[[WorkStruct], None], data: KObject | None
) -> bool:
    """Let a worker call `func`; false when that waits to be done already."""
    kernel = this_kernel()
    for work in kernel.worklist:
        if work.func is func and work.data is data:
            return False
    kernel.worklist = (*kernel.worklist, WorkStruct(func, data))
    return True


@kernel_function("kernel/workqueue.c")
def process_one_work(work: WorkStruct) -> None:
    """Do a piece of work; it may be queued again from here on."""
    kernel = this_kernel()
    kernel.worklist = tuple(
        each for each in kernel.worklist if each is not work
    )
    before = current()
    kernel.current = TaskStruct("kworker", 0, before.mm, flags=PF_KTHREAD)
    work.func(work)
    kernel.current = before
