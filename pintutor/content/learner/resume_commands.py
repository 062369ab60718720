"""What keeps a lab against a crash, and the command that goes on after one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pintutor.content import catalogue
from pintutor.content.excerpt import is_excerpt
from pintutor.content.growth import beside, grow
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.learner.resuming import described
from pintutor.content.learner.sittings import Broken, Sitting, Work, broken
from pintutor.content.same import repeat, repeat_undone, undone, visible
from pintutor.content.session import TOPIC, Session
from pintutor.content.tell import told_opening
from pintutor.content.under_way import load_listed, take_up
from pintutor.lab.commands.jobs import under_way
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told


class Autosave:
    """Keeps what a lab works at after every line, in a sitting."""

    def __init__(self) -> None:
        self._sitting = Sitting()
        self._lesson = ""

    def keep(self, lab: Lab) -> tuple[str, ...]:
        """Keep it; returns what went wrong.

        Other sittings of a lesson that broke off have nothing to go on with then.
        """
        work = work_of(lab)
        told = self._sitting.keep(work)
        if work.lesson and work.lesson != self._lesson:
            _drop(one for one in broken() if one.work.lesson == work.lesson)
        self._lesson = work.lesson
        return told

    def end(self) -> None:
        """End in order: nothing is offered then, and what was done is on the disk."""
        self._sitting.end()
        if self._lesson:
            Store().settle()


def work_of(lab: Lab) -> Work:
    """What a lab works at; nothing once its lesson is done, or in a part of one."""
    session = lab.session
    jobs = tuple(job.asked.line for job in under_way(lab))
    if not isinstance(session, Session):
        done = [entry.line for entry in visible(lab)]
        lines = (*done, *undone(lab))
        return Work("", lab.began_on, lines, len(done), jobs, beside(lab))
    over = session.done or is_excerpt(session.lesson)
    return Work() if over else Work(lesson=session.lesson.id, jobs=jobs)


@command(TOPIC, mutates=False, examples=("resume", "resume forget"), see=("lesson",))
def resume(lab: Lab, *, forget: bool = False) -> Told:
    """Go on where a tutor was broken off, by a crash or a terminal that was closed.

    A lesson goes on as `lesson NAME` would; without one, the commands that made the
    machine run again. Where several broke off, each `resume` takes up the latest that
    is left. With `forget` all of them are dropped; what was done in lessons stays kept.
    """
    found = broken()
    if forget:
        _drop(found)
        return Told("resume", (f"{len(found)} dropped",), {"dropped": len(found)})
    if not found:
        raise CommandError(
            "nothing was broken off",
            None,
            code="nothing-to-resume",
            hint="`lessons` shows what has been begun, `lesson NAME` goes on with it",
        )
    one = found[0]
    return _lesson(lab, one) if one.work.lesson else _machine(lab, one)


def _lesson(lab: Lab, one: Broken) -> Told:
    """Go on with a lesson (CommandError)."""
    name = one.work.lesson
    listed = next((each for each in catalogue.lessons() if each.front.id == name), None)
    if listed is None:
        _drop([one])
        what = f"the lesson `{name}` that was broken off is not there any more"
        raise CommandError(what, None, code="unknown-lesson", hint="`lessons` lists them")
    store = Store()
    record = store.load().get(name, Record())
    session, notes = take_up(lab, load_listed(listed, seed=record.seed), record, store)
    _taken(lab, one)
    return told_opening(session, (*notes, *_again(one), *store.tell()))


def _again(one: Broken) -> tuple[str, ...]:
    """What was under way besides, and is to be begun again."""
    return tuple(f"was under way: `{line}`; run it again" for line in one.work.jobs)


def _machine(lab: Lab, one: Broken) -> Told:
    """Run the commands of a free lab again (CommandError for its kernel)."""
    work = one.work
    lab.reset(work.kernel)
    again = f"on {work.kernel} these ran again: " + "; ".join(work.lines)
    notes = [again] if work.lines else []
    try:
        repeat(lab, work.lines[: work.done])
        repeat_undone(lab, work.lines[work.done :])
        grow(lab, work.beside)
    except CommandError as error:
        count = len(visible(lab))
        left = "; ".join(work.lines[count:])
        notes = [f"{count} of {len(work.lines)} commands ran: {error.message}"]
        notes.append(f"these are left: {left}")
    _taken(lab, one)
    notes += _again(one)
    data = {"kernel": work.kernel, "lines": list(work.lines)}
    return Told(f"resumed: {described(one)}", tuple(notes), data)


def _taken(lab: Lab, one: Broken) -> None:
    """Drop what this lab goes on with, once it is kept as its own."""
    if lab.keeper is not None:
        lab.keeper.keep(lab)
    _drop([one])


def _drop(found: Iterable[Broken]) -> None:
    with suppress(OSError):
        for one in found:
            one.drop()
