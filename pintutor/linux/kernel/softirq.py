"""An interrupt on a CPU: nothing else runs there until it is over
(kernel/softirq.c, Linux v6.1).

It comes while interrupts are on, and has them off. Not modelled: the flags of
preempt_count(), interrupts within interrupts, softirqs.
"""

from pintutor.linux.globals import this_kernel
from pintutor.sim.atomic import announce, wait_until
from pintutor.sim.function import kernel_function
from pintutor.sim.threads import INTERRUPTED


@kernel_function("kernel/softirq.c")
def irq_enter() -> None:
    """Take this CPU away from what runs on it, once it takes interrupts."""
    kernel = this_kernel()
    off, cpu = kernel.irqs_disabled, kernel.cpu
    why = f"CPU {cpu} takes no interrupt"
    wait_until(lambda: not off[cpu], off, cpu, "lock", why)
    off[cpu] = INTERRUPTED


@kernel_function("kernel/softirq.c")
def irq_exit() -> None:
    """Let what was interrupted go on."""
    kernel = this_kernel()
    announce(kernel.irqs_disabled, kernel.cpu, "unlock")
    kernel.irqs_disabled[kernel.cpu] = 0
