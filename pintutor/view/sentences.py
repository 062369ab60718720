"""One change in words, with the reason where the change itself gives it."""

from pintutor.lab.results import Change
from pintutor.lab.swap_words import absent_words
from pintutor.linux.arch.x86.include.pgtable import (
    pte_none,
    pte_pfn,
    pte_present,
    pte_protnone,
    pte_special,
    pte_write,
)
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS
from pintutor.linux.include.linux.page_flags import FLAG_NAMES
from pintutor.view.notation import (
    MM_FLAGS,
    difference,
    entry_bits,
    flag_names,
    pfn_name,
    set_change,
    wrapped,
)


def sentence(change: Change, *, pinning: bool) -> str:
    """What a change means; `pinning` when the command takes or gives back pins."""
    if change.kind == "pte":
        return _entry(change)
    if change.kind == "table":
        return _table(change)
    if change.kind in ("flags", "mm_flags"):
        return _flags(change)
    if change.delta is None:
        return _text(change)
    if change.subject == "vmstat":
        return f"{change.field} counts {_some(change, 'pin')}: {change.new}"
    if change.field in ("_mapcount", "_entire_mapcount"):
        whole = ", as a whole" if change.field == "_entire_mapcount" else ""
        return f"{_maps(change)} {change.subject}{whole}"
    if change.field == "_pincount":
        return f"{change.subject} counts {_some(change, 'pin')}, exactly: it is large"
    if change.field == "_refcount":
        return _refcount(change, pinning=pinning)
    if change.field in ("head", "tail"):
        return _ring(change)
    return _text(change)


def _ring(change: Change) -> str:
    """What became of the slots of a pipe."""
    slots = _some(change, "slot").rsplit(" ", 1)[0]
    what = "used up" if change.field == "tail" else "filled"
    if difference(change) < 0:
        what = "taken back"
    told = f"{slots} of the pipe {change.subject} {'is' if slots[:3] == 'one' else 'are'}"
    return f"{told} {what}: its {change.field} is {change.new}"


def _maps(change: Change) -> str:
    delta = difference(change)
    way = "more" if delta > 0 else "less"
    if abs(delta) == 1:
        return f"one entry {way} maps"
    return f"{abs(delta)} entries {way} map"


def _some(change: Change, word: str) -> str:
    """`one pin more`, `3 pins less`."""
    delta = difference(change)
    count = abs(delta)
    noun = f"one {word}" if count == 1 else f"{count} {word}s"
    return f"{noun} {'more' if delta > 0 else 'less'}"


def _refcount(change: Change, *, pinning: bool) -> str:
    subject, delta = change.subject, difference(change)
    pins, rest = divmod(abs(delta), GUP_PIN_COUNTING_BIAS)
    way = "rose" if delta > 0 else "fell"
    if wrapped(change):
        return f"{subject}'s count wrapped: it is {change.new}, as if nobody held it"
    if pinning and pins and not rest:
        some = "one pin" if pins == 1 else f"{pins} pins"
        return (
            f"{subject}'s count {way} by {some}: {abs(delta)}, because a small page"
            " keeps its pins inside its reference count"
        )
    if pinning and delta == GUP_PIN_COUNTING_BIAS - 1:
        return (
            f"{subject}'s count rose by {delta}: with the reference taken before,"
            f" that is one pin, {GUP_PIN_COUNTING_BIAS}"
        )
    if change.old == 0:
        return f"{subject} is given out: its count is {change.new}"
    if change.new == 0:
        return f"the last reference to {subject} is gone: its frame is free"
    noun = "a reference was" if abs(delta) == 1 else f"{abs(delta)} references were"
    verb = "taken on" if delta > 0 else "dropped from"
    return f"{noun} {verb} {subject}: its count is {change.new}"


def _entry(change: Change) -> str:
    old, new = change.old, change.new
    assert isinstance(old, int) and isinstance(new, int)
    place = change.subject
    if pte_none(new):
        return f"nothing is mapped at {place} any more"
    if absent_words(new):
        return f"{place} is not mapped any more: {absent_words(new)}"
    if pte_present(old) and pte_pfn(old) == pte_pfn(new):
        return f"the entry of {place} is {entry_bits(new)} now, it was {entry_bits(old)}"
    target = pfn_name(pte_pfn(new))
    told = f"{place} maps {'the zero page' if target == 'zero' else target} now"
    access = "writable" if pte_write(new) else "read-only"
    if pte_protnone(new):
        access = "untouchable (PROT_NONE)"
    if pte_special(new):
        return f"{told}, {access}; the entry is special, so no reference is taken"
    return f"{told}, {access}"


def _table(change: Change) -> str:
    if change.new:
        return f"a new page table hangs on {change.subject}"
    return f"the page table at {change.subject} is gone"


def _flags(change: Change) -> str:
    assert isinstance(change.old, int) and isinstance(change.new, int)
    if change.kind == "mm_flags":
        return f"the address space is marked {flag_names(change.new, MM_FLAGS)}"
    gained = flag_names(change.new & ~change.old, FLAG_NAMES)
    lost = flag_names(change.old & ~change.new, FLAG_NAMES)
    parts = []
    if gained:
        parts.append(f"{change.subject} is {gained} now")
    if lost:
        parts.append(f"{change.subject} is no longer {lost}")
    return "; ".join(parts)


def _text(change: Change) -> str:
    if change.subject == "dmesg":
        return f"the kernel logs: {change.new}"
    if change.subject == "kernel":
        return f"the kernel has other patches now: {set_change(change)}"
    return f"{change.field} of {change.subject} is {change.new} now, it was {change.old}"
