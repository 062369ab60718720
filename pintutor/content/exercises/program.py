"""Scripts to be put right: one with a fault, or a driver that lacks calls.

A fix fence and a driver fence hold TOML:

    ask = "Put in what the driver lacks."
    setup = '''
    mmap buf 4
    write buf "A"
    '''
    script = '''
    pin buf[0..1] write as p else out
    pin buf[2..3] write as q else undo_p
    unpin q
    undo_p:
    ?
    out:
    '''
    cases = ["", "inject grab 3"]
    goal = ["buf[0]._refcount == 1"]

A `?` of a driver is a hole for the learner's lines. All lines of a fix may be changed.
The script runs on a fresh machine for each case, a command that goes before it. A line
that fails goes on at the label behind its `else`, further down, and else at the next
line, as C does where nobody looks at what a call returns. A line that cannot be carried
out ends it, and that is wrong. After each case the goal must hold, and the books be in
order unless the goal speaks of `audit`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError
from pintutor.content.exercises import draft as drafts
from pintutor.content.exercises.draft import HOLE, Hole, holes_of, line_of, require_allowed
from pintutor.content.exercises.kinds import Judged, with_books
from pintutor.content.exercises.running import Ran, run
from pintutor.content.fences import Block
from pintutor.content.script import at_line
from pintutor.content.symptom import script_of
from pintutor.content.tables import Key, table
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import Word

KEYS = {
    "ask": Key(str),
    "kernel": Key(str, required=False),
    "setup": Key(str, required=False),
    "script": Key(str),
    "cases": Key(list, required=False),
    "goal": Key(list),
    "why": Key(str, required=False),
}


@dataclass(frozen=True, slots=True)
class Program:
    """A script with holes, and what must hold after it in each case."""

    kernel: str
    setup: tuple[str, ...]
    parts: tuple[str, ...]
    """The lines that are given, and HOLE."""
    start: str
    """What the holes hold at first, as a draft."""
    cases: tuple[str, ...]
    """A command that goes before the script; empty for none."""
    goal: tuple[str, ...]
    """What must hold after each case."""

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`edit` changes it, `check` runs it; or `answer LINE; LINE` at once"

    @property
    def holes(self) -> int:
        """How many there are."""
        return self.parts.count(HOLE)

    def shown(self, lab: Lab, draft: str) -> str:
        """The script with what is written yet, its lines numbered."""
        rows = [
            f"{number:>3}  {'>' if own else ' '} {text}"
            for number, (own, text) in enumerate(self.lines(draft), 1)
        ]
        return "\n".join(("```txt", *rows, "```"))

    def lines(self, draft: str) -> list[tuple[bool, str]]:
        """The lines in order, each behind whether the learner may change it.

        A hole that is empty is a line of its own.
        """
        holes = iter(drafts.texts_in(draft or self.start))
        found: list[tuple[bool, str]] = []
        for part in self.parts:
            if part == HOLE:
                found += [(True, text) for text in next(holes, []) or [HOLE]]
            else:
                found.append((False, part))
        return found

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """The words of the script, and the commands."""
        draft = " ".join(text for _, text in self.lines(self.start))
        words = dict.fromkeys(" ".join((*self.setup, draft)).split(), "of the script")
        words |= {one.name: one.summary for one in REGISTRY.commands.values()}
        return (each for each in words.items() if each[0].startswith(prefix))

    def meant(self, lab: Lab, given: Word) -> tuple[Hole, ...]:
        """What goes into each hole (CommandError at the word that cannot stand there)."""
        holes = holes_of(given)
        if len(holes) != self.holes:
            what = f"there are {self.holes} holes, and {len(holes)} are filled in"
            hint = "`;` stands between lines, ` | ` between holes"
            span = Span(given.start, given.stop)
            raise CommandError(what, span, code="wrong-number", hint=hint)
        for hole in holes:
            for line in hole:
                require_allowed(line)
        return holes

    def judged(self, lab: Lab, meant: tuple[Hole, ...]) -> Judged:
        """What comes of the script in each case; the first that is wrong is told of."""
        text = drafts.text_of([[line.text for line in hole] for hole in meant])
        ran = [(case, self._run(text, case)) for case in self.cases]
        missed = [(case, one, self.missing(one)) for case, one in ran]
        wrong = [each for each in missed if each[2]]
        said = tuple(_told(case, missing) for case, _, missing in missed)
        data = {
            "cases": [
                {"case": case, "holds": not missing, "missing": missing}
                for case, _, missing in missed
            ]
        }
        situation = wrong[0][1].situation if wrong else None
        return Judged(not wrong, text, said, data, situation)

    def _run(self, draft: str, case: str) -> Ran:
        lines = [line_of(Word(text, 0, len(text))) for _, text in self.lines(draft)]
        return run(self.kernel, (*self.setup, case), lines)

    def idle(self, draft: str) -> list[str]:
        """The cases whose failure does not come while the script runs."""
        return [case for case in self.cases if self._run(draft, case).waiting]

    def missing(self, ran: Ran) -> str:
        """Why a run is wrong; empty when it is right."""
        if ran.wrong:
            return ran.wrong
        for text in self.goal:
            missing = ran.situation.missing(text)
            if missing:
                return f"`{text}` does not hold: {missing}"
        return ""


def _told(case: str, missing: str) -> str:
    """One case in words."""
    name = f"after `{case}`" if case else "without a failure"
    return f"{'not yet' if missing else 'holds  '}  {name}" + (
        f": {missing}" if missing else ""
    )


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Program]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    setup = script_of(path, block, found.get("setup", ""), key="setup")
    parts = [line.strip() for line in found["script"].splitlines() if line.strip()]
    _require_lines(path, block, parts)
    start = drafts.text_of([[] for part in parts if part == HOLE])
    if block.kind == "fix":
        start, parts = drafts.text_of([parts]), [HOLE]
    return found, Program(
        found.get("kernel", kernel),
        tuple(line.text.strip() for line in setup),
        tuple(parts),
        start,
        tuple(found.get("cases", ("",))),
        with_books(tuple(found["goal"])),
    )


def _require_lines(path: Path, block: Block, parts: list[str]) -> None:
    """Refuse a script that has a hole and must not, or cannot be read (ContentError)."""
    if (HOLE in parts) != (block.kind == "driver"):
        what = "a driver has holes, each a line `?`, and a script to fix has none"
        raise ContentError(path, block.line, what, rule="PT003")
    for part in parts:
        try:
            if part != HOLE:
                line_of(Word(part, 0, len(part)))
        except CommandError as error:
            number = next((n for n, line in block.numbered() if part in line), block.line)
            raise at_line(path, number, error, rule="PT010") from None
