"""Changes that say the same of many pages, folded into one."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from pintutor.lab.results import Change
from pintutor.linux.arch.x86.include.pgtable import PTE_PFN_MASK, pte_none, pte_pfn
from pintutor.view.notation import entry, entry_bits, pfn_name

ENOUGH = 12
"""More changes than these are folded."""

_INDEXED = re.compile(r"(?P<stem>.+)\[(?P<index>\d+)\]|pfn:(?P<pfn>0x[0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """One change, or the same change of neighbours."""

    subject: str
    """What changed: `buf[0]`, or `buf[0..511]`."""
    change: Change
    """The change, or the first of them."""
    last: Change
    """The last of them."""
    count: int = 1


def fold(changes: tuple[Change, ...]) -> tuple[Run, ...]:
    """The changes in their order; with many of them, neighbours alike are one run."""
    if len(changes) <= ENOUGH:
        return tuple(Run(each.subject, each, each) for each in changes)
    open_runs: dict[Hashable, int] = {}
    runs: list[Run] = []
    for change in changes:
        stem, index = _place(change.subject)
        key = (stem, change.field, change.kind, _alike(change))
        at = open_runs.get(key)
        if at is not None and index == _place(runs[at].last.subject)[1] + 1:
            run = runs[at]
            subject = _range(stem, _place(run.change.subject)[1], index)
            runs[at] = replace(run, subject=subject, last=change, count=run.count + 1)
            continue
        open_runs[key] = len(runs)
        runs.append(Run(change.subject, change, change))
    return tuple(runs)


def _place(subject: str) -> tuple[str, int]:
    """A subject as what it belongs to and its number there; -2 when it has none."""
    found = _INDEXED.fullmatch(subject)
    if found is None:
        return subject, -2
    if found["pfn"]:
        return "pfn:", int(found["pfn"], 16)
    return found["stem"], int(found["index"])


def _range(stem: str, first: int, last: int) -> str:
    if stem == "pfn:":
        return f"pfn:{first:#x}..{last:#x}"
    return f"{stem}[{first}..{last}]"


def _alike(change: Change) -> Hashable:
    """What two changes must share to be one: all but the frame an entry points to."""
    if change.kind not in ("pte", "table"):
        return (change.old, change.new)
    return tuple(_unframed(value) for value in (change.old, change.new))


def _unframed(value: int | str) -> Hashable:
    assert isinstance(value, int)
    known = pfn_name(pte_pfn(value)) == "zero"
    return (value & ~PTE_PFN_MASK, known, pte_none(value))


def entries(first: int | str, last: int | str, count: int) -> str:
    """The `count` entries of a run in words: `pfn:0x2000..0x21ff rw-ad`."""
    assert isinstance(first, int) and isinstance(last, int)
    if pte_none(first) or pte_pfn(first) == pte_pfn(last):
        return entry(first)
    if pte_pfn(last) - pte_pfn(first) != count - 1:
        return f"{count} frames {entry_bits(first)}"
    return f"pfn:{pte_pfn(first):#x}..{pte_pfn(last):#x} {entry_bits(first)}"


def listed(names: Iterable[str]) -> str:
    """Names in one line, repetitions and neighbours folded: `zero ×4 buf[4..7]`."""
    parts: list[tuple[str, int, int, int]] = []
    for name in names:
        stem, index = _place(name)
        if parts and parts[-1][0] == stem:
            stem, first, last, count = parts[-1]
            if index == last and first == last:
                parts[-1] = (stem, first, last, count + 1)
                continue
            if index == last + 1 and count == 1:
                parts[-1] = (stem, first, index, 1)
                continue
        parts.append((stem, index, index, 1))
    return " ".join(_part(*part) for part in parts)


def _part(stem: str, first: int, last: int, count: int) -> str:
    if first != last:
        return _range(stem, first, last)
    name = stem if first < 0 else _single(stem, first)
    return name if count == 1 else f"{name} ×{count}"


def _single(stem: str, index: int) -> str:
    return f"pfn:{index:#x}" if stem == "pfn:" else f"{stem}[{index}]"
