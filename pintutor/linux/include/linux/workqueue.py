"""struct work_struct: a call that a worker makes later (linux/workqueue.h)."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class WorkStruct(KObject):
    """struct work_struct: what to call, in a context that may sleep."""

    func: KernelFunction[[WorkStruct], None]
    data: KObject | None
    """What it is about: in C, the structure that the work item is part of."""
