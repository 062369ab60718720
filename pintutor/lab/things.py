"""What the built-in names of expressions mean: `vmstat`, `mm`, `result`, `audit`, ..."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pintutor.lab.attributes import pick
from pintutor.lab.books import audit
from pintutor.lab.results import Imbalance, fields_of
from pintutor.linux.include.linux.mm import MMF_HAS_PINNED
from pintutor.patches import series

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Thing:
    """A built-in name: its attributes are functions of the lab."""

    name: str


def thing_attribute(lab: Lab, thing: Thing, name: str) -> object:
    """What `thing.name` is (LookupError)."""
    table: dict[str, Callable[[Lab, str], object]] = {
        "vmstat": _vmstat,
        "mm": _mm,
        "result": _result,
        "audit": _audit,
        "dmesg": _dmesg,
        "kernel": _kernel,
    }
    return table[thing.name](lab, name)


def _vmstat(lab: Lab, name: str) -> object:
    stat = lab.kernel.vm_stat
    fields = ("nr_foll_pin_acquired", "nr_foll_pin_released")
    return pick({each: partial(getattr, stat, each) for each in fields}, name, "vmstat")


def _mm(lab: Lab, name: str) -> object:
    task = lab.kernel.current
    assert task is not None, "the machine has booted"
    mm = task.mm
    return pick(
        {
            "has_pinned": lambda: bool(mm.flags & MMF_HAS_PINNED),
            "rss_anon": lambda: mm.rss_anon,
            "locked_vm": lambda: mm.locked_vm,
            "write_protect_seq": lambda: mm.write_protect_seq,
        },
        name,
        "mm",
    )


def _result(lab: Lab, name: str) -> object:
    last = lab.last
    result = last.result if last is not None else None
    if result is None:
        raise LookupError("no command has returned anything yet")
    return returned(result, name, f"what `{last.command if last else ''}` returned")


def returned(result: object, name: str, what: str) -> object:
    """A field of what a command returned (LookupError)."""
    values = getattr(result, "answers", None)  # what a search found
    if values is None:
        values = {each: getattr(result, each) for each in fields_of(result)}
    return pick({each: partial(values.get, each) for each in values}, name, what)


def _audit(lab: Lab, name: str) -> object:
    def imbalances() -> tuple[Imbalance, ...]:
        return audit(lab).imbalances

    return pick(
        {
            "clean": lambda: not imbalances(),
            "unaccounted": lambda: sum(one.unaccounted for one in imbalances()),
        },
        name,
        "audit",
    )


def _dmesg(lab: Lab, name: str) -> object:
    lines = lab.kernel.log.lines
    return pick(
        {"warnings": lambda: len(lines), "text": lambda: "\n".join(lines)}, name, "dmesg"
    )


def _kernel(lab: Lab, name: str) -> object:
    patches = lab.machine.patches
    return pick(
        {
            "release": lambda: lab.chosen.release,
            "patches": lambda: len(patches),
            "applied": lambda: tuple(each.name for each in series.ALL if each in patches),
            "huge_zero_refcount": lambda: lab.kernel.huge_zero_refcount,
        },
        name,
        "kernel",
    )
