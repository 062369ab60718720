"""WARN_ON_ONCE (include/asm-generic/bug.h)."""

from pintutor.linux.globals import this_kernel


def warn_on_once(condition: bool, where: str) -> bool:
    """Log a warning the first time `condition` holds at `where`; returns it."""
    log = this_kernel().log
    if condition and where not in log.warned:
        log.warned |= {where}
        log.lines += (f"WARNING: {where}",)
    return condition
