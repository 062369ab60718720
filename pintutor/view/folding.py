"""Changes that say the same of many pages, folded into one."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from pintutor.lab.results import Change
from pintutor.lab.swap_words import absent_words
from pintutor.linux.arch.x86.include.pgtable import PTE_PFN_MASK, pte_none, pte_pfn
from pintutor.view.notation import entry, entry_bits, pfn_name

ENOUGH = 12
"""More changes than these are folded."""


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
    open_runs: dict[Hashable, _Open] = {}
    runs: list[_Open] = []
    for change in changes:
        stem, index = _place(change.subject)
        key = (stem, change.field, change.kind, _alike(change))
        run = open_runs.get(key)
        if run is not None and index == run.index + 1:
            run.last, run.index = change, index
            run.count += 1
            continue
        run = open_runs[key] = _Open(change, change, stem, index)
        runs.append(run)
    return tuple(run.closed() for run in runs)


@dataclass(slots=True)
class _Open:
    """A run that the next change may go on."""

    first: Change
    last: Change
    stem: str
    index: int
    """Number of the last change in its stem."""
    count: int = 1

    def closed(self) -> Run:
        """The run, with a name for all of it."""
        if self.count == 1:
            return Run(self.first.subject, self.first, self.first)
        subject = _range(self.stem, self.index - self.count + 1, self.index)
        return Run(subject, self.first, self.last, self.count)


def _place(subject: str) -> tuple[str, int]:
    """A subject as what it belongs to and its number there; -2 when it has none."""
    if subject.startswith("pfn:0x") and subject[6:].isalnum():
        return "pfn:", int(subject[4:], 16)
    stem, _, index = subject.rpartition("[")
    if not stem or index[-1:] != "]" or not index[:-1].isdecimal():
        return subject, -2
    return stem, int(index[:-1])


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
    if absent_words(first):
        return f"{entry(first)} and on"
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
