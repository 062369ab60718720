"""Interrupts of this CPU (include/linux/irqflags.h)."""

from pintutor.linux.globals import this_kernel
from pintutor.sim.atomic import write_once


def local_irq_disable() -> None:
    """Let this CPU take no interrupts from now on."""
    kernel = this_kernel()
    write_once(kernel.irqs_disabled, kernel.cpu, 1)


def local_irq_enable() -> None:
    """Let this CPU take interrupts again."""
    kernel = this_kernel()
    write_once(kernel.irqs_disabled, kernel.cpu, 0)
