"""Flags of tasks (include/linux/sched.h)."""

PF_KTHREAD = 0x00200000
"""A thread of the kernel: it has no user memory, and borrows page tables."""
