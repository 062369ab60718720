"""The linear mode: the same keys, and what comes of them said in lines, one after another.

Nothing is drawn in place and nothing is redrawn, so a screen reader, or a braille line,
follows. Each change is a line of its own.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pintutor.content.races.walk_commands import under_way
from pintutor.content.session import Session
from pintutor.content.tell import told_next, told_step
from pintutor.lab.commands.jobs import under_way as jobs_under_way
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome
from pintutor.lab.results import Moved
from pintutor.tui.arrangements import LessonPanes
from pintutor.tui.desk import Desk
from pintutor.tui.keys import LESSON, TABS, Key, named
from pintutor.tui.race_keys import RACE
from pintutor.tui.waiting import Awaited
from pintutor.view import panes
from pintutor.view.ascii import ascii_text, wanted
from pintutor.view.narrate import pinning
from pintutor.view.panes import Pane
from pintutor.view.panes.told import where_row
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, as_text
from pintutor.view.sentences import sentence
from pintutor.view.text import outcome_rows

WIDTH = 10_000
"""Lines are never broken: whoever reads them does that [columns]."""
PANE = (80, 200)
"""What a pane is drawn for when it is read out [columns, rows]."""
ESCAPE = b"\x1b"
LOOK = 0.2
"""Between two looks at a line that takes long [s]."""


def run(desk: Desk) -> int:
    """Talk with a learner key by key until they leave; returns the exit code."""
    if desk.lab.jobs is not None:
        desk.lab.jobs.patience = None  # nothing comes unasked, but what ends in `&`
    return Talk(desk).run()


class Talk:
    """A desk, and the lines that are said about it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._ascii = wanted(sys.stdout)
        self._asked: str | None = None

    def run(self) -> int:
        """Read keys until the learner leaves."""
        self.say(["linear mode: the keys of the full screen, each change one line"])
        self.say(["? lists the keys, : begins a line, q leaves", *problems(self.desk)])
        if isinstance(self.desk.session, Session):
            self.say(spoken(result_rows(told_step(self.desk.session), WIDTH)))
            self._asked = self.desk.session.next_line()
        while True:
            with key_by_key():
                key = self._key(self._next_key())
                if key is not None and key.line:
                    self.carry_out(self.desk.line(key.line))
                    continue
            if key is not None and (key.id == "quit" or self._does(key)):
                return 0

    def _next_key(self) -> str:
        """The key that comes next; until then, what jobs come to is said."""
        try:
            while jobs_under_way(self.desk.lab) and not key_waits(LOOK):
                self._tell_jobs()
        except KeyboardInterrupt:
            return ""
        return read_key()

    def _tell_jobs(self) -> None:
        """Say what the jobs came to that have ended."""
        arrivals = self.desk.arrived(width=WIDTH)
        for one in arrivals:
            line = f"job {one.number}, {one.outcome.line}"
            if one.error is not None:
                self.say([refused(line, one.error)])
            else:
                self.say([line, *told(self.desk, one.outcome)])
        if arrivals:
            self._go_on()

    def say(self, lines: Iterable[str]) -> None:
        """Print lines below what was said before."""
        for line in lines:
            text = " ".join(line.split())
            print(ascii_text(text) if self._ascii else text, flush=True)

    def _key(self, name: str) -> Key | None:
        """What a key means here; says so when it means nothing."""
        group = RACE if under_way(self.desk.lab) is not None else LESSON
        for key in group:
            if name in self.desk.keymap.keys(key).split(","):
                return key
        if name:
            self.say([f"{named(name)[0]} does nothing here; ? lists the keys"])
        return None

    def _does(self, key: Key) -> bool:
        """Do what a key without a line means; True when the learner leaves."""
        if key.id == "command-line":
            return self._typed()
        elif key.id == "help":
            self.say(keys_told(self.desk, key))
        elif key.id == "go-on":
            self.carry_out(self.desk.line("go"))
        elif key.id.removeprefix("tab-") in TABS:
            self.say(tab_told(self.desk, key.id.removeprefix("tab-")))
        else:
            self.say([f"{key.id} is for the full screen: {key.about}"])
        return False

    def _typed(self) -> bool:
        """Read a line and carry it out; True when it asks to leave."""
        try:
            line = input(f"{self.desk.lab.kernel_name} > ").strip()
        except (EOFError, KeyboardInterrupt):
            self.say(["", "nothing was run"])
            return False
        if line in ("quit", "exit"):
            return True
        if line:
            self.carry_out(line)
        return False

    def carry_out(self, line: str) -> None:
        """Run a line, and say what came of it; Ctrl+C takes it back."""
        job = Awaited(line, self.desk.run)
        while True:
            try:
                if job.wait(LOOK):
                    break
            except KeyboardInterrupt:
                self.desk.lab.interrupt()
        if isinstance(job.error, CommandError):
            self.say([refused(line, job.error)])
        elif isinstance(job.error, KeyboardInterrupt):
            self.desk.interrupted(line)
            self.say([f"{line}: interrupted; the machine is as it was before"])
        elif job.error is not None:
            raise job.error
        elif job.outcome is not None:
            self.say(announced(self.desk, job.outcome))
            self._go_on()

    def _go_on(self) -> None:
        """Say what the lesson goes on with."""
        session = self.desk.session
        if session is None:
            return
        told = told_next(session, self._asked)
        self._asked = session.next_line()
        if told is not None:
            self.say(spoken(result_rows(told, WIDTH)))


