"""Scenarios: `.pin` files that state what a script does on each kernel.

    # A comment.
    about: What is shown, and why it matters;
        indented lines go on.
    kernels: v6.4 v6.5 v6.4+zero-page-unpinned

    setup:
      mmap buf 2
    run:
      pin buf as p
      on <v6.5: expect zero._refcount == 1 + 2 * 1024

A name after `on` means exactly that kernel; `<v6.5` and the like compare releases.

A scenario with CPUs instead of `run:` is a race: what each CPU does, what to look at in
the end, a condition, and on which kernels it can come to hold.

    P0:
      pin buf write as p
    P1:
      fork child
    show: p[0]._refcount; buf[0].pte.write
    exists: p.count == 1 and not p[0].anon_exclusive
    result:
      v6.4 Never

`interrupts: P1 on P0`, before the CPUs, makes P1 an interrupt that comes on P0: while it
has begun and not ended, P0 does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pintutor.content.errors import NoSuchContent, shown
from pintutor.content.packs import inside
from pintutor.content.places import SCENARIOS, folder
from pintutor.content.script import ScriptLine
from pintutor.lab import releases
from pintutor.lab.errors import did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.words import Word

VERDICTS = ("Never", "Sometimes", "Always")

FEW = 8
"""Scenarios that are named to who asks for one that is not there."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a race states of some kernels."""

    number: int
    """Line of the file, from 1."""
    kernel: Word
    """The kernel by name, or a comparison of releases."""
    verdict: str
    """Never, Sometimes or Always."""

    def meant_for(self, kernel: str) -> bool:
        """True when it states something of that kernel."""
        return releases.matches(self.kernel, *releases.find(kernel))


@dataclass(frozen=True, slots=True)
class Race:
    """What CPUs do at the same time, and what can come of it."""

    cpus: tuple[tuple[ScriptLine, ...], ...]
    """The lines of each CPU."""
    shows: tuple[Expression, ...]
    """What is looked at in the end."""
    exists: Expression
    """The condition that the verdict is about."""
    claims: tuple[Claim, ...]
    interrupts: tuple[tuple[int, int], ...] = ()
    """CPUs that are interrupts, each with the CPU that it comes on."""

    def claimed(self, kernel: str) -> Claim | None:
        """What it states of a kernel; the first claim that is about it."""
        return next((each for each in self.claims if each.meant_for(kernel)), None)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script or a race, and the kernels that it makes its statements about."""

    name: str
    path: Path
    about: str
    kernels: tuple[str, ...]
    setup: tuple[ScriptLine, ...]
    run: tuple[ScriptLine, ...]
    race: Race | None = None

    @property
    def lines(self) -> tuple[ScriptLine, ...]:
        """All commands in order."""
        cpus = () if self.race is None else self.race.cpus
        return (*self.setup, *self.run, *(line for cpu in cpus for line in cpu))


def scenarios(root: Path | None = None) -> list[Path]:
    """The scenario files, by name."""
    return sorted((root or folder(SCENARIOS)).glob("*.pin"))


def find(name: str) -> Path:
    """The file of a scenario: by name, by its path in the course, or by any path.

    Errors: NoSuchContent, with the names that there are.
    """
    if Path(name).is_file():
        return Path(name)
    if Path(name).is_dir():
        hint = "a scenario is a file, `scenarios/NAME.pin`"
        raise NoSuchContent(f"`{printable(name[:60])}` is a directory", hint=hint)
    root = folder(SCENARIOS)
    stem = name.removeprefix(f"{SCENARIOS}/").removesuffix(".pin")
    packed = inside(stem)
    if packed is not None:
        root, stem = packed[0] / SCENARIOS, packed[1]
    path = root / f"{stem}.pin"
    if path.is_file():
        return path
    known = [path.stem for path in scenarios()]
    what = f"no scenario is called `{printable(name[:60])}`" + did_you_mean(stem, known)
    more = f" and {len(known) - FEW} more in {shown(root)}" if len(known) > FEW else ""
    raise NoSuchContent(what, hint="there is " + ", ".join(known[:FEW]) + more)
