"""What is kept of a lesson, and how what two sittings kept of it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pintutor.content.learner.beside import NOTHING, Beside

SITTING = "---"
"""Among what was typed: a new sitting took up what had been done by then."""
AGAIN = "==="
"""Among what was typed: the lesson began anew."""


@dataclass(slots=True)
class Answer:
    """What was done about a question or a task."""

    text: str
    right: bool


@dataclass(slots=True)
class Mistake:
    """What went wrong with a question or a task, over all sittings."""

    texts: list[str] = field(default_factory=list)
    """Wrong answers as they were given, oldest first; `hint` and `skipped` besides."""
    corrected: int = 0
    """How many there were when it was answered rightly in a review."""

    @property
    def is_open(self) -> bool:
        """True when it has not been put right since it happened last."""
        return self.corrected < len(self.texts)


@dataclass(slots=True)
class Record:
    """What is kept of a lesson between two sittings."""

    done: list[str] = field(default_factory=list)
    """Ids of the steps that are done."""
    answers: dict[str, Answer] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    """Hints shown, by task."""
    lines: list[str] = field(default_factory=list)
    """The commands that made the machine what it is."""
    part: int = 0
    """Lines done of the step that comes next."""
    complete: bool = False
    """True when the lesson has been done to its end once."""
    typed: list[str] = field(default_factory=list)
    """What was typed, in order, looks aside; see typed.py."""
    take: int = 1
    """How often it has been begun anew, from 1."""
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    """By id of the step, the latest last; those of earlier takes too."""
    seed: int = 0
    """What the variant of the lesson follows from."""
    drafts: dict[str, str] = field(default_factory=dict)
    """Scripts that are being written, by id of the step."""
    undone: list[str] = field(default_factory=list)
    """The commands behind `lines`, which `redo` brings back."""
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Wrong answers of this take by id of the step, those of a task as `check`."""
    beside: Beside = NOTHING
    """The branches and marks of the machine's history."""

    @property
    def is_begun(self) -> bool:
        """True when something of it has been done in this take."""
        made = self.lines or self.undone
        return bool(self.is_typed_in or made or self.done or self.answers)

    @property
    def is_typed_in(self) -> bool:
        """True when something was typed in this take."""
        return self.typed[-1:] not in ([], [AGAIN])

    def begun_anew(self) -> Record:
        """A take more, of which nothing has been done; the mistakes are still known.

        So is what was typed: a lesson that was done is not lost by looking at it again.
        """
        typed = [*self.typed, AGAIN] if self.is_typed_in else self.typed
        complete, take = self.complete, self.take + 1
        return Record(
            complete=complete,
            typed=typed,
            take=take,
            mistakes=self.mistakes,
            seed=self.seed,
        )

    def of_seed(self, seed: int) -> Record:
        """This, or a take more when the seed is another one: its variant is another."""
        if seed == self.seed:
            return self
        mistakes, take = self.mistakes, self.take + 1
        return Record(complete=self.complete, take=take, mistakes=mistakes, seed=seed)


def merged(older: Record, newer: Record) -> Record:
    """What both say; where one stands is said by the newer, unless it is of a past take.

    Two sittings of one lesson do not know of each other: what one of them was given
    is not lost because the other one saves later.
    """
    here, other = (older, newer) if newer.take < older.take else (newer, older)
    same = (older.take, older.seed) == (newer.take, newer.seed)
    hints = {**(other.hints if same else {})}
    for name, count in here.hints.items():
        hints[name] = max(count, hints.get(name, 0))
    return replace(
        here,
        answers={**(other.answers if same else {}), **here.answers},
        hints=hints,
        wrong=_wrong(other.wrong if same else {}, here.wrong),
        complete=older.complete or newer.complete,
        mistakes=_mistakes(older.mistakes, newer.mistakes),
    )


def _wrong(other: dict[str, list[str]], here: dict[str, list[str]]) -> dict[str, list[str]]:
    """The wrong answers of the one that has more, step by step."""
    names = {**other, **here}
    each = {name: (here.get(name, []), other.get(name, [])) for name in names}
    return {name: max(both, key=len) for name, both in each.items()}


def _mistakes(older: dict[str, Mistake], newer: dict[str, Mistake]) -> dict[str, Mistake]:
    """The mistakes of both; what happened to one later stands behind."""
    found = dict(older)
    for name, mistake in newer.items():
        known = found.get(name, Mistake())
        more = len(mistake.texts) > len(known.texts)
        if more:
            found.pop(name, None)
        texts = mistake.texts if more else known.texts
        found[name] = Mistake(texts, max(known.corrected, mistake.corrected))
    return found
