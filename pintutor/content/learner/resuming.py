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


def begun() -> str:
    """The lesson under way that was worked at last; empty when there is none."""
    kept = Store().load()
    names = [name for name, one in kept.items() if one.is_begun and not one.complete]
    return names[-1] if names else ""


def described(one: Broken) -> str:
    """Where a sitting broke off, in a few words."""
    jobs = f", {_counted(len(one.work.jobs), 'job')} under way" if one.work.jobs else ""
    if not one.work.lesson:
        return f"{one.work.kernel}, {_counted(len(one.work.lines), 'command')}{jobs}"
    record = Store().load().get(one.work.lesson, Record())
    return f"lesson {one.work.lesson}, {_counted(len(record.done), 'step')} done{jobs}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
