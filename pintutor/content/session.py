"""Session: a lesson under way, and what its learner has done of it.

Where the learner stands in the lesson follows from where the machine stands in time:
each line of the lesson that ran is marked on the command that it became, and only the
marks of commands that are done now count. So undo, redo and branches take the lesson
along. Answers stay given, and a task that was reached stays reached.
"""

from __future__ import annotations

from pintutor.content import answers
from pintutor.content.checks import Checked, look, missing
from pintutor.content.exercises.schedule import reached
from pintutor.content.growth import beside, grow
from pintutor.content.guests import Place
from pintutor.content.learner.keeping import Keeping, Save
from pintutor.content.learner.record import Answer, Record
from pintutor.content.lesson import Lesson
from pintutor.content.matching import lines_done, same_command, went_well
from pintutor.content.policy import FREE, Policy
from pintutor.content.races.walk import Walk
from pintutor.content.same import repeat, repeat_undone, undone, visible
from pintutor.content.steps import PASSIVE, TASKS, Step
from pintutor.content.trying import Tries, next_hint
from pintutor.content.typed import Typed
from pintutor.content.way import Way
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import REGISTRY

TOPIC = "course"
"""Topic of the commands that drive a lesson; they are no part of it."""


class Session:
    """A lesson that is being taken in a lab."""

    def __init__(
        self,
        lesson: Lesson,
        lab: Lab,
        *,
        save: Save | None = None,
        policy: Policy = FREE,
    ) -> None:
        self.lesson = lesson
        self.lab = lab
        self.answers: dict[str, Answer] = {}
        """What was answered, solved or skipped, by id of the step."""
        self.hints: dict[str, int] = {}
        """Hints shown, by task."""
        self.tries = Tries(policy)
        """What was tried in this sitting."""
        self.keeping = Keeping(save)
        """What is kept of it besides."""
        self.typed = Typed()
        """The lines that the learner typed."""
        self._way = Way(lesson.steps, lab, self.answers)
        self._read = 0
        self._here = self.place

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the lesson."""
        return self.lesson.steps

    @property
    def place(self) -> Place:
        """The current step, and how many of its lines have run."""
        return self._way.place

    @property
    def current(self) -> int:
        """Index of the step that is asked for now; the number of steps at the end."""
        return self.place[0]

    @property
    def step(self) -> Step | None:
        """The step that is asked for now; None when the lesson is done."""
        index = self.current
        return self.steps[index] if index < len(self.steps) else None

    @property
    def done(self) -> bool:
        """True when nothing is left to do."""
        return self.step is None

    def unread(self) -> tuple[Step, ...]:
        """The steps up to the current one that this has not returned before.

        A front end without a pane for the lesson shows these after each line.
        """
        stop = min(self.current + 1, len(self.steps))
        found = self.steps[self._read : stop]
        self._read = max(self._read, stop)
        return found

    def next_line(self) -> str | None:
        """The next command of the lesson, or None when it asks for something else.

        An exercise on a race begins with the race, until it is under way.
        """
        index, lines = self.place
        if index < len(self.steps) and self.lab.aside is None:
            schedule = self.steps[index].schedule
            if schedule is not None:
                return schedule.line
        if index == len(self.steps) or self.steps[index].kind != "run":
            return None
        return self.steps[index].lines[lines]

    def asks_for_race(self) -> bool:
        """True when the race that the lab stands in is a part of the lesson."""
        step, aside = self.step, self.lab.aside
        if step is None or aside is None:
            return False
        return step.schedule is not None or aside.guest is self._way.guest

    def strayed(self) -> bool:
        """True when commands of the lesson lie in the future or in another branch."""
        return self._way.strayed()

    def observe(self, lab: Lab, outcome: Outcome) -> tuple[str, ...]:
        """Take note of a line that ran, and keep it; returns what to tell the learner."""
        state = self._way.marks, len(self.answers)
        self.typed.note(lab, outcome, state, awaited=self._awaits(outcome.line))
        told = self._observed(lab, outcome)
        return (*told, *self.keeping.keep(self.lesson.id, self.record()))

    def _observed(self, lab: Lab, outcome: Outcome) -> tuple[str, ...]:
        command = REGISTRY.get(outcome.command)
        if outcome.skipped or command is None or command.topic == TOPIC:
            return ()
        before = self.current
        if lab.aside is not None:
            self._race(lab.aside.guest)
        self._follow(outcome)
        self._judge()
        return self._moved(before)

    def _race(self, guest: object) -> None:
        """Settle the exercise that is current, if the race has come to its goal."""
        step = self.step
        if step is None or step.schedule is None or not isinstance(guest, Walk):
            return
        if reached(step.schedule, guest):
            self.typed.add(f"answer {guest.text}")
            self._settle(step, Answer(guest.text, right=True))

    def _follow(self, outcome: Outcome) -> None:
        """Mark the lines of the current step that this outcome stands for."""
        if not went_well(outcome):
            return
        # A line such as `undo` leaves the place that it is awaited at.
        for index, lines in dict.fromkeys((self._here, self.place)):
            ahead = self._ahead(index, lines)
            if ahead and same_command(outcome.line, ahead[0]):
                self._way.mark(index, lines + 1)
                return
        if self.lab.aside is not None:
            return  # the learner's own machine is where it was
        index, lines = self.place
        ahead = self._ahead(index, lines)
        if ahead:
            since = self._way.last
            count = lines_done(self.lab, self.lesson.kernel, ahead, outcome, since)
            if count:
                self._way.mark(index, lines + count)

    def _awaits(self, line: str) -> bool:
        """True when a line is the one that the lesson goes on with."""
        ahead = [self._ahead(*place)[:1] for place in {self._here, self.place}]
        return any(same_command(line, each) for (each,) in filter(None, ahead))

    def _ahead(self, index: int, lines: int) -> tuple[str, ...]:
        """The lines of a run step that are still to come; none for other steps."""
        return self.steps[index].lines[lines:] if index < len(self.steps) else ()

    def _judge(self, *, asked: bool = False) -> None:
        """Settle the task that is current, if its checks hold.

        In the midst of a command they may hold by chance: then only if it is `asked`.
        """
        step = self.step
        if step is None or step.kind != "task" or self.lab.aside is not None:
            return
        self._way.keep(self.current)
        if not asked and not self.lab.timeline.stand().at_end:
            return
        if not missing(self.lab, step):
            self._settle(step, Answer("", right=True))

    def _settle(self, step: Step, answer: Answer) -> None:
        self.answers[step.id] = answer
        self._way.keep(self.lesson.index(step.id) + 1)

    def _moved(self, before: int) -> tuple[str, ...]:
        """Say what was reached, when the current step is another one."""
        self._here = self.place
        now = self.current
        if now == before:
            return ()
        told = [
            f"the {step.kind} `{step.id}` is done"
            for step in self.steps[before:now]
            if step.kind in TASKS and self.answers[step.id].right
        ]
        if self.done:
            told.append(f"the lesson `{self.lesson.id}` is done")
        return tuple(told)

    def check(self) -> tuple[tuple[Checked, ...], tuple[str, ...]]:
        """The checks of the current task, and what to tell the learner of the lesson."""
        before = self.current
        step = self.step
        if step is None or step.kind != "task":
            return (), ()
        found = look(self.lab, step)
        self._judge(asked=True)
        if step.id not in self.answers:
            self.tries.add(step, "check")
        return found, self._moved(before)

    def expected(self, step: Step) -> object:
        """What the model computes for a prediction (CommandError)."""
        ahead: tuple[str, ...] = ()
        if step.of:
            ahead = self.steps[self.lesson.index(step.of)].lines
        return answers.expected(self.lab, self.lesson.kernel, step, ahead)

    def settle(self, step: Step, text: str, *, right: bool) -> tuple[str, ...]:
        """Take an answer as given; returns what to tell the learner of the lesson."""
        before = self.current
        if not right:
            self.keeping.missed(step, text)
        self._settle(step, Answer(text, right))
        self._judge()
        return self._moved(before)

    def hint(self, step: Step) -> tuple[int, str]:
        """The next hint for a task and its grade; see next_hint()."""
        return next_hint(self, step)

    def record(self) -> Record:
        """What to keep of this sitting."""
        index, lines = self.place
        done = [step.id for step in self.steps[:index] if step.kind not in PASSIVE]
        return Record(
            done,
            dict(self.answers),
            dict(self.hints),
            [entry.line for entry in visible(self.lab)],
            lines,
            self.done or self.keeping.completed,
            list(self.typed.lines),
            self.keeping.take,
            dict(self.keeping.mistakes),
            self.lesson.seed,
            dict(self.tries.drafts),
            undone(self.lab),
            {name: list(texts) for name, texts in self.tries.wrong.items()},
            beside(self.lab),
        )

    def resume(self, record: Record) -> None:
        """Go on where another sitting ended.

        Errors: CommandError when one of its lines no longer runs.
        """
        repeat(self.lab, record.lines)
        self.answers.clear()
        self.answers.update(
            (name, answer)
            for name, answer in record.answers.items()
            if self.lesson.index(name) >= 0
        )
        self.hints = dict(record.hints)
        self.tries.drafts = dict(record.drafts)
        self.tries.wrong = {name: list(texts) for name, texts in record.wrong.items()}
        self.keeping.recall(record)
        self.typed.go_on(record.typed)
        self._way.keep(max([0, *(self.lesson.index(name) + 1 for name in record.done)]))
        index, lines = self.place
        step = self.step
        if step is not None and step.kind == "run" and record.part < len(step.lines):
            self._way.mark(index, lines + record.part)
        repeat_undone(self.lab, record.undone, follow=self._follow)
        grow(self.lab, record.beside)
        self._here = self.place
