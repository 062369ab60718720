"""Flags and signals of tasks (include/linux/sched.h)."""

from pintutor.linux.include.linux.mm_types import TaskStruct

PF_KTHREAD = 0x00200000
"""A thread of the kernel: it has no user memory, and borrows page tables."""


def fatal_signal_pending(task: TaskStruct) -> bool:
    """True when the task was killed (include/linux/sched/signal.h)."""
    return task.sigkill_pending
