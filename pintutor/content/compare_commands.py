"""Commands that put two kernels side by side: the same lines, one cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pintutor.content import catalogue, scenario
from pintutor.content.errors import NoSuchContent
from pintutor.content.reading import load
from pintutor.content.script import ScriptLine
from pintutor.content.under_way import load_listed
from pintutor.lab import releases
from pintutor.lab.aside import own_timeline, stand_in
from pintutor.lab.comparing import Compared, Comparison, comparing
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.kinds import Completion, OneOf, matching, no_completions
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import KERNEL
from pintutor.lab.registry import REGISTRY, command
from pintutor.lab.words import Word, split, split_prefixes

TOPIC = "compare"
OF = "of"
"""What stands before the name of a lesson or a scenario."""

_PART = re.compile(r"""(?:"[^"]*"|'[^']*'|[^;"'])+""")
"""A line among several, with semicolons between them but for those in quotes."""


@dataclass(frozen=True, slots=True)
class SidesKind:
    """One kernel or two, what to run on them, and more lines behind a colon."""

    name: str = "KERNEL… [of NAME] [: LINE; …]"
    note: str = "v6.4 v6.5, of a lesson or a scenario, and a colon with lines behind it"
    raw: bool = True
    complete = no_completions

    def parse(self, word: Word, lab: object) -> Word:
        """The text with its column; the command reads it."""
        return word

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """The kernels; behind `of` lessons and scenarios; behind the colon commands."""
        head, colon, rest = word.text.partition(":")
        if colon:
            last = rest.rpartition(";")[2]
            blank = " " * (word.stop - len(last))
            return REGISTRY.complete(lab, blank + last, word.stop)
        *before, current = [*_words(Word(head, word.start, word.stop))] or [word]
        if head[-1:].isspace() or not head:
            before, current = [*before, current], Word("", word.stop, word.stop)
        if [one.text for one in before[-1:]] == [OF]:
            return matching(current, [(name, "") for name in _named()], "value")
        kernels = [*KERNEL.complete(current.text, lab)]
        return matching(current, [*kernels, (OF, "a lesson or a scenario")], "value")


SIDES = SidesKind()


@command(
    TOPIC,
    mutates=False,
    examples=(
        "compare v6.4 v6.5",
        "compare v6.1+zero-page-unpinned",
        "compare v6.4 v6.5: mmap b 1; read b; pin b as p",
    ),
    see=("difference", "leave", "kernel"),
)
def compare(lab: Lab, sides: Annotated[Word | None, SIDES] = None) -> Compared:
    """Run the same lines on two kernels, and move through both with one cursor.

    The lines are those of your history, or of a lesson or a scenario after `of`, and
    those behind a colon. One kernel is compared with that of your machine. `step`,
    `back` and the like then move both; what looks at memory looks at both, and what
    changes something changes both. A command that one of them refuses is a difference.
    """
    here = comparing(lab)
    if sides is None and here is not None:
        return here.standing()
    if sides is None:
        what = "nothing is compared yet"
        raise CommandError(what, None, code="missing-argument", hint="`compare v6.4 v6.5`")
    head, _, rest = sides.text.partition(":")
    words = [*_words(Word(head, sides.start, sides.start + len(head)))]
    kernels, name = _sides(words, sides)
    if len(kernels) == 1:
        kernels.insert(0, Word(_own(lab), sides.start, sides.start))
    lines = _lines_of(name) if name else _history(lab)
    made = Comparison(kernels[0].text, kernels[1].text, lines)
    for start, line in _typed(rest, sides.start + len(head) + 1):
        _run(made, " " * start + line)
    stand_in(lab, made.left, made)
    lab.timeline = made.restart()
    note = "`step` and `back` move both, `difference` goes to where they part"
    return made.standing(note=note)


def _words(text: Word) -> Iterator[Word]:
    for found in re.finditer(r"\S+", text.text):
        yield Word(found[0], text.start + found.start(), text.start + found.end())


