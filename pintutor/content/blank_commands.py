"""The command that hides numbers of a trace, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pintutor.content.exercises.blanks import BLANKS, judged, values_of
from pintutor.content.exercises.draft import holes_of
from pintutor.content.exercises.traces import COUNTS, KINDS, Trace, blanked
from pintutor.content.same import replayed, visible
from pintutor.content.session import TOPIC
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import RAW, IntRange, OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word


@dataclass(frozen=True, slots=True)
class Asked:
    """A trace whose blanks are open."""

    trace: Trace


@command(
    TOPIC,
    mutates=False,
    examples=(
        "blank pin buf[0] as p",
        "blank seed=7 blanks=4 pin buf as p; unpin p",
        "blank bits write buf 0x41",
        "blank calls pin buf",
    ),
    see=("answer", "skip"),
)
def blank(
    lab: Lab,
    lines: Annotated[Word, RAW, "commands, with `;` between them"],
    *,
    of: Annotated[str, OneOf(*KINDS), "what is hidden: numbers, bits, functions"] = COUNTS,
    seed: Annotated[int, IntRange(0, 2**63), "which numbers are hidden"] = 0,
    blanks: Annotated[int, IntRange(1, 16), "how many"] = BLANKS,
) -> Told:
    """Show what commands would do, with some of it hidden, to be answered.

    They run on a copy: your machine stays as it is. `answer` takes a value for each blank
    in order: a number, with `bits` the name of a page's flag or of a bit of an entry, with
    `calls` a function. Options stand before the commands; another seed hides other
    things.
    """
    (hole,) = _lines(lines)
    first = next(iter(lab.timeline.entries), None)
    copy = replayed(first.kernel if first else lab.kernel_name, _done(lab))
    outcomes = [copy.execute(" " * word.start + word.text) for word in hole]
    trace = blanked(outcomes, of, seed=seed, blanks=blanks)
    lab.asked = Asked(trace)
    told = "`answer VALUE VALUE …`, one for each blank, or `skip`"
    data = {"blanks": len(trace.hidden), "seed": seed}
    return Told("what stands in the blanks", (trace.markdown(), told), data)


def _lines(lines: Word) -> tuple[tuple[Word, ...], ...]:
    """The commands (CommandError when there are none, or a `|` between them)."""
    holes = holes_of(lines)
    if len(holes) == 1 and holes[0]:
        return holes
    what = "`;` stands between commands"
    raise CommandError(what, lines.span, code="missing-argument", hint="blank pin buf as p")


def _done(lab: Lab) -> list[str]:
    return [entry.line for entry in visible(lab)]


def filled_in(lab: Lab, asked: Asked, value: Word) -> Told:
    """Which of the blanks are filled in rightly (CommandError at what is no value)."""
    found = judged(asked.trace, values_of(asked.trace, value))
    data = {"beside": True, "right": found.right, **found.data}
    if found.right:
        lab.asked = None
        return Told("right", found.said, data)
    return Told("not so", (*found.said, "answer again, or `skip`"), data)
