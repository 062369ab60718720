"""What the simulated kernel raises where C could not return an error code."""


class Oops(Exception):
    """The model stopped: what a kernel would print as a splat with a call trace."""

    kind = "Oops"


class KernelBug(Oops):
    """A BUG_ON() held: the kernel would halt this task."""

    kind = "kernel BUG"


class UseAfterFree(Oops):
    """A freed page was touched: what KASAN reports."""

    kind = "KASAN: use-after-free"


class OutOfBounds(Oops, IndexError):
    """Memory beside an array was touched: what KASAN reports."""

    kind = "KASAN: out-of-bounds"


class Deadlock(Oops):
    """A lock can never be had: what lockdep or the hung-task detector reports."""

    kind = "deadlock"


class JournalError(RuntimeError):
    """The journal was used out of order: an error of ours, never of the learner."""