def _sides(words: list[Word], whole: Word) -> tuple[list[Word], Word | None]:
    """The kernels, and what to run on them (CommandError at the word that is wrong)."""
    texts = [word.text for word in words]
    at = texts.index(OF) if OF in texts else len(words)
    kernels, named = words[:at], words[at + 1 :]
    if len(named) > 1 or (OF in texts and not named):
        span = named[1].span if named else words[at].span
        raise CommandError("`of` takes one name", span, code="unexpected-word")
    if not 1 <= len(kernels) <= 2:
        span = kernels[2].span if kernels else Span(whole.start, whole.start)
        what = "one kernel or two are compared"
        raise CommandError(what, span, code="unexpected-word", hint="`compare v6.4 v6.5`")
    for kernel in kernels:
        releases.find(kernel.text, kernel.start)
    return kernels, named[0] if named else None


def _own(lab: Lab) -> str:
    """The kernel of the learner's machine as `compare` reads it.

    Errors: CommandError when patches were taken out of its release: that has no name.
    """
    chosen = lab.chosen if lab.aside is None else lab.aside.chosen
    machine = lab.machine if lab.aside is None else lab.aside.machine
    held = {patch.name: patch for patch in releases.find(chosen.release)[1]}
    names = [getattr(layer, "name", "") for layer in machine.patches]
    if not set(held) <= set(names):
        what = f"{releases.name(chosen.release, machine.patches)} lacks a patch of its own"
        raise CommandError(what, None, code="unknown-kernel", hint="name two kernels")
    return "+".join((chosen.release, *(name for name in names if name not in held)))


def _history(lab: Lab) -> list[str]:
    """The lines of the learner's machine but those that choose its kernel."""
    chosen = ("kernel", "machine", "apply", "revert")
    return [one.line for one in own_timeline(lab).entries if one.name not in chosen]


def _named() -> list[str]:
    """The lessons and the scenarios by name."""
    lessons = [one.front.id for one in catalogue.lessons()]
    return [*lessons, *(path.stem for path in scenario.scenarios())]


def _lines_of(name: Word) -> list[str]:
    """The lines of a lesson or a scenario that change something, for any kernel."""
    script: list[ScriptLine] = []
    known = {one.front.id: one for one in catalogue.lessons()}
    if name.text in known:
        for step in load_listed(known[name.text]).steps:
            script += step.script
    else:
        try:
            found = load(scenario.find(name.text))
        except NoSuchContent as error:
            what = error.message
            raise CommandError(what, name.span, code="unknown-name") from None
        script += (*found.setup, *found.run)
    return [line.text.strip() for line in script if not line.kernels and _acts(line.text)]


def _acts(line: str) -> bool:
    """True for a line that changes the machine."""
    return REGISTRY.find(split_prefixes(split(line)).words[0]).mutates


def _typed(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines in a text, each with its column."""
    for found in _PART.finditer(text):
        if found[0].strip():
            yield start + found.start(), found[0]


def _run(made: Comparison, line: str) -> None:
    """Run a line on both; what neither takes is a mistake (CommandError)."""
    found = made.type(line)
    if isinstance(found.left, CommandError) and isinstance(found.right, CommandError):
        raise found.left


@command(
    TOPIC,
    mutates=False,
    examples=("difference", "difference next", "difference effect"),
    see=("compare", "diff"),
)
def difference(
    lab: Lab,
    *,
    which: Annotated[str, OneOf("first", "next", "prev")] = "first",
    effect: Annotated[bool, "where what they do to memory differs"] = False,
) -> Compared:
    """Go to the first step where both kernels part, and show both bodies there.

    `next` and `prev` go from there to the next stretch that differs, or the one before.
    With `effect` lines that differ and do the same are passed over.
    """
    made = comparing(lab)
    if made is None:
        what = "nothing is compared"
        raise CommandError(what, None, code="not-comparing", hint="`compare v6.4 v6.5`")
    steps, here = made.differences(effects=effect), made.timeline.cursor
    if which == "next":
        steps = [step for step in steps if step > here]
    elif which == "prev":
        steps = [step for step in reversed(steps) if step < here]
    if not steps:
        told = "they do the same" if which == "first" else "no difference is further on"
        return made.standing(note=told)
    made.timeline.seek(steps[0])
    return made.standing(bodies=True)