def refused(line: str, error: CommandError) -> str:
    """Why a line was not carried out, and what to try."""
    return f"{line}: {error.message}" + (f"; try: {error.hint}" if error.hint else "")


def told(desk: Desk, outcome: Outcome) -> list[str]:
    """What a line told."""
    return spoken(outcome_rows(outcome, lab=desk.lab, width=WIDTH))


def announced(desk: Desk, outcome: Outcome) -> list[str]:
    """What a line did: its result, and each change as a line of its own."""
    if isinstance(outcome.result, Moved):
        where = as_text((where_row(desk.now, WIDTH),))
        return [where, *spoken(panes.told_rows(desk.now, WIDTH, 1))]
    with desk.lab.machine:
        if not outcome.changes:
            return [outcome.line, *told(desk, outcome)]
        pins = pinning(outcome.result, outcome.changes)
        changes = [sentence(one, pinning=pins) for one in outcome.changes]
        return [outcome.line, *spoken(result_rows(outcome.result, WIDTH)), *changes]


def spoken(rows: Iterable[Row]) -> list[str]:
    """Rows as lines; empty ones are left out, and so is what is only drawn."""
    lines = (line.strip(" │├─━┴") for line in as_text(rows).splitlines())
    return [line for line in lines if line]


def tab_told(desk: Desk, tab: str) -> list[str]:
    """What the panes of a tab show, their titles first."""
    arrangement = LessonPanes()
    arrangement.notice(desk.now)
    found: list[str] = []
    for name in arrangement.in_tab(tab):
        pane = _drawn(desk, name)
        found += [*spoken((pane.title,)), *spoken(pane.rows)]
    return found


def _drawn(desk: Desk, name: str) -> Pane:
    draw = {"lesson": desk.lesson_pane, "log": desk.log.draw}.get(name)
    return (draw or desk.drawing(name))(*PANE)


def keys_told(desk: Desk, asked: Key) -> list[str]:
    """Every key that does something here, and what."""
    group = RACE if under_way(desk.lab) is not None else LESSON
    heard = [key for key in group if key.line or key == asked or key.id in SPOKEN]
    told = ((key, " ".join(desk.keymap.names(key))) for key in heard)
    return [f"{names}: {key.line or key.about}" for key, names in told if names]


SPOKEN = ("command-line", "go-on", "quit", *(f"tab-{name}" for name in TABS))
"""Keys without a line that mean something here too."""


def problems(desk: Desk) -> list[str]:
    """What is wrong with the learner's own keys."""
    return list(desk.keymap.problems)


@contextmanager
def key_by_key() -> Iterator[None]:
    """Have the terminal hand on each key at once, and show none."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSADRAIN)  # what was typed already stays
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def key_waits(seconds: float) -> bool:
    """Whether a key comes within so many seconds."""
    return bool(select.select([sys.stdin.fileno()], [], [], seconds)[0])


def read_key() -> str:
    """The next key, as Textual names it; that of leaving at the end of input."""
    descriptor = sys.stdin.fileno()
    try:
        first = os.read(descriptor, 1)
        if first == ESCAPE:
            while select.select([descriptor], [], [], 0.05)[0]:
                os.read(descriptor, 1)  # an arrow or the like: it moves nothing here
    except KeyboardInterrupt:
        return ""
    return key_name(first.decode("utf-8", "replace"))


def key_name(sign: str) -> str:
    """The name of the key that a character stands for."""
    if not sign:
        return "q"
    if sign in "\r\n":
        return "enter"
    if sign.isalnum():
        return sign
    return unicodedata.name(sign, "").lower().replace("-", "_").replace(" ", "_")
