"""Waiting (kernel/sched/core.c and completion.c).

On one CPU there is nobody else. While a task waits, the CPU idles, and what
else there is to do is done: a worker runs, or a disk is done with its oldest
request and interrupts. Where several CPUs run, they do that.

Not modelled: run queues, timeouts, signals.
"""

from pintutor.linux.drivers.block.null_blk import null_cmd_timer_expired
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.kernel.workqueue import process_one_work
from pintutor.sim.atomic import (
    Ready,
    alone,
    atomic_dec,
    atomic_inc,
    wait_until,
)
from pintutor.sim.errors import Deadlock
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KObject


def busy() -> bool:
    """True while a disk or a worker has something to do."""
    kernel = this_kernel()
    waiting = any(disk.queue.requests for disk in kernel.disks)
    return waiting or bool(kernel.worklist)


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
    for remote in kernel.remote_files:
        if remote.calls:
            remote.answer(remote, remote.calls[0])
            return
    raise Deadlock("a task waits, and no disk and no worker has anything to do")


@kernel_function("include/linux/wait.h")
def wait_event(condition: Ready, obj: KObject, field: str) -> None:
    """Sleep until the condition holds, which depends on the field.

    In C each user has a loop of its own around io_schedule().
    """
    while alone() and not condition():
        io_schedule()
    wait_until(condition, obj, field, "wait", "nobody does what is waited for")


@kernel_function("kernel/sched/completion.c")
def complete(x: Completion) -> None:
    """Say that it came to pass."""
    atomic_inc(x, "done")


@kernel_function("kernel/sched/completion.c")
def wait_for_completion_io(x: Completion) -> None:
    """Wait until it has come to pass."""
    wait_event(lambda: x.done > 0, x, "done")
    atomic_dec(x, "done")
