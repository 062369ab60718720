"""Find who holds a page: the books say whether a name stands for the one.

A holder fence holds TOML:

    ask = "The mapping may hold `buf[0]`. Who else does?"
    page = "buf[0]"
    besides = ["init"]

Any name of the holder counts: a driver's array or one of its pages, a pipe, a disk for
the bio in its queue, a task or a range for a mapping. `nobody` is right for units that
no holder accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pintutor.content.exercises.kinds import Judged
from pintutor.content.fences import Block
from pintutor.content.situation import Situation
from pintutor.content.tables import Key, table
from pintutor.lab import books
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.fields import PAGE
from pintutor.lab.lab import Lab
from pintutor.lab.names import Names
from pintutor.lab.words import Word
from pintutor.linux.holders.ledger import Owner
from pintutor.linux.include.linux.mm_types import Page

KEYS = {
    "ask": Key(str),
    "page": Key(str),
    "besides": Key(list, required=False),
    "why": Key(str, required=False),
    "wrong": Key(dict, required=False),
}

NOBODY = "nobody"
_PART = re.compile(r"(\[-?\d+\]|\.tmp_page)$")
_OF = re.compile(r"\b(?:of|to) (\w+)$")


@dataclass(frozen=True, slots=True)
class Meant:
    """Who an answer names, by what they hold of the page."""

    holders: frozenset[tuple[str, str]]
    """Kind and name in the ledger; empty for who holds nothing of it."""
    nobody: bool
    text: str = field(compare=False)
    """As it was written."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A page, and those who are known to hold it."""

    page: str
    besides: tuple[str, ...]
    """Names of holders that are not asked for."""

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`answer NAME`: a name of the holder, or `answer nobody`"

    def shown(self, lab: Lab, draft: str) -> str:
        """Nothing: the page is in the question."""
        return ""

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """Every name, and nobody."""
        with lab.machine:
            names = {**lab.names.all(), NOBODY: "units that no holder accounts for"}
        return (each for each in names.items() if each[0].startswith(prefix))

    def meant(self, lab: Lab, given: Word) -> Meant:
        """The holders of the page that a name stands for (CommandError for no name)."""
        text = _stem(" ".join(given.text.split()))
        if text == NOBODY:
            return Meant(frozenset(), nobody=True, text=text)
        held = self.holders(lab)
        holders = frozenset(key for key, names in held.items() if text in names)
        known = {name for names in held.values() for name in names}
        known |= lab.names.all().keys()
        if text in known:
            return Meant(holders, nobody=False, text=text)
        raise CommandError(
            f"nothing is called `{printable(text[:40])}`" + did_you_mean(text, known),
            given.span,
            code="unknown-name",
            hint="a driver's pages, a pipe, a disk, a task, a range, or `nobody`",
        )

    def judged(self, lab: Lab, meant: Meant) -> Judged:
        """Whether these are holders that were asked for."""
        held = self.holders(lab)
        sought = {
            key for key, names in held.items() if not names.intersection(self.besides)
        }
        right = bool(meant.holders & sought)
        if meant.nobody:
            right = not sought and bool(self._unaccounted(lab))
        data = {"name": meant.text, "page": self.page}
        situation = Situation(lab, {})
        return Judged(right, meant.text, (self._said(meant),), data, situation)

    def _said(self, meant: Meant) -> str:
        if meant.nobody:
            return f"you say that nobody holds the rest of {self.page}"
        if not meant.holders:
            return f"`{meant.text}` holds nothing of {self.page}"
        kinds = ", ".join(sorted({kind for kind, _ in meant.holders}))
        return f"`{meant.text}` holds {self.page}: {kinds}"

    def holders(self, lab: Lab) -> dict[tuple[str, str], set[str]]:
        """The holders of the page with all names that stand for each (CommandError)."""
        with lab.machine:
            owners = books.owners(lab, self._page(lab))
            return {
                (one.kind, one.name): {*_names(lab, one)}
                for one in owners
                if one.units or one.pins
            }

    def _page(self, lab: Lab) -> Page:
        return PAGE.parse(Word(self.page, 0, len(self.page)), lab)

    def _unaccounted(self, lab: Lab) -> int:
        with lab.machine:
            found = [books.why(lab, self._page(lab), count) for count in books.COUNTS]
        return max((abs(one.unaccounted) for one in found), default=0)


def _stem(name: str) -> str:
    """What a page of something belongs to: `log` for `log[0]`."""
    return _PART.sub("", name)


def _names(lab: Lab, owner: Owner) -> Iterator[str]:
    """Every name that stands for a holder."""
    stem = _stem(owner.name)
    yield stem
    of = _OF.search(stem)
    if of:
        yield of[1]
    if owner.kind == "mapping":
        task, address = owner.name.split()
        yield task
        yield _range(lab.names, task, int(address, 16))
    for bio in lab.kernel.bios if owner.kind == "bio" else ():
        if stem == f"bio {bio.nr}" and bio.bi_bdev is not None:
            yield bio.bi_bdev.bd_disk.disk_name


def _range(names: Names, comm: str, address: int) -> str:
    """The range that an address lies in: `buf`, or `child.buf` for another task."""
    task = next(task for task in names.kernel.tasks if task.comm == comm)
    return _stem(names.place(address, task))


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Holder]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    return found, Holder(found["page"], tuple(found.get("besides", ())))
