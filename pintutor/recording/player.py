"""Player: a play that goes forward and back, beat by beat.

What was shown is kept, so going back shows it again. A machine that stands where a beat
stood is made by replaying the play up to it: there is one way to get to any state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.lab import Lab
from pintutor.recording.beats import Beat, Manner, Where
from pintutor.recording.playing import Run, Source
from pintutor.recording.stage import Asker, nobody
from pintutor.view.rows import Row, row
from pintutor.view.wrap import safe, wrap


class Player:
    """A script or a lesson under way."""

    def __init__(self, source: Source, manner: Manner, *, asker: Asker = nobody) -> None:
        self.source = source
        self.manner = manner
        self.beats: list[Beat] = []
        """All that has been played so far, however far one went back."""
        self.at = -1
        """Index of the beat that is shown last; -1 before the first."""
        self.ended = False
        """True when there is nothing after the last of the beats."""
        self._asker = asker
        self._given: list[str | None] = []
        """What who presents gave to conditions, in order."""
        self._standing: list[Iterator[Beat]] = []
        self._run = Run(source, manner, asker=self._ask)
        self._coming = iter(self._run)

    def _ask(self, condition: str) -> str | None:
        self._given.append(self._asker(condition))
        return self._given[-1]

    @property
    def beat(self) -> Beat | None:
        """The beat that is shown last."""
        return self.beats[self.at] if self.at >= 0 else None

    @property
    def where(self) -> Where:
        """Where the machine stood at that beat."""
        return self.beat.where if self.beat else Where(self.source.kernel, 0, 0)

    @property
    def failures(self) -> tuple[Beat, ...]:
        """The beats that did not hold."""
        return tuple(beat for beat in self.beats if beat.wrong)

    @property
    def upcoming(self) -> str:
        """The line that is typed next; empty when it is not known yet."""
        ahead = (beat.line for beat in self.beats[self.at + 1 :] if beat.prompt)
        return next(ahead, self._run.upcoming)

    def forward(self) -> bool:
        """Play the next beat; False at the end."""
        if self.at + 1 < len(self.beats):
            self.at += 1
            return True
        beat = next(self._coming, None)
        if beat is None:
            self.ended = True
            return False
        self.beats.append(beat)
        self.at += 1
        return True

    def back(self) -> bool:
        """Show the play as it was a beat before; False at the start."""
        if self.at <= 0:
            return False
        self.at -= 1
        return True

    def to_mark(self, way: int) -> bool:
        """Go to the next mark, or the one before; False when there is none that way."""
        if way < 0:
            found = [n for n in range(self.at) if self.beats[n].mark]
            self.at = found[-1] if found else max(self.at, 0)
            return bool(found)
        while self.forward():
            if self.beat is not None and self.beat.mark:
                return True
        return False

    def to(self, name: str) -> bool:
        """Go to the mark of that name, wherever it lies; False when there is none."""
        here = self.at
        for number, beat in enumerate(self.beats):
            if name in beat.mark.split():
                self.at = number
                return True
        self.at = len(self.beats) - 1
        while self.forward():
            if self.beat is not None and name in self.beat.mark.split():
                return True
        self.at = here
        return False

    def through(self) -> None:
        """Play all that is left."""
        while self.forward():
            pass

    def lab(self) -> Lab:
        """A lab of its own that stands where the beat shown last stands."""
        given = iter(self._given)
        run = Run(self.source, self.manner, asker=lambda _: next(given, None))
        coming: Iterator[Beat] = iter(run)
        for _ in range(self.at + 1):
            next(coming)
        # It stands in the middle of a command for as long as it is not closed.
        self._standing.append(coming)
        run.stage.lab.session = None
        return run.stage.lab

    def shown(self, width: int) -> tuple[Row, ...]:
        """All rows up to the beat that is shown last, without that beat's own."""
        rows: list[Row] = []
        for beat in self.beats[: max(0, self.at)]:
            rows += beat_rows(beat, width)
        return tuple(rows)


def beat_rows(beat: Beat, width: int) -> tuple[Row, ...]:
    """Everything of a beat: the line and what it told, else what does not hold."""
    if beat.wrong and not beat.rows:
        return safe(wrap(row(("! ", "bad"), (beat.wrong, "bad")), width, indent=2))
    return (*beat.typed(width), *safe(beat.rows))


def no_such_mark(name: str, beats: Sequence[Beat]) -> CommandError:
    """The error for a mark that none of the beats has."""
    marks = [mark for beat in beats for mark in beat.mark.split()]
    what = f"no mark is called `{printable(name[:40])}`" + did_you_mean(name, marks)
    hint = "there is " + ", ".join(marks) if marks else "there is none"
    return CommandError(what, None, code="unknown-mark", hint=hint)
