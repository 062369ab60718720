"""One step in one line of words: what the line of the model did, and why.

The words follow from what changed, from the line that ran and from the line that ran
after it; nothing here knows a lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pintutor.lab.changes import step_changes
from pintutor.lab.results import Change, Gup, Poked, Released
from pintutor.lab.results_races import Turned
from pintutor.lab.sources import Located, located
from pintutor.lab.timeline import Entry, Stand
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.sim.function import CODES
from pintutor.sim.recorder import Event
from pintutor.view.before import Before
from pintutor.view.calls import local
from pintutor.view.folding import fold
from pintutor.view.made import made
from pintutor.view.narrate_io import io_sentences
from pintutor.view.sentences import sentence
from pintutor.view.values import value_words

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

_LOCK = re.compile(r'(spin_lock|spin_unlock|(?:down|up)_(?:read|write))\(.*"(\w+)"\)')
_LOCKS = {
    "spin_lock": "takes {}",
    "spin_unlock": "drops {}",
    "down_read": "takes {} for reading",
    "down_write": "takes {} for writing",
    "up_read": "drops {}, as a reader",
    "up_write": "drops {}, as the writer",
}
_SETS = re.compile(r"(?P<what>[\w.()\[\], ]+?) (?P<sign>[-+|&*]?=) (?P<value>.+)")
_SIGNS = {
    "=": "sets `{}` to `{}`",
    "+=": "adds to `{}`: `{}`",
    "-=": "takes from `{}`: `{}`",
    "|=": "sets bits of `{}`: `{}`",
    "&=": "keeps of `{}` only `{}`",
    "*=": "multiplies `{}` by `{}`",
}

MOST = 2
"""Changes that are told; others are counted."""


def pinning(result: object, changes: Iterable[Change]) -> bool:
    """True for a command that takes or gives back pins: it returns so, or counts them."""
    if any(change.subject == "vmstat" for change in changes):
        return True
    if isinstance(result, Gup):
        return result.function.startswith("pin")
    return isinstance(result, Released) and result.function.startswith("unpin")


def narrate(
    lab: Lab, step: int, *, found: tuple[Change, ...] | None = None, most: int = MOST
) -> str:
    """What a step did, in one line; the lab must stand at that step.

    `found` is what it changed, for whoever has worked that out already. At most so many
    changes are told, others counted.
    """
    stand = lab.timeline.stand(step)
    if stand.entry is None:
        return "Nothing has run yet: the machine has just booted."
    with lab.machine:
        if found is None:
            found = step_changes(lab, step)
        if isinstance(stand.entry.result, Poked):
            return _poked(stand.entry.result)
        if found:
            entry = stand.entry
            pins = pinning(entry.result, entry.changes) and not _on_large(stand.event)
            told = [sentence(one.change, pinning=pins) for one in fold(found)]
            return _joined([one for one in told if one], most)
        start = stand.entry.position(stand.local - 1)
        told_io = io_sentences(lab, Before(lab.machine.journal.since(start)))
        if told_io:
            return _joined(told_io, most)
        if stand.event is None:
            return _ending(stand.entry)
        return _ended(_line(lab, stand.entry, stand))


def _poked(result: Poked) -> str:
    told = f"{result.field} is {result.new} now, it was {result.old}"
    return f"{told}: set by hand, no kernel did this."


def _on_large(event: Event | None) -> bool:
    """True for a line that works on a large folio, which counts its pins exactly."""
    folio = local(event, "folio") if event is not None else None
    return isinstance(folio, Page) and folio_test_large(Folio(folio))


def _joined(parts: list[str], most: int) -> str:
    unique = list(dict.fromkeys(parts))
    return _ended("; ".join((*unique[:most], *and_more(len(unique) - most))))


def and_more(count: int) -> tuple[str, ...]:
    """So many changes that are not told, if there are any."""
    return (f"{count} change{'' if count == 1 else 's'} more",) if count > 0 else ()


def _ended(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith(".") else f"{text}."


def _ending(entry: Entry) -> str:
    if entry.oops is not None:
        return f"The kernel stopped here: {entry.oops}."
    if isinstance(entry.result, Turned):
        return f"{entry.result.told}."
    count = len(entry.events)
    lines = "1 line" if count == 1 else f"{count} lines"
    what = made(entry.result)
    told = f"made {what}" if what else "is done"
    return f"`{entry.line}` {told}: {lines} of the model ran."


def _line(lab: Lab, entry: Entry, stand: Stand) -> str:
    """What a line did that changed nothing that is shown."""
    event = stand.event
    assert event is not None, "a line ran"
    after = entry.event(stand.local + 1)
    here = located(event)
    if event.returns:
        return "back in " + after.function if after else "the call is over"
    if after is not None and after.depth > event.depth:
        return _enters(after)
    if found := _LOCK.search(here.text):
        return f"{here.function} {_LOCKS[found[1]].format(found[2])}"
    if here.text.startswith(("if ", "elif ", "while ")) and after is not None:
        return _condition(here, event, after)
    return _assigned(lab, event, after) or _plain_line(here)


def _enters(after: Event) -> str:
    purpose = (CODES[after.code].__doc__ or "").strip().partition("\n")[0]
    return f"into {after.function}: {purpose[:1].lower()}{purpose[1:]}"


def _condition(here: Located, event: Event, after: Event) -> str:
    """Whether the condition held: then its body runs, which is on the next line."""
    condition = re.sub(r"^(if|elif|while) ", "", here.text).removesuffix(":")
    if condition == "True":
        return "once round the loop"
    if not here.text.endswith(":"):
        return "a condition over several lines"
    inner = after.line == event.line + 1 and not after.returns
    return f"`{condition}` {'holds' if inner else 'does not hold'}"


def _assigned(lab: Lab, event: Event, after: Event | None) -> str:
    """The local names that the line gave a value."""
    if after is None or after.depth != event.depth:
        return ""
    before = dict(event.names)
    new = [
        (name, value)
        for name, value in after.names
        if name not in before or before[name] is not value
    ]
    shown = [f"`{name}` is {value_words(lab, name, value)}" for name, value in new]
    return ", ".join(shown[:2])


def _plain_line(here: Located) -> str:
    """What can be said of a line by its text alone."""
    if here.text.startswith("return"):
        value = here.text.removeprefix("return").strip()
        return f"{here.function} returns" + (f" `{value}`" if value else "")
    if found := _SETS.fullmatch(here.text):
        what, value = found["what"], found["value"]
        return f"{here.function} {_SIGNS[found['sign']].format(what, value)}"
    return f"{here.function} goes on"
