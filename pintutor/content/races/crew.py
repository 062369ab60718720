"""Who searches the parts of a race: this process, or others through any executor.

A part goes out as numbers, with the scenario; the other process sets the race up for
itself, once, and sends back what counts. Threads of one process take turns, since one
machine runs at a time.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Protocol

from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.tally import Seen, seen
from pintutor.content.scenario import Scenario
from pintutor.lab.lab import Lab
from pintutor.lab.racing import LabRace
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.split import Part, Worked, work

ONE_AT_A_TIME = threading.RLock()
"""Held by the thread whose machine runs."""


class Job(NamedTuple):
    """What others need to know to search parts of a race."""

    name: str
    """Names this exploration, for those that have set its race up already."""
    scenario: Scenario
    kernel: str
    patches: tuple[str, ...] | None
    """Names of the patches instead of the kernel's own."""


class Found(NamedTuple):
    """What the search of a part came to, as it counts."""

    seen: tuple[Seen | None, ...]
    worked: Worked
    """Without the executions."""


class Crew(Protocol):
    """Those that search parts."""

    def begin(self, parts: Sequence[Part], limit: int) -> Iterator[Found]:
        """Begin on some parts; what they came to, in their order, as it is asked for."""

    def stop(self) -> None:
        """Drop what was begun and not asked for."""


class Here:
    """This process searches, when it is asked for a result.

    It learns the programs for itself, as any other would.
    """

    def __init__(self, lab: Lab, race: LabRace) -> None:
        self._lab = lab
        self._race = race
        self._programs: Programs | None = None

    def begin(self, parts: Sequence[Part], limit: int) -> Iterator[Found]:
        """What the parts come to."""
        for part in parts:
            with ONE_AT_A_TIME, self._lab.machine:
                self._programs = self._programs or Programs(self._race)
                found = _search(self._race, self._programs, part, limit)
            yield found

    def stop(self) -> None:
        """Nothing is done before it is asked for."""


class Elsewhere:
    """An executor searches: processes, or a cluster."""

    def __init__(self, executor: Callable[[], Executor], job: Job) -> None:
        self._executor = executor
        """Gives the executor once it is needed."""
        self._job = job
        self._begun: list[Future[Found]] = []

    def begin(self, parts: Sequence[Part], limit: int) -> Iterator[Found]:
        """What the parts come to."""
        executor = self._executor()
        self._begun = [
            executor.submit(search_part, self._job, part, limit) for part in parts
        ]
        return (future.result() for future in self._begun)

    def stop(self) -> None:
        """Cancel what nobody has begun yet."""
        for future in self._begun:
            future.cancel()


_set_up: dict[str, tuple[Lab, LabRace, Programs]] = {}
"""The race that this process searches parts of for others."""


def search_part(job: Job, part: Part, limit: int) -> Found:
    """Search a part wherever this runs, up to a number of executions."""
    with ONE_AT_A_TIME:
        if job.name not in _set_up:
            _set_up.clear()
            lab, race = race_of(job.scenario, job.kernel, patches=job.patches)
            with lab.machine:
                _set_up[job.name] = lab, race, Programs(race)
        lab, race, programs = _set_up[job.name]
        with lab.machine:
            return _search(race, programs, part, limit)


def _search(race: LabRace, programs: Programs, part: Part, limit: int) -> Found:
    with programs.watch.reading():
        worked = work(race, part, limit, programs=programs)
    counted = tuple(each and seen(each) for each in worked.executions)
    return Found(counted, worked._replace(executions=()))


class Workers:
    """`with Workers(4) as workers:` so many processes, begun when they are needed."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def executor(self) -> Executor:
        """The processes."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context)
            with _no_interrupts():
                self._pool.submit(int)  # all processes begin with the first task
        return self._pool


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Processes that begin here leave Ctrl+C to this one, which stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
