"""A play on a terminal: it types by itself, and whoever presents it has the keys."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from pintutor.lab.errors import CommandError
from pintutor.recording.ansi import CODES, PLAIN, ansi_lines
from pintutor.recording.beats import Beat, Manner
from pintutor.recording.keyboard import Keyboard
from pintutor.recording.pace import Pace, faster, reading
from pintutor.recording.player import Player, beat_rows, no_such_mark
from pintutor.recording.playing import Source, title
from pintutor.view.ascii import ascii_rows, wanted
from pintutor.view.rows import Row, row
from pintutor.view.text import error_rows, outcome_rows
from pintutor.view.wrap import columns, cut

KEYS = "space pause  ← → beat  [ ] mark  g to a mark  + - speed  : try a line  q quit"
MORE_KEYS = "? keys  q quit"
"""What stands in a narrow terminal."""
LOOK = 0.5
"""How often the size of the terminal is looked at while nothing happens [s]."""

ENTER_SCREEN = "\x1b[?1049h\x1b[?25l"
LEAVE_SCREEN = "\x1b[?25h\x1b[?1049l"

Watcher = Callable[[Player], None]
"""Is told whenever another beat is shown."""


class Live:
    """A player, its screen and its keys."""

    def __init__(
        self, source: Source, manner: Manner, pace: Pace, *, watcher: Watcher
    ) -> None:
        self.player = Player(source, manner, asker=self._ask)
        self.pace = pace
        self.paused = False
        self.left = False
        """True when `q` was pressed."""
        self._title = title(source)
        self._watcher = watcher
        self._keyboard = Keyboard(sys.stdin.fileno())
        self._codes = PLAIN if os.environ.get("NO_COLOR") else CODES
        self._ascii = wanted(sys.stdout)
        self._typed = 0
        """Characters of the beat's line that are typed so far."""
        self._halted = -1
        """The last beat that paused the play by itself."""

    def run(self, *, start: str = "") -> None:
        """Play until the end, or until whoever presents it leaves.

        Errors: CommandError when there is no mark to start at.
        """
        with self._keyboard:
            sys.stdout.write(ENTER_SCREEN)
            try:
                if start:
                    self._start(start)
                else:
                    self._next()
                while not self.left:
                    self._step()
            except EOFError:
                pass
            finally:
                sys.stdout.write(LEAVE_SCREEN)
                sys.stdout.flush()

    def _start(self, mark: str) -> None:
        """Stand at a mark, paused (CommandError when there is none)."""
        if not self.player.to(mark):
            raise no_such_mark(mark, self.player.beats)
        self._arrive(moved=True)
        self.paused = True

    def _step(self) -> None:
        """Type a key of the beat, or leave it to be read; a key may come instead."""
        beat = self.player.beat
        whole = len(beat.line) if beat is not None and beat.prompt else 0
        self._draw()
        if self._stands():
            self._obey(self._keyboard.key(LOOK))
        elif self._typed < whole:
            self._wait(self.pace.key)
            self._typed += 1
        elif self._halts(beat):
            self.paused = True
        elif beat is None or not self._wait(reading(beat, self.pace)):
            self._next()

    def _halts(self, beat: Beat | None) -> bool:
        """True once for each beat that pauses the play: a cue, or what does not hold."""
        at = self.player.at
        if beat is None or at <= self._halted or not (beat.wrong or beat.kind == "pause"):
            return False
        self._halted = at
        return True

    def _stands(self) -> bool:
        """True when only a key goes on."""
        at_end = self.player.at == len(self.player.beats) - 1
        return self.paused or (self.player.ended and at_end)

    def _wait(self, seconds: float) -> bool:
        """Wait for a time, or less when a key comes; True when one came that counts."""
        until = time.monotonic() + seconds
        while not self._stands():
            left = until - time.monotonic()
            if key := self._keyboard.key(min(left, LOOK)):
                self._obey(key)
                return True
            if left <= LOOK:
                return False
        return True

    def _next(self) -> None:
        """Play the next beat, from the first key of its line on."""
        if self.player.forward():
            self._typed = 0
            self._watcher(self.player)

    def _arrive(self, *, moved: bool) -> None:
        """Show the beat whole that was gone to."""
        beat = self.player.beat
        self._typed = len(beat.line) if beat is not None else 0
        if moved:
            self._watcher(self.player)

    def _obey(self, key: str) -> None:
        player = self.player
        if key == " ":
            self.paused = not self.paused
        elif key in ("right", "enter", "n", "l"):
            self._forward()
        elif key in ("left", "backspace", "b", "h"):
            self.paused = True
            self._arrive(moved=player.back())
        elif key in ("[", "]"):
            self.paused = True
            self._arrive(moved=player.to_mark(1 if key == "]" else -1))
        elif key in ("+", "=", "-"):
            self.pace = faster(self.pace, -1 if key == "-" else 1)
        elif key == "g":
            self._go_to_mark()
        elif key == ":":
            self._try()
        elif key == "?":
            self._line("Enter goes on ", (row(f"  {KEYS}"),))
        elif key == "q":
            self.left = True

    def _forward(self) -> None:
        """Show the beat whole, or if it is, the next one."""
        beat = self.player.beat
        if beat is not None and beat.prompt and self._typed < len(beat.line):
            self._typed = len(beat.line)
        else:
            self._next()
            self._arrive(moved=False)

    def _go_to_mark(self) -> None:
        name = self._line("mark: ", ())
        if name and not self.player.to(name):
            marks = " ".join(beat.mark for beat in self.player.beats if beat.mark)
            self._line("Enter goes on ", (row(f"no mark `{name}`; there is {marks}"),))
        self.paused = True
        self._arrive(moved=bool(name))

    def _try(self) -> None:
        """Let who presents try lines on a machine of their own, as it stands here."""
        lab = self.player.lab()
        rows: tuple[Row, ...] = ()
        while line := self._line(f"try {lab.kernel_name} ▸ ", rows):
            try:
                rows = outcome_rows(lab.execute(line), lab=lab, width=self._width)
            except CommandError as error:
                rows = error_rows(error, line, width=self._width)

    def _ask(self, condition: str) -> str | None:
        """A line from who presents, while a condition does not hold; None to give up."""
        self._watcher(self.player)
        told = row("waits until ", (condition, "command"), " holds; an empty line goes on")
        return self._line(f"{self.player.where.kernel} ▸ ", (told,)) or None

    def _line(self, prompt: str, above: tuple[Row, ...]) -> str:
        """A line that is typed at the bottom; empty when Escape was pressed."""
        typed = ""
        while True:
            asked = row((prompt, "prompt"), (typed, "command"), ("▏", "current"))
            self._draw((*above, asked))
            key = self._keyboard.key(LOOK)
            if key == "enter":
                return typed
            if key == "escape":
                return ""
            if key == "backspace":
                typed = typed[:-1]
            elif len(key) == 1:
                typed += key

    @property
    def _width(self) -> int:
        return self.player.manner.width

    def _draw(self, below: tuple[Row, ...] = ()) -> None:
        """Paint the screen: the end of what was shown, and where the play stands."""
        width, lines = shutil.get_terminal_size((80, 24))
        room = max(1, lines - 2)
        beat = self.player.beat
        rows = [*self.player.shown(self._width), *self._present(beat), *below][-room:]
        rows += [()] * (room - len(rows))
        rows += [row(("─" * width, "dim")), self._status(width)]
        shown = [cut(one, width) for one in rows]
        texts = ansi_lines(ascii_rows(shown) if self._ascii else shown, self._codes)
        sys.stdout.write("\x1b[H" + "\r\n".join(f"{text}\x1b[K" for text in texts))
        sys.stdout.flush()

    def _present(self, beat: Beat | None) -> tuple[Row, ...]:
        """The beat as far as it is typed."""
        if beat is None:
            return ()
        if not beat.prompt or self._typed >= len(beat.line):
            return beat_rows(beat, self._width)
        part = row((beat.prompt, "prompt"), (beat.line[: self._typed], "command"))
        return ((*part, *row(("▏", "current"))),)

    def _status(self, width: int) -> Row:
        where = self.player.where
        state = "paused" if self.paused else "the end" if self._stands() else "plays"
        place = f" {self._title} · {where.kernel} · step {where.step} of {where.total}"
        how = f" · {self.pace.name} · {state}  "
        room = width - columns(place + how)
        keys = KEYS if columns(KEYS) <= room else MORE_KEYS
        return row((place, "title"), how, (keys, "dim"))
