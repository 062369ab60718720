"""Segments of an iterator as they are written: `buf+512:1024`, `K[1]`, `0x0:0`.

Other than a region, a segment may be empty, and may be of kernel memory or of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import PAGE_SIZE

_NUMBER = r"0[xX][0-9a-fA-F]{1,16}|\d{1,20}"
_SEGMENT = re.compile(
    r"(?P<base>0[xX][0-9a-fA-F]{1,16}|[A-Za-z_][\w-]*)"
    r"(?:\[(?P<first>\d{1,9})(?:\.\.(?P<last>\d{1,9}))?\])?"
    rf"(?:\+(?P<offset>{_NUMBER}))?"
    rf"(?::(?P<size>{_NUMBER}))?",
    re.ASCII,
)


class Segment(NamedTuple):
    """A stretch of something that has a name."""

    base: str
    """The name, or the first address as a hexadecimal number."""
    start: int
    """First byte, from the start of what has the name [bytes]."""
    size: int
    """Length [bytes]."""
    word: Word
    """As it was typed."""

    @property
    def at(self) -> Span:
        """The columns of the name."""
        return Span(self.word.start, self.word.start + len(self.base))


def segment_of(word: Word, sizes: dict[str, int], what: str) -> Segment:
    """The stretch that a word names (CommandError where it names none).

    `sizes` are the names that may stand here with their lengths, `what` what they are.
    """
    found = _SEGMENT.fullmatch(word.text)
    if found is None:
        raise CommandError(
            f"`{printable(word.text[:40])}` is no segment",
            word.span,
            code="bad-segment",
            hint="buf, buf[1..3], buf+512:1024 or buf:0",
        )
    base = found["base"]
    known = base[:2].lower() == "0x" or base in sizes
    if not known:
        raise CommandError(
            f"no {what} is called `{base[:40]}`{did_you_mean(base, sizes)}",
            Span(word.start, word.start + len(base)),
            code="unknown-name",
        )
    size = sizes.get(base, PAGE_SIZE)
    start = 0
    if found["first"] is not None:
        first = int(found["first"])
        last = int(found["last"] or first)
        if last < first or (base in sizes and (last + 1) * PAGE_SIZE > size):
            raise _outside(word, found, f"is not in pages 0..{size // PAGE_SIZE - 1}")
        start, size = first * PAGE_SIZE, (last - first + 1) * PAGE_SIZE
    if found["offset"] is not None:
        offset = int(found["offset"], 0)
        start, size = start + offset, max(0, size - offset)
    if found["size"] is not None:
        size = int(found["size"], 0)
    return Segment(base, start, size, word)


def require_within(segment: Segment, size: int) -> None:
    """Refuse a segment that goes on beyond `size` bytes (CommandError)."""
    if segment.start + segment.size > size:
        raise CommandError(
            f"`{segment.base}` ends at byte {size}: the segment ends at"
            f" {segment.start + segment.size}",
            segment.word.span,
            code="bad-segment",
        )


def _outside(word: Word, found: re.Match[str], what: str) -> CommandError:
    start = found.start("first") - 1
    end = found.end("last" if found["last"] else "first") + 1
    text = found.string[start:end]
    at = Span(word.start + start, word.start + end)
    return CommandError(f"`{text}` {what}", at, code="bad-segment")


@dataclass(frozen=True, slots=True)
class SegmentKind:
    """A segment; what may stand in it depends on the kind of the iterator."""

    name: str = "SEGMENT"
    note: str = "buf, buf[1..3], buf+512:1024, buf:0; kernel memory or a file likewise"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Word:
        """The word: the command knows what it may name."""
        return word

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The names of what has bytes."""
        for name, note in lab.names.all().items():
            if name.startswith(prefix):
                yield name, note


SEGMENT = SegmentKind()
