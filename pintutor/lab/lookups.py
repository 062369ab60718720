"""Kinds of words that look something up in a lab: regions, names, patches, flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pintutor.lab import releases
from pintutor.lab.disks import disks
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.files import files
from pintutor.lab.flags import bits, in_model
from pintutor.lab.kinds import NewName
from pintutor.lab.regions import Region, page_count
from pintutor.lab.words import Word
from pintutor.linux.block.bdev import bdev_inodes
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.foll_bits import FOLL_NAMES
from pintutor.linux.include.linux.fs import ELSEWHERE
from pintutor.patches import series
from pintutor.patches.patch import Patch
from pintutor.sim.function import FUNCTIONS, KernelFunction


@dataclass(frozen=True, slots=True)
class Lookup:
    """A kind whose words are found, and completed, in a table that the lab yields."""

    name: str
    note: str
    what: str
    """What the table holds, for messages: `patch`."""
    table: Callable[[Any], Mapping[str, object]]
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> object:
        """The entry of that name, or CommandError."""
        table = self.table(lab)
        if word.text in table:
            return table[word.text]
        shown = printable(word.text[:40])
        raise CommandError(
            f"no {self.what} is called `{shown}`" + did_you_mean(word.text, table),
            word.span,
            code=f"unknown-{self.what.split()[-1]}",
            hint=_known(table),
        )

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The names that begin with `prefix`."""
        for name, value in self.table(lab).items():
            if name.startswith(prefix):
                yield name, _meta(value)


def _known(table: Mapping[str, object]) -> str:
    if not table:
        return "there is none yet"
    names = list(table)
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return "there is " + ", ".join(names[:8]) + more


def _meta(value: object) -> str:
    if isinstance(value, Patch):
        return value.subject
    if isinstance(value, KernelFunction):
        return value.file
    if isinstance(value, HeldPages):
        return f"{page_count(len(value.pages))} held"
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class RegionKind:
    """A place in memory: `buf`, `buf[0]`, `buf[1..3]`, `buf+512:1024`, `0x7f…`."""

    name: str = "REGION"
    note: str = "buf, buf[0], buf[1..3], buf+512:1024 or an address"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Region:
        """The range of addresses."""
        region: Region = lab.names.region(word)
        return region

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """Ranges, and the pages of the range that is being typed."""
        for name, vma in lab.names.ranges().items():
            pages = (vma.vm_end - vma.vm_start) >> 12
            if name.startswith(prefix):
                yield name, f"{pages} pages at {vma.vm_start:#x}"
            if prefix.startswith(name):
                for index in range(min(pages, 8)):
                    if f"{name}[{index}]".startswith(prefix):
                        yield f"{name}[{index}]", f"page {index}"


@dataclass(frozen=True, slots=True)
class FlagsKind:
    """FOLL flags: `FOLL_WRITE|FOLL_LONGTERM`, `write|force` or a number.

    A number is read as the kernel that runs reads it, its patches included.
    """

    name: str = "FLAGS"
    note: str = "FOLL_WRITE|FOLL_FORCE, or a number as this kernel has them"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> int:
        """The flags as a number."""
        flags = 0
        at = word.start
        for part in word.text.split("|"):
            flags |= self._one(part, Word(part, at, at + len(part)), lab)
            at += len(part) + 1
        return flags

    def _one(self, part: str, word: Word, lab: Any) -> int:
        numbers = bits(lab.machine.patches)
        upper = part.upper()
        for name in (upper, f"FOLL_{upper}"):
            if name in numbers:
                return FOLL_NAMES[name]
            if name in FOLL_NAMES:
                raise CommandError(
                    f"{lab.kernel_name} has no {name}",
                    word.span,
                    code="unknown-flag",
                    hint="`flags 0xffffffff` shows who has which",
                )
        if part[:2].lower() == "0x" or part.isdigit():
            try:
                return in_model(int(part, 0) & 0xFFFFFFFF, numbers)
            except ValueError:
                pass
        raise CommandError(
            f"no flag is called `{printable(part[:40])}`" + did_you_mean(upper, numbers),
            word.span,
            code="unknown-flag",
        )

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The flags, after what stands before the last bar."""
        done, bar, part = prefix.rpartition("|")
        for name, value in bits(lab.machine.patches).items():
            if name.startswith(part.upper()):
                yield f"{done}{bar}{name}", f"{value:#x}"


@dataclass(frozen=True, slots=True)
class KernelKind:
    """A kernel: a release, or one with patches or a series: `v6.2+extract-v8`."""

    name: str = "KERNEL"
    note: str = "v6.1, v6.4+zero-page-unpinned, or v6.2+extract-v8, a whole series"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> tuple[str, tuple[Patch, ...]]:
        """The release and all its patches."""
        return releases.find(word.text, word.start)

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The releases; after a plus, the series and the patches."""
        before, plus, last = prefix.rpartition("+")
        if not plus:
            for release, patches in series.RELEASES.items():
                if release.startswith(prefix):
                    yield release, f"{len(patches)} patches over {series.BASE}"
            return
        for name, patches in series.SERIES.items():
            if name.startswith(last):
                yield f"{before}+{name}", f"{len(patches)} patches, as they were posted"
        for name, patch in series.BY_NAME.items():
            if name.startswith(last):
                yield f"{before}+{name}", patch.subject


def _patches(lab: Any) -> Mapping[str, object]:
    return series.BY_NAME


def _functions(lab: Any) -> Mapping[str, object]:
    return FUNCTIONS


def _held(lab: Any) -> Mapping[str, object]:
    held: Mapping[str, object] = lab.names.held()
    return held


def _files(lab: Any) -> Mapping[str, object]:
    made = files(lab.kernel).items()
    return {name: file for name, file in made if file.i_sb not in ELSEWHERE}


def _sources(lab: Any) -> Mapping[str, object]:
    devices = {inode.name: inode for inode in bdev_inodes(lab.kernel)}
    return {**files(lab.kernel), **devices}


def _disks(lab: Any) -> Mapping[str, object]:
    return {**disks(lab.kernel)}


def _tasks(lab: Any) -> Mapping[str, object]:
    return {task.comm: task for task in lab.kernel.tasks}


def _unused(word: Word, lab: Any) -> None:
    lab.names.require_new(word.text, word.span)


UNUSED_NAME = NewName(check=_unused)
"""A name for what a command makes, which nothing has yet."""
REGION = RegionKind()
FLAGS = FlagsKind()
KERNEL = KernelKind()
PATCH = Lookup("PATCH", "a patch by name; `patches` lists them", "patch", _patches)
FUNCTION = Lookup("FUNCTION", "a function of the model", "function", _functions)
HELD = Lookup("NAME", "a name that holds pages", "held name", _held)
TASK = Lookup("TASK", "a task by name", "task", _tasks)
DISK = Lookup("DISK", "a disk that was made", "disk", _disks)
FILE = Lookup("FILE", "a file that was made here", "local file", _files)
SOURCE = Lookup("FILE", "a file or a disk", "file", _sources)
