"""One step of a race in words: who does what to which field, in which function."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pintutor
from pintutor.lab.places import Places
from pintutor.sim.function import FUNCTIONS
from pintutor.sim.threads import Operation

VERBS = {
    "read": "reads",
    "wait": "waits for",
    "idle": "waits for",
    "write": "writes",
    "update": "changes",
    "add": "adds to",
    "lock": "takes",
    "rlock": "takes",
    "unlock": "drops",
    "runlock": "drops",
}
_ROOT = Path(pintutor.__file__).parent


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a race."""

    cpu: int
    verb: str
    place: str
    """What it touches, as a learner calls it; empty at the start of a program."""
    function: str
    """Function of the model that does it; empty for the language itself."""
    file: str
    """File of the kernel tree that defines the function: `mm/gup.c`."""
    source: str
    """File and line of the model: `linux/mm/gup.py:57`."""
    preempted: bool = False
    """True when its CPU could have gone on after it, and another one did."""
    alone: bool = False
    """True when it touches nothing that another CPU touches as well."""

    def __str__(self) -> str:
        if not self.place:
            return f"P{self.cpu} begins"
        return f"P{self.cpu} {self.verb} {self.site}"

    @property
    def wants(self) -> str:
        """What it is about to do, without who: `takes mmap_lock of init in dup_mmap()`."""
        return str(self).removeprefix(f"P{self.cpu} ")

    @property
    def site(self) -> str:
        """The field, and the function: `mmap_lock of init in dup_mmap()`."""
        return f"{self.place} in {self.function}()" if self.function else self.place

    def to_json(self) -> dict[str, Any]:
        """The step as data."""
        return {
            "cpu": self.cpu,
            "verb": self.verb,
            "place": self.place,
            "function": self.function,
            "file": self.file,
            "source": self.source,
            "preempted": self.preempted,
            "alone": self.alone,
        }


def sited(told: Told) -> str:
    """A step with where it stands, in the kernel and in the model."""
    return f"{told} ({told.file}, {told.source})" if told.function else str(told)


def tell(cpu: int, operation: Operation, places: Places) -> Told:
    """What a CPU does, or is about to do, where things have these names."""
    if operation.obj is None:
        return Told(cpu, "", "", "", "", "")
    verb = VERBS[operation.access]
    place = places.name(operation.obj, operation.field)
    if not operation.calls:
        return Told(cpu, verb, place, "", "", "")
    call = operation.calls[0]
    source = f"{Path(call.file).relative_to(_ROOT).as_posix()}:{call.line}"
    return Told(cpu, verb, place, call.function, FUNCTIONS[call.function].file, source)
