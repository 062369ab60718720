"""The offer to go on where a tutor broke off.

It is made before the model is there, so nothing of the model is imported.
"""

from __future__ import annotations

from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.learner.sittings import Broken, broken


def offer() -> str:
    """What `resume` would go on with, in a few words; empty when there is nothing."""
    found = broken()
    return described(found[0]) if found else ""


def described(one: Broken) -> str:
    """Where a sitting broke off, in a few words."""
    if not one.work.lesson:
        return f"{one.work.kernel}, {_counted(len(one.work.lines), 'command')}"
    record = Store().load().get(one.work.lesson, Record())
    return f"lesson {one.work.lesson}, {_counted(len(record.done), 'step')} done"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
