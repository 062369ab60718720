"""Two kernels at once: the same lines on both, one cursor, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from pintutor.lab.changes import step_changes
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.lockstep import Lockstep, Place, Typed
from pintutor.lab.results import Change
from pintutor.lab.sources import body_of, located

if TYPE_CHECKING:
    from pintutor.lab.declaration import Command

APART = ("time", "course", "racing", "session", "compare")
"""Topics of commands that are about both machines already, or about neither."""

REASONS = {
    "line": "they run different lines",
    "writes": "they write different things",
    "result": "the command ends in another result",
    "refused": "only one of them takes the command",
    "stopped": "only one of them stops here",
}


class Half(NamedTuple):
    """One side of a step."""

    kernel: str
    function: str
    """The function of the line that ran; empty at the end of a command."""
    file: str
    line: int
    """Line within the body, from 1."""
    text: str
    origin: str
    """The base release, or the patch that the body comes from."""
    moved: bool
    """True when the step moved this side."""
    changes: tuple[Change, ...]
    told: str
    """What became of the command, at its end: a refusal, or what stopped the kernel."""
    body: tuple[str, ...] = ()
    """The whole body, where it is asked for."""
    result: object = None
    """What the command came to, at its end."""


class Compared(NamedTuple):
    """A step of both sides."""

    step: int
    of: int
    command: str
    reason: str
    """Why the sides differ here; empty when they do not."""
    left: Half
    right: Half
    note: str = ""


class Both(NamedTuple):
    """What a line came to on both sides."""

    left: Outcome | CommandError
    right: Outcome | CommandError


class Comparison:
    """The same lines on two kernels."""

    taught = False
    """No lesson takes note of what is done on machines that are none of its own."""

    def __init__(self, left: str, right: str, lines: Iterable[str]) -> None:
        self.kernels = left, right
        self.left, self.right = Lab(left), Lab(right)
        self.typed: list[Typed] = []
        self.refusals: dict[int, tuple[str, str]] = {}
        """By number of the line: why each side did not take it."""
        for line in lines:
            self.type(line)
        self.timeline = self.restart()

    @property
    def labs(self) -> tuple[Lab, Lab]:
        """The two sides."""
        return self.left, self.right

    def type(self, line: str) -> Both:
        """Run a line on both; a command of either is a part of their history then."""
        counts = [len(lab.timeline.entries) for lab in self.labs]
        found = Both(*(_execute(lab, line) for lab in self.labs))
        made = [
            lab.timeline.entries[-1] if len(lab.timeline.entries) > count else None
            for lab, count in zip(self.labs, counts, strict=True)
        ]
        if any(made):
            why = (_refusal(found.left), _refusal(found.right))
            self.refusals[len(self.typed)] = why
            self.typed.append(Typed(line.strip(), *made))
        return found

    def refusal(self) -> CommandError:
        """Why a command that would change one machine alone is refused."""
        return CommandError(
            "two kernels are compared: only what runs on both changes anything",
            None,
            code="comparing",
            hint="`leave` returns to your own machine",
        )

    def farewell(self) -> str:
        """What is said when it is left."""
        return f"{' and '.join(self.kernels)} are compared no longer"

    def asked(self, lab: Lab, command: Command, line: str) -> object:
        """What a line comes to on both sides; None for one that is not theirs.

        Errors: CommandError when both refuse it for the same reason.
        """
        if command.topic in APART or command.name == "help":
            return None
        if not command.mutates and command.topic != "testing":
            return _agreed(Both(*(_execute(each, line) for each in self.labs)))
        for each in self.labs:  # what is typed goes behind all that was typed
            with each.machine:
                each.timeline.seek(each.timeline.total)
        found = self.type(line)
        lab.timeline = self.restart()
        return _agreed(found)

    def restart(self) -> Lockstep:
        """The history of both up to now, at its end."""
        self.timeline = Lockstep(self.left, self.right, self.typed)
        return self.timeline

    def standing(self, *, bodies: bool = False, note: str = "") -> Compared:
        """Both sides where the cursor is, with the whole bodies if they are wanted."""
        timeline = self.timeline
        step = timeline.cursor
        now, before = timeline.places[step], timeline.places[max(0, step - 1)]
        entry = timeline.stand().entry
        why = ("", "")
        if entry is not None and timeline.stand().at_end:
            why = self.refusals[timeline.entries.index(entry)]
        left, right = (
            _half(lab, moved, told, bodies=bodies)
            for lab, moved, told in zip(self.labs, _moved(now, before), why, strict=True)
        )
        line = entry.line if entry else ""
        return Compared(step, timeline.total, line, now.reason, left, right, note)

    def differences(self, *, effects: bool = False) -> list[int]:
        """The first step of each stretch in which the sides differ.

        With `effects`, those in which what they do to memory differs, or what comes of it.
        """
        return self.timeline.differences(effects=effects)


def comparing(lab: Lab) -> Comparison | None:
    """The comparison that a lab stands in."""
    guest = lab.aside.guest if lab.aside is not None else None
    return guest if isinstance(guest, Comparison) else None


def _execute(lab: Lab, line: str) -> Outcome | CommandError:
    try:
        return lab.execute(line)
    except CommandError as error:
        return error


def _agreed(found: Both) -> Both:
    """What came of a line; what both refuse alike is a mistake (CommandError)."""
    left, right = found
    refused = isinstance(left, CommandError) and isinstance(right, CommandError)
    if refused and str(left) == str(right):
        raise cast(CommandError, left)
    return found


def _refusal(found: Outcome | CommandError) -> str:
    if isinstance(found, CommandError):
        return found.message
    return "" if found.oops is None else f"{found.oops.kind}: {found.oops}"


def _moved(now: Place, before: Place) -> tuple[bool, bool]:
    return now.left != before.left, now.right != before.right


def _half(lab: Lab, moved: bool, told: str, *, bodies: bool) -> Half:  # noqa: FBT001
    """One side where it stands."""
    stand = lab.timeline.stand()
    event = stand.event
    where = located(event)
    changes: tuple[Change, ...] = ()
    if moved:
        with lab.machine:
            changes = step_changes(lab, lab.timeline.cursor)
    body = body_of(event.code) if event is not None else None
    return Half(
        lab.kernel_name,
        *where,
        body.origin if body else "",
        moved,
        changes,
        told,
        body.lines if body and bodies else (),
        stand.entry.result if stand.entry and stand.at_end else None,
    )
