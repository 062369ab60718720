"""Waiting (kernel/sched/core.c and completion.c).

There is one CPU. While a task waits, it idles, and what else there is to do is
done: a worker runs, or a disk is done with its oldest request and interrupts.

Not modelled: other tasks, run queues, timeouts, signals.
"""

from pintutor.linux.drivers.block.null_blk import null_cmd_timer_expired
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.kernel.workqueue import process_one_work
from pintutor.sim.atomic import atomic_dec, atomic_inc, read_once
from pintutor.sim.errors import Deadlock
from pintutor.sim.function import kernel_function


@kernel_function("kernel/sched/core.c")
def io_schedule() -> None:
    """Let the CPU idle until one thing has happened.

    Errors: Deadlock when nothing is left that could.
    """
    kernel = this_kernel()
    if kernel.worklist:
        process_one_work(kernel.worklist[0])
        return
    for disk in kernel.disks:
        if disk.queue.requests:
            null_cmd_timer_expired(disk, disk.queue.requests[0])
            return
    raise Deadlock("a task waits, and no disk and no worker has anything to do")


@kernel_function("kernel/sched/completion.c")
def complete(x: Completion) -> None:
    """Say that it came to pass."""
    atomic_inc(x, "done")


@kernel_function("kernel/sched/completion.c")
def wait_for_completion_io(x: Completion) -> None:
    """Wait until it has come to pass."""
    while not read_once(x, "done"):
        io_schedule()
    atomic_dec(x, "done")
