"""Lab: a machine, its history and its names, driven by lines of the command language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from pintutor.lab import releases
from pintutor.lab.aside import Aside
from pintutor.lab.beside import looked
from pintutor.lab.changes import changes
from pintutor.lab.command import Call
from pintutor.lab.endings import refuse_beside, without_endings
from pintutor.lab.errors import CommandError
from pintutor.lab.happenings import happenings
from pintutor.lab.jobs import Asked, Jobs, JobTold
from pintutor.lab.lookups import TASK
from pintutor.lab.names import Names
from pintutor.lab.observers import Keeper, Session
from pintutor.lab.outcome import Outcome
from pintutor.lab.progress import Progress
from pintutor.lab.registry import REGISTRY
from pintutor.lab.timeline import Entry, Future, Timeline
from pintutor.lab.under_way import UnderWay
from pintutor.lab.watches import Watches
from pintutor.lab.words import Line, Word, refuse_task, split_prefixes
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm_types import TaskStruct
from pintutor.linux.init.main import start_kernel
from pintutor.patches import series
from pintutor.sim.errors import Oops
from pintutor.sim.function import Layer
from pintutor.sim.objects import KObject
from pintutor.sim.recorder import LIMIT, record

__all__ = ["Chosen", "Lab", "Outcome"]


@dataclass(slots=True, eq=False)
class Chosen(KObject):
    """The kernel that was chosen, journaled like the patches that are applied."""

    release: str
    patches: tuple[Layer, ...]
    """All patches that it had when it was chosen."""


class Lab:
    """A machine that a learner drives by lines; `execute` is the only way in."""

    recorded = LIMIT
    """Lines of a command that are recorded, to be stepped through; 1 at least."""

    def __init__(self, kernel: str = series.DEFAULT) -> None:
        self.progress = Progress()
        """How far the command under way is."""
        self.under_way = UnderWay()
        """How it is stopped."""
        self.allowed: object | None = None
        """What a class allows in its lessons; None for everything."""
        self.keeper: Keeper | None = None
        """What keeps the work against a crash, if anything does."""
        self.jobs: Jobs | None = None
        """What is under way besides; None where each line ends before the next."""
        self.reset(kernel)

    def reset(self, kernel: str = series.DEFAULT) -> None:
        """Start over with a fresh machine; history and names are gone.

        Errors: CommandError for an unknown kernel; the lab is as it was then.
        """
        release, patches = releases.find(kernel)
        self.began_on = kernel
        """What it was begun on, as it was named."""
        self.machine = start_kernel()
        self.chosen = Chosen(release, patches)
        with self.machine:
            self.machine.set_patches(patches)
        self.names = Names(self.kernel)
        self.timeline = Timeline(self.machine)
        self.last: Outcome | None = None
        """What the last line that changed the machine did."""
        self.session: Session | None = None
        """The lesson under way, if one was started."""
        self.asked: object | None = None
        """A question that stands open besides those of the lesson."""
        self.aside: Aside | None = None
        """Its own machine, while the lab stands in another."""
        self.watches = Watches()
        """The expressions that the learner keeps an eye on."""
        self.running_from = 0
        """Journal position where the command under way began [writes]."""

    @property
    def kernel(self) -> Kernel:
        """The kernel's global variables."""
        return cast(Kernel, self.machine.kernel)

    @property
    def kernel_name(self) -> str:
        """The release and what is applied over or missing from it: `v6.4+1`."""
        return releases.name(self.chosen.release, self.machine.patches)

    def interrupt(self) -> bool:
        """Take back the command under way; False when none is that changes anything.

        May be called from any thread, and from a signal handler. `execute` raises
        KeyboardInterrupt where it runs, and the machine is as it was before the line.
        """
        return self.under_way.interrupt()

    def execute(self, line: str) -> Outcome:
        """Carry out one line.

        Errors: CommandError for a line that cannot be carried out; the machine is as
        it was before it.
        """
        before = self.aside
        outcome = self._execute(line)
        told = self.watches.told(self) if outcome.command else ()
        aside = self.aside or before
        taught = aside is None or aside.guest.taught
        begun = isinstance(outcome.result, JobTold)
        if self.session is not None and outcome.command and taught and not begun:
            told = (*told, *self.session.observe(self, outcome))
        if self.keeper is not None:
            told = (*told, *self.keeper.keep(self))
        return replace(outcome, notes=(*outcome.notes, *told)) if told else outcome

    def _execute(self, line: str) -> Outcome:
        self.progress = Progress()
        line, words, as_json, beside = without_endings(line)
        parts = split_prefixes(words)
        if not parts.words:
            return self._outcome(line, "", as_json=as_json)
        if parts.kernels and not self._meant(parts):
            return self._outcome(line, "", as_json=as_json, skipped=True)
        with self.machine:
            command = REGISTRY.find(parts.words[0])
            refuse_beside(beside, command, REGISTRY)
            if self.aside is not None:
                told = self.aside.guest.asked(self, command, line)
                if told is not None:
                    fields = {"as_json": as_json, "result": told}
                    return self._outcome(line, command.name, **fields)
            if command.mutates:
                with self.under_way:
                    return self._change(line, parts, as_json=as_json)
            refuse_task(parts)
            call = REGISTRY.parse(self, parts.words, line)
            text = line[parts.words[0].start :].rjust(len(line))
            asked = Asked(line, text, beside=beside is not None, as_json=as_json)
            result = looked(self, call, asked)
            outcome = self._outcome(line, call.command.name, as_json=as_json, result=result)
            self.last = outcome if hasattr(result, "answers") else self.last
            return outcome

    def _meant(self, parts: Line) -> bool:
        chosen = self.chosen
        return any(
            releases.matches(word, chosen.release, chosen.patches) for word in parts.kernels
        )

    def _outcome(self, line: str, command: str, **fields: Any) -> Outcome:
        timeline = self.timeline
        return Outcome(
            line, command, self.kernel_name, timeline.cursor, timeline.total, **fields
        )

    def _change(self, line: str, parts: Line, *, as_json: bool) -> Outcome:
        if self.aside is not None:
            raise self.aside.guest.refusal()
        self._refuse_after_oops()
        notes = []
        before = self.timeline.cursor
        finished = self.timeline.settle()
        if finished is not None:
            notes.append(f"`{finished.line.strip()}` was finished first")
        future: Future | None = None
        try:
            # Read only now: the line may name what the half-done command makes.
            call = REGISTRY.parse(self, parts.words, line)
            future = self.timeline.leave()
            entry = self._run(line, parts.task, call)
        except BaseException:
            self.timeline.rejoin(future, before)
            raise
        notes += _notes(entry, future)
        self.last = self._outcome(
            line,
            call.command.name,
            result=entry.result,
            changes=entry.changes,
            calls=_called(entry),
            notes=tuple(notes),
            oops=entry.oops,
            as_json=as_json,
        )
        return self.last

    def _refuse_after_oops(self) -> None:
        entry = self.timeline.stand().entry
        if entry is not None and entry.oops is not None:
            raise CommandError(
                f"the kernel stopped in `{entry.line.strip()}`: {entry.oops}",
                None,
                code="kernel-stopped",
                hint="`undo` goes back before it; looking and stepping still work",
            )

    def _run(self, line: str, task: Word | None, call: Call) -> Entry:
        journal = self.machine.journal
        start = self.running_from = journal.position
        entry = Entry(line.strip(), call.command.name, self.kernel_name, start)
        try:
            self._record(entry, task, call)
            self.under_way.check()
        except BaseException:
            self.machine.seek(start)
            self.machine.cut()
            raise
        self.timeline.append(entry)
        return entry

    def _record(self, entry: Entry, task: Word | None, call: Call) -> None:
        """Run a command and keep what it did."""
        with self.under_way.stoppable(self.machine):
            recording = record(
                self.machine, lambda: self.as_task(task, call), limit=self.recorded
            )
        if recording.error is not None and not isinstance(recording.error, Oops):
            raise recording.error
        if recording.truncated:
            self.machine.fold(recording.events[-1].position)
        entry.end = self.machine.journal.position
        entry.events = recording.events
        entry.truncated = recording.truncated
        entry.result = recording.result
        entry.oops = recording.error
        entry.changes = changes(self.machine, self.names, entry.start, entry.end)
        entry.happenings = happenings(self.machine, entry)

    def as_task(self, task: Word | None, call: Call) -> object:
        """Run a command as the task that its prefix names, for this once."""
        if task is None:
            return call.run(self)
        before = self.kernel.current
        self.kernel.current = cast(TaskStruct, TASK.parse(task, self))
        result = call.run(self)
        self.kernel.current = before
        return result


def _called(entry: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(event.function for event in entry.events))


def _notes(entry: Entry, future: Future | None) -> list[str]:
    """What a learner has to know of how a command ran."""
    notes = []
    if future is not None:
        notes.append(
            f"a new future begins here; `branch {future.name}` returns to the other"
        )
    if entry.truncated:
        notes.append(
            f"only the first {len(entry.events)} lines were recorded; "
            "the state after them is exact"
        )
    return notes
