"""Iterators as learners see them: by name, made of segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pintutor.lab.attributes import pick
from pintutor.lab.lookups import Lookup
from pintutor.linux.driver import NamedIter
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.lib.iov_iter import (
    iov_iter_alignment,
    iov_iter_gap_alignment,
    iov_iter_npages,
    iov_iter_single_seg_count,
)
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.sim.poison import is_poisoned

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_PAGES = 1 << 16


@dataclass(frozen=True, slots=True)
class IterState:
    """An iterator was made, moved or cut."""

    name: str
    kind: str
    """ITER_*."""
    direction: str
    """source or dest."""
    count: int
    """What is left [bytes]."""
    iov_offset: int
    nr_segs: int
    segment: int
    """Number of the current segment; 0 where there are none."""
    cursor: str
    """Where it stands, in words: `segment 1 of 3, byte 512`."""


@dataclass(frozen=True, slots=True)
class IterPages:
    """Pages of an iterator were got or extracted."""

    function: str
    name: str
    """What the pages are held under; empty when there are none."""
    ret: int
    """Bytes, 0, or a negative error number."""
    error: str
    """The error by name, `-EFAULT`, or empty."""
    offset0: int
    """First byte in the first page [bytes]."""
    npages: int
    pages: tuple[str, ...]
    """The pages by name; at most the first 64."""
    how: str
    """pin, reference, or nothing: how the pages are held."""
    count: int
    """What the iterator has left [bytes]."""
    iov_offset: int
    nr_segs: int
    iterator: str = ""
    """The iterator by name."""


class IterImported(NamedTuple):
    """The segments of a system call were checked, and an iterator made of them."""

    name: str
    ret: int
    """Bytes, or a negative error number."""
    error: str
    """The error by name, `-EINVAL`, or empty."""
    kind: str
    """ITER_*, or empty after an error."""
    segments: int
    """Segments that the call named."""


class IterCopied(NamedTuple):
    """Bytes were copied to or from where an iterator says."""

    function: str
    name: str
    asked: int
    ret: int
    value: str
    """The bytes, in hexadecimal; at most the first 65536 of them."""


def iters(kernel: Kernel) -> dict[str, NamedIter]:
    """The iterators by name, oldest first."""
    return {each.name: each for each in kernel.iters}


def iters_described(kernel: Kernel) -> dict[str, str]:
    """Each iterator with what it is, in a few words."""
    return {
        each.name: f"an iterator, {each.iter.iter_type}, {each.iter.count} bytes left"
        for each in kernel.iters
    }


def _iters(lab: Lab) -> Mapping[str, object]:
    return {**iters(lab.kernel)}


ITER = Lookup("ITER", "an iterator that was made", "iterator", _iters)


def direction(i: IovIter) -> str:
    """source or dest."""
    return "source" if i.data_source else "dest"


def segment(i: IovIter) -> int:
    """The number of the current segment from 0, where the iterator has some."""
    at = i.bvec or i.iov
    return at.nr if at is not None else 0


def cursor(i: IovIter) -> str:
    """Where an iterator stands, in words."""
    at = i.bvec or i.iov
    if at is not None:
        segments = len(at.array)
        if at.nr == segments:
            return f"after segment {segments - 1}"
        return f"segment {at.nr} of {segments}, byte {i.iov_offset}"
    if i.folioq is not None:
        return f"slot {i.folioq_slot}, byte {i.iov_offset} of the folio"
    if is_poisoned(i.pipe):
        return "in a pipe that was closed"
    if i.pipe is not None:
        return f"buffer {i.head}, from {i.start_head}; last_offset {i.last_offset}"
    if i.xarray is not None:
        return f"byte {i.xarray_start + i.iov_offset} of {i.xarray.name}"
    return f"byte {i.iov_offset}"


def state(named: NamedIter) -> IterState:
    """How an iterator stands now."""
    i = named.iter
    return IterState(
        named.name,
        i.iter_type,
        direction(i),
        i.count,
        i.iov_offset,
        i.nr_segs,
        segment(i),
        cursor(i),
    )


def iter_attribute(named: NamedIter, name: str) -> object:
    """What an iterator has under that name (LookupError)."""
    i = named.iter
    known: dict[str, Callable[[], Any]] = {
        "count": lambda: i.count,
        "iov_offset": lambda: i.iov_offset,
        "nr_segs": lambda: i.nr_segs,
        "segment": lambda: segment(i),
        "kind": lambda: i.iter_type,
        "direction": lambda: direction(i),
        "nofault": lambda: i.nofault,
        "folioq_slot": lambda: i.folioq_slot,
        "head": lambda: i.head,
        "last_offset": lambda: i.last_offset,
        "npages": lambda: iov_iter_npages(i, MOST_PAGES),
        "alignment": lambda: iov_iter_alignment(i),
        "gap_alignment": lambda: iov_iter_gap_alignment(i),
        "single_seg_count": lambda: iov_iter_single_seg_count(i),
        "will_pin": lambda: iov_iter_extract_will_pin(i),
    }
    return pick(known, name, "an iterator")
