"""The command that says what hardware the kernel runs on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pgtable import zero_pages as zero_pages_of
from pintutor.linux.init.main import setup_zero_pages
from pintutor.linux.mm.page_scatter import scatter_frames

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

_COUNT = IntRange(1, 8)


@dataclass(frozen=True, slots=True)
class ColoursKind:
    """A number of zero pages: 1, 2, 4 or 8."""

    name: str = "1|2|4|8"
    note: str = "1 as on x86, or one for each colour of the cache"
    raw: bool = False

    def parse(self, word: Word, lab: object) -> int:
        """The number, which is a power of two: bits of the address choose one."""
        count = _COUNT.parse(word, lab)
        if count & (count - 1):
            raise CommandError(
                f"{count} is not a power of two",
                word.span,
                code="bad-number",
                hint="bits of an address choose the zero page: 1, 2, 4 or 8 of them",
            )
        return count

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The numbers that begin with `prefix`."""
        choices = {"1": "as on x86", "2": "", "4": "", "8": "as on some MIPS processors"}
        return ((text, note) for text, note in choices.items() if text.startswith(prefix))


COLOURS = ColoursKind()


@command(
    "kernel",
    kernel="arch/mips/mm/init.c: setup_zero_pages()",
    examples=("machine", "machine zero-pages=4", "machine scattered"),
    see=("kernel", "mmap"),
)
def machine(
    lab: Lab,
    *,
    zero_pages: Annotated[int, COLOURS] = 0,
    frames: Annotated[str, OneOf("contiguous", "scattered"), "how they are given out"] = "",
) -> Table:
    """Show the machine, or choose how many zero pages it has.

    x86 has one. Where a cache tells virtual addresses apart, a read of memory that was
    never written finds one of several, by bits of its address: `zero[2]` is the one of
    colour 2, which buf[2] has. Choose before any memory is mapped or pinned, as the
    kernel does when it boots.

    With `scattered` the frames given out from now on never lie side by side, as on a
    machine that has run for long; `contiguous`, at the start, hands them out in order.
    """
    if frames:
        scatter_frames(frames == "scattered")
    if zero_pages:
        _require_unused(lab)
        setup_zero_pages(zero_pages)
    rows = (
        ("page size", PAGE_SIZE),
        ("frames", lab.kernel.zone.zone_end_pfn),
        ("given out", "scattered" if lab.kernel.zone.scattered else "contiguous"),
        ("zero pages", len(zero_pages_of(lab.kernel))),
    )
    return Table("machine", ("what", "value"), rows)


def _require_unused(lab: Lab) -> None:
    """Refuse other zero pages when somebody may know those that are (CommandError)."""
    mapped = any(task.mm.mmap for task in lab.kernel.tasks)
    if mapped or any(page._refcount != 1 for page in zero_pages_of(lab.kernel)):
        raise CommandError(
            "the zero pages are chosen before memory is mapped or pinned",
            None,
            code="too-late",
            hint="`undo` the commands so far, or `munmap` and `unpin` first",
        )
