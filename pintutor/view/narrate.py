"""One step in one line of words: what the line of the model did, and why.

The words follow from what changed, from the line that ran and from the line that ran
after it; nothing here knows a lesson.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pintutor.lab.changes import changes
from pintutor.lab.results import Gup, Released
from pintutor.lab.sources import Located, located
from pintutor.lab.timeline import Entry, Stand
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.function import CODES
from pintutor.sim.recorder import Event
from pintutor.view.notation import entry as entry_words
from pintutor.view.sentences import sentence

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

ENTRIES = ("pte", "pmd", "pud", "pgd", "entry", "orig_pte", "ptent")
"""Local names that hold entries of page tables."""

_LOCK = re.compile(r'(spin_lock|spin_unlock|(?:down|up)_(?:read|write))\(.*"(\w+)"\)')
_LOCKS = {
    "spin_lock": "takes the lock",
    "spin_unlock": "drops the lock",
    "down_read": "takes, for reading,",
    "down_write": "takes, for writing,",
    "up_read": "drops, as a reader,",
    "up_write": "drops, as the writer,",
}


def pinning(result: object) -> bool:
    """True for what a command returns that takes or gives back pins."""
    if isinstance(result, Gup):
        return result.function.startswith("pin")
    return isinstance(result, Released) and result.function.startswith("unpin")


def narrate(lab: Lab, step: int) -> str:
    """What a step did, in one line; the lab must stand at that step."""
    stand = lab.timeline.stand(step)
    if stand.entry is None:
        return "Nothing has run yet: the machine has just booted."
    start, stop = lab.timeline.position(step - 1), lab.timeline.position(step)
    with lab.machine:
        found = changes(lab.machine, lab.names, start, stop)
        if found:
            told = [sentence(one, pinning=pinning(stand.entry.result)) for one in found]
            return _joined([one for one in told if one])
        if stand.event is None:
            return _ending(stand.entry)
        return _ended(_line(lab, stand.entry, stand))


def _joined(parts: list[str]) -> str:
    unique = list(dict.fromkeys(parts))
    if len(unique) > 2:
        unique = [*unique[:2], f"{len(unique) - 2} changes more"]
    return _ended("; ".join(unique))


def _ended(text: str) -> str:
    """The text with a full stop."""
    return f"{text}." if not text.endswith(".") else text


def _ending(entry: Entry) -> str:
    if entry.oops is not None:
        return f"The kernel stopped here: {entry.oops}."
    count = len(entry.events)
    lines = "1 line" if count == 1 else f"{count} lines"
    return f"`{entry.line}` is done: {lines} of the model ran."


def _line(lab: Lab, entry: Entry, stand: Stand) -> str:
    """What a line did that changed nothing that is shown."""
    event = stand.event
    assert event is not None, "a line ran"
    after = entry.event(stand.local + 1)
    here = located(event)
    if event.returns:
        return _return(here, after)
    if after is not None and after.depth > event.depth:
        return _enters(after)
    if found := _LOCK.search(here.text):
        return f"{here.function} {_LOCKS[found[1]]} {found[2]}"
    if after is not None and here.text.startswith(("if ", "elif ", "while ")):
        return _condition(here, event, after)
    return _assigned(lab, event, after) or f"{here.function} runs this line"


def _return(here: Located, after: Event | None) -> str:
    if after is None:
        return f"{here.function} returns to the caller in user space"
    return f"{here.function} returns to {after.function}"


def _enters(after: Event) -> str:
    purpose = (CODES[after.code].__doc__ or "").strip().partition("\n")[0]
    return f"Into {after.function}: {purpose[:1].lower()}{purpose[1:]}"


def _condition(here: Located, event: Event, after: Event) -> str:
    """Whether the condition held: its body follows it, and is indented deeper."""
    condition = re.sub(r"^(if|elif|while) ", "", here.text).removesuffix(":")
    inner = after.line == event.line + 1 and not after.returns
    verb = "holds" if inner else "does not hold"
    return f"`{condition}` {verb}"


def _assigned(lab: Lab, event: Event, after: Event | None) -> str:
    """The local name that the line gave a value, if one."""
    if after is None or after.depth != event.depth:
        return ""
    before = dict(event.names)
    new = [
        (name, value)
        for name, value in after.names
        if name not in before or before[name] is not value
    ]
    shown = [f"`{name}` is {_value(lab, name, value)}" for name, value in new]
    return ", ".join(part for part in shown[:2])


def _value(lab: Lab, name: str, value: object) -> str:
    if name in ENTRIES and isinstance(value, int):
        return f"the entry {entry_words(value)}" if value else "an empty entry"
    if isinstance(value, Page):
        return lab.names.label(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:#x}" if abs(value) >= 4096 else str(value)
    if value is None or isinstance(value, (bool, str)):
        return str(value)
    return f"a {type(value).__name__}"
