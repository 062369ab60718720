"""struct completion: something that is waited for (linux/completion.h)."""

from dataclasses import dataclass

from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class Completion(KObject):
    """struct completion."""

    done: int = 0
    """How often it came to pass and nobody had waited for it yet."""
