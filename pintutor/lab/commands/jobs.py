"""Commands for what is carried out beside the learner's work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pintutor.lab.errors import CommandError, printable
from pintutor.lab.jobs import Job, JobList, JobTold
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.words import Word

TOPIC = "session"
PULSE = 0.1
"""Between two looks whether a job is still waited for [seconds]."""


def under_way(lab: Lab) -> tuple[Job, ...]:
    """The jobs of a lab; a script has none."""
    return () if lab.jobs is None else lab.jobs.under_way


class JobNumber:
    """A job that is under way, by its number."""

    name = "N"
    note = "the number of a job; `jobs` lists them"
    raw = False

    def parse(self, word: Word, lab: Any) -> Job:
        """The job (CommandError)."""
        jobs = under_way(lab)
        for job in jobs:
            if word.text == str(job.number):
                return job
        numbers = ", ".join(str(job.number) for job in jobs)
        raise CommandError(
            f"no job `{printable(word.text[:20])}` is under way",
            word.span,
            code="unknown-job",
            hint=f"there is {numbers}" if jobs else "none is under way",
        )

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The numbers, each with the line of its job."""
        for job in under_way(lab):
            if str(job.number).startswith(prefix):
                yield str(job.number), job.asked.line


JOB = JobNumber()


@command(TOPIC, mutates=False, see=("wait", "cancel", "explore", "bisect", "check-course"))
def jobs(lab: Lab) -> JobList:
    """List what is carried out beside your work, and how far each is.

    A line that takes long and ends in `&` is carried out by another process, while you
    go on: `explore race-fork &`. On the full screen it need not end so. What it comes
    to is told as soon as it is there. A script carries out each line before the next,
    with `&` or without.
    """
    return JobList(tuple(job.state for job in under_way(lab)))


@command(TOPIC, mutates=False, examples=("cancel", "cancel 2"), see=("jobs", "wait"))
def cancel(lab: Lab, job: Annotated[Job | None, JOB] = None) -> JobTold:
    """Stop a job, the last that was begun if none is named.

    A search then tells what it has seen so far. Asked again, the job ends at once and
    tells nothing.
    """
    begun = under_way(lab)
    if job is None and not begun:
        raise CommandError("no job is under way", None, code="not-there")
    chosen = job or begun[-1]
    chosen.cancel()
    return JobTold(chosen.number, chosen.asked.line, "stopping")


@command(TOPIC, mutates=False, examples=("wait", "wait 2"), see=("jobs", "cancel"))
def wait(lab: Lab, job: Annotated[Job | None, JOB] = None) -> JobList | None:
    """Wait until a job has ended, or all of them; what each came to is told then.

    In a script there is nothing to wait for: every line has ended before the next.
    """
    waited = under_way(lab) if job is None else (job,)
    for each in waited:
        lab.progress = each.progress  # that whoever looks on sees how far it is
        while not each.wait(PULSE):
            lab.under_way.check()
    return None if waited else JobList(())
