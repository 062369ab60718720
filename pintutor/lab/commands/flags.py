"""The command that reads raw words of flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.flags import PROPOSED, bits, decode, numberings
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.patches.series import RELEASES

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command(
    "look",
    mutates=False,
    kernel="include/linux/mm.h, since v6.3 include/linux/mm_types.h and mm/internal.h",
    examples=("flags 0x10000", "flags 0x40001 v6.1"),
    see=("gup",),
)
def flags(
    lab: Lab,
    value: Annotated[int, IntRange(0, (1 << 32) - 1)],
    *,
    numbers: Annotated[str, OneOf(*RELEASES, PROPOSED), "one numbering only"] = "",
) -> Table:
    """Say which FOLL_* flags a raw number holds in each of the numberings.

    The flags were numbered anew in v6.3, so the same number asks for something else
    there: a program that was built with the old ones goes wrong. `v8` is a numbering
    that was proposed and never merged. Each numbering stands under its first release.
    """
    here = bits(lab.machine.patches)
    known = numberings()
    if numbers in RELEASES:
        known = {numbers: bits(RELEASES[numbers])}
    elif numbers:
        known = {numbers: known[numbers]}
    elif here not in known.values():
        known[lab.kernel_name] = here
    rows = []
    for name, table in known.items():
        names, rest = decode(value, table)
        unknown = f"{rest:#x}" if rest else ""
        rows.append(("*" if table == here else "", name, " ".join(names), unknown))
    columns = ("", "numbers", "flags", "no flag")
    note = f"* marks the numbers of {lab.kernel_name}"
    return Table(f"flags {value:#x}", columns, tuple(rows), note)
