"""Places in memory as they are written: `buf`, `buf[1..3]`, `buf+512:1024`, `0x7f…`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, MmStruct

_NUMBER = r"0[xX][0-9a-fA-F]{1,20}|\d{1,20}"
_PLACE = re.compile(
    r"(?P<base>0[xX][0-9a-fA-F][0-9a-fA-F_]{,40}|[A-Za-z_]\w*)"
    r"(?:\[(?P<first>\d{1,20})(?:\.\.(?P<last>\d{1,20}))?\])?"
    rf"(?:\+(?P<offset>{_NUMBER}))?"
    rf"(?::(?P<size>{_NUMBER}))?",
    re.ASCII,
)
_MOST = 1 << 32
"""Longest range that one command may be about [bytes]."""
_BEYOND = 1 << 64
"""First address that does not fit in 64 bits."""


class NamedRange(NamedTuple):
    """Addresses that a learner named; `mprotect` may cut their VMA into several."""

    vm_mm: MmStruct
    """The address space that it was mapped in first."""
    vm_start: int
    """First address [bytes]."""
    vm_end: int
    """First address after the range [bytes]."""


class Region(NamedTuple):
    """A range of addresses that a learner named."""

    text: str
    """As it was typed."""
    start: int
    """First address [bytes]."""
    size: int
    """Length [bytes]."""
    vma: NamedRange | None
    """The named range that it lies in; None for a bare address."""

    @property
    def pages(self) -> int:
        """Pages that the range touches."""
        first = self.start // PAGE_SIZE
        return max(0, -(-(self.start + self.size) // PAGE_SIZE) - first)


def page_count(count: int) -> str:
    """A number of pages in words."""
    return f"{count} page{'' if count == 1 else 's'}"


def region_of(
    word: Word, ranges: Mapping[str, NamedRange], known: Callable[[], Mapping[str, str]]
) -> Region:
    """The range of addresses that a word names (CommandError where it names none).

    `known` gives all names that mean something, with what they mean. It is asked only
    where the word is refused: a CPU of a race reads no more than it has to.
    """
    found = _PLACE.fullmatch(word.text)
    if found is None:
        raise CommandError(
            f"`{printable(word.text[:40])}` is not a place in memory",
            word.span,
            code="bad-place",
            hint=_meant(word.text),
        )
    base = found["base"]
    if base[:2].lower() == "0x":
        whole = Region(word.text, int(base.replace("_", ""), 16), PAGE_SIZE, None)
    else:
        whole = _named(word, base, ranges, known)
    region = _narrowed(word, whole, found)
    if region.start >= _BEYOND:
        raise _at(word, found, "base", "does not fit in 64 bits", code="bad-number")
    return region


def _named(
    word: Word,
    base: str,
    ranges: Mapping[str, NamedRange],
    known: Callable[[], Mapping[str, str]],
) -> Region:
    vma = ranges.get(base)
    if vma is not None:
        return Region(word.text, vma.vm_start, vma.vm_end - vma.vm_start, vma)
    meaning = known().get(base)
    if meaning is not None:
        what = f"`{base}` is no range of memory, but {meaning}"
    else:
        what = f"no range is called `{base[:40]}`{did_you_mean(base, ranges)}"
    raise CommandError(
        what,
        Span(word.start, word.start + len(base)),
        code="unknown-name",
        hint="`mmap NAME PAGES` maps a range and names it",
    )


def _narrowed(word: Word, region: Region, found: re.Match[str]) -> Region:
    start, size = region.start, region.size
    if found["first"] is not None:
        first = int(found["first"])
        last = int(found["last"] or first)
        if last < first:
            raise _at(word, found, "last", f"is before {first}")
        if (last + 1) * PAGE_SIZE > region.size and region.vma:
            part = "last" if found["last"] else "first"
            raise _at(word, found, part, f"is not in pages 0..{size // PAGE_SIZE - 1}")
        start, size = start + first * PAGE_SIZE, (last - first + 1) * PAGE_SIZE
        if size > _MOST:
            raise _at(word, found, "last", "makes the range longer than 4 GiB")
    if found["offset"] is not None:
        offset = int(found["offset"], 0)
        start, size = start + offset, max(1, size - offset)
    if found["size"] is not None:
        size = int(found["size"], 0)
        if size == 0:
            raise _at(word, found, "size", "bytes are nothing to touch")
        if size > _MOST:
            raise _at(word, found, "size", "bytes are more than 4 GiB")
    return Region(region.text, start, size, region.vma)


def _meant(text: str) -> str:
    """What to write instead."""
    task, dot, place = text.partition(".")
    if dot and task.isidentifier() and place[:1].isalpha():
        return f"as another task: `{task}: COMMAND {printable(place[:40])}`"
    return "a name, buf[0], buf[1..3], buf+512:1024 or an address 0x7f…"


def _at(
    word: Word, found: re.Match[str], part: str, what: str, *, code: str = "bad-place"
) -> CommandError:
    """The error at one part of a place."""
    start, stop = found.span(part)
    at = Span(word.start + start, word.start + stop)
    return CommandError(f"{found[part][:40]} {what}", at, code=code)
