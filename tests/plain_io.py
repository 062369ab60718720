"""Plain arrays of bytes that follow what I/O does, written without the model.

What cannot be known, because two things happened at once, is marked so until
everything is at rest; then it is learned from the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

PAGE = 4096


class Part(NamedTuple):
    """A stretch of some array, by the name of that [bytes]."""

    name: str
    at: int
    size: int

    def meets(self, other: Part) -> bool:
        """True when both are about the same page."""
        return (
            self.name == other.name
            and self.size > 0 < other.size
            and self.at // PAGE <= (other.at + other.size - 1) // PAGE
            and other.at // PAGE <= (self.at + self.size - 1) // PAGE
        )


class Piece(NamedTuple):
    """Bytes on their way, and which of them are known (1) or not (0)."""

    data: bytes
    known: bytes

    def cut(self, size: int) -> Piece:
        """The first bytes of it."""
        return Piece(self.data[:size], self.known[:size])


@dataclass
class Array:
    """Bytes of which some may be unknown."""

    data: bytearray
    known: bytearray

    @classmethod
    def zeroes(cls, size: int) -> Array:
        """An array of zeroes."""
        return cls(bytearray(size), bytearray(b"\1" * size))

    def get(self, at: int, size: int) -> Piece:
        """A stretch of it."""
        return Piece(bytes(self.data[at : at + size]), bytes(self.known[at : at + size]))

    def put(self, at: int, piece: Piece) -> None:
        """Store a piece."""
        self.data[at : at + len(piece.data)] = piece.data
        self.known[at : at + len(piece.data)] = piece.known

    def forget(self, at: int, size: int) -> None:
        """Nobody can say what is there any more."""
        size = max(0, min(size, len(self.data) - at))
        self.known[at : at + size] = bytes(size)

    def resize(self, size: int) -> None:
        """Cut it, or add zeroes."""
        more = max(0, size - len(self.data))
        self.data = self.data[:size] + bytes(more)
        self.known = self.known[:size] + b"\1" * more

    def same(self, found: bytes) -> bool:
        """True when `found` is what must be here."""
        if bytes(self.data) == found:
            return True
        return len(found) == len(self.data) and all(
            mine == there or not known
            for mine, there, known in zip(self.data, found, self.known, strict=True)
        )


@dataclass
class Spliced:
    """A part of what is in a pipe, and the memory that it may still be."""

    piece: Piece
    sources: tuple[Part, ...]


@dataclass
class Pending:
    """A transfer that was begun: what is to be stored where."""

    piece: Piece
    to: tuple[Part, ...]
    sources: tuple[Part, ...]
    clean: bool
    """False when something else happened to the same pages."""


@dataclass
class PlainMachine:
    """Memory, files, disks and pipes."""

    arrays: dict[str, Array] = field(default_factory=dict)
    access: dict[str, list[str]] = field(default_factory=dict)
    """What may be done with each page of memory: rw, r, none, or gone."""
    pipes: dict[str, list[Spliced]] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)

    def touch(self, *parts: Part) -> None:
        """Something happens to these pages: what is under way there gets unclear."""
        for one in self.pending:
            if _meet(parts, (*one.to, *one.sources)):
                one.clean = False
        for segment in (segment for pipe in self.pipes.values() for segment in pipe):
            if _meet(parts, segment.sources):
                segment.piece = Piece(segment.piece.data, bytes(len(segment.piece.data)))

    def gather(self, parts: tuple[Part, ...]) -> Piece:
        """The bytes of some stretches, one behind the other."""
        pieces = [self.arrays[one.name].get(one.at, one.size) for one in parts]
        return Piece(b"".join(p.data for p in pieces), b"".join(p.known for p in pieces))

    def scatter(self, parts: tuple[Part, ...], piece: Piece) -> None:
        """Store bytes to some stretches, until there are no more."""
        done = 0
        for one in parts:
            size = min(one.size, len(piece.data) - done)
            if one.name in self.arrays and size > 0:
                part = Piece(
                    piece.data[done : done + size], piece.known[done : done + size]
                )
                self.arrays[one.name].put(one.at, part)
            done += max(0, size)

    def forget(self, parts: tuple[Part, ...]) -> None:
        """These stretches may hold anything."""
        for one in parts:
            if one.name in self.arrays:
                self.arrays[one.name].forget(one.at, one.size)

    def settle(self, *, ended: bool) -> None:
        """What became unclear may be there by now; all of it when everything ended."""
        for one in self.pending:
            if not one.clean:
                self.forget(one.to)
            elif ended:
                self.scatter(one.to, one.piece)
        if ended:
            self.pending.clear()

    def allowed(self, parts: tuple[Part, ...], *, writing: bool) -> int:
        """How many bytes can be reached before a page that cannot be."""
        reached = 0
        for page, size in (found for one in parts for found in _pages(one)):
            modes = self.access.get(page.name)
            mode = modes[page.at // PAGE] if modes else "rw"
            if mode != "rw" and (writing or mode != "r"):
                return reached
            reached += size
        return reached

    def piped(self, name: str) -> Piece:
        """What is in a pipe."""
        pieces = [segment.piece for segment in self.pipes[name]]
        return Piece(b"".join(p.data for p in pieces), b"".join(p.known for p in pieces))

    def drain(self, name: str, size: int) -> None:
        """Take the first bytes out of a pipe."""
        rest: list[Spliced] = []
        for one in self.pipes[name]:
            off = min(size, len(one.piece.data))
            size -= off
            if off < len(one.piece.data):
                left = Piece(one.piece.data[off:], one.piece.known[off:])
                rest.append(Spliced(left, one.sources))
        self.pipes[name] = rest


def _meet(some: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    return any(one.meets(other) for one in some for other in others)


def _pages(part: Part) -> Iterator[tuple[Part, int]]:
    """A stretch page by page."""
    at = part.at
    while at < part.at + part.size:
        size = min(PAGE - at % PAGE, part.at + part.size - at)
        yield Part(part.name, at, size), size
        at += size


def overlapping(parts: tuple[Part, ...]) -> bool:
    """True when two of the stretches are about the same page."""
    return any(
        one.meets(other) for nr, one in enumerate(parts) for other in parts[nr + 1 :]
    )


def first(parts: tuple[Part, ...], size: int) -> tuple[Part, ...]:
    """The first bytes of some stretches."""
    found = []
    for one in parts:
        found.append(one._replace(size=min(one.size, size)))
        size -= found[-1].size
    return tuple(found)


def after(parts: tuple[Part, ...], size: int) -> tuple[Part, ...]:
    """What is left of some stretches behind their first bytes."""
    found = []
    for one in parts:
        cut = min(one.size, size)
        found.append(Part(one.name, one.at + cut, one.size - cut))
        size -= cut
    return tuple(found)


def unknown(piece: Piece) -> Piece:
    """The bytes, of which none are known to be so."""
    return Piece(piece.data, bytes(len(piece.data)))
