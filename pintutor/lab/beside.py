"""Lines that are carried out beside the learner's work: how they begin, and are told."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pintutor.lab.job_messages import Order
from pintutor.lab.jobs import Asked, Job, JobTold
from pintutor.lab.outcome import Outcome
from pintutor.lab.under_way import TakesLong

if TYPE_CHECKING:
    from pintutor.lab.arguments import Call
    from pintutor.lab.errors import CommandError
    from pintutor.lab.lab import Lab


class Arrival(NamedTuple):
    """What a job came to."""

    number: int
    outcome: Outcome
    """Its result is a JobTold when the job was stopped, or could not be carried out."""
    error: CommandError | None
    """Why it could not be carried out."""


def looked(lab: Lab, call: Call, asked: Asked) -> object:
    """What a command comes to that looks, or the job that carries it out."""
    jobs = lab.jobs
    if jobs is None or not call.command.long:
        with lab.under_way.looking():
            return call.run(lab)
    jobs.refuse_again(asked)
    if not asked.beside:
        patience = None if jobs.full else jobs.patience
        with suppress(TakesLong), lab.under_way.looking(patience=patience):
            return call.run(lab)
    command = call.command
    order = Order(asked.text, command.function.__module__)
    return jobs.begin(asked, command.name, order, lab.session)


def arrived(lab: Lab) -> tuple[Arrival, ...]:
    """What the jobs came to that have ended since this was asked last.

    A lesson takes note of it as if the line had run now.
    """
    if lab.jobs is None:
        return ()
    return tuple(_arrival(lab, job) for job in lab.jobs.ended())


def _arrival(lab: Lab, job: Job) -> Arrival:
    outcome = Outcome(
        job.asked.line,
        job.command,
        lab.kernel_name,
        lab.timeline.cursor,
        lab.timeline.total,
        JobTold(job.number, job.asked.line, "stopped"),
        as_json=job.asked.as_json,
    )
    told: tuple[str, ...] = ()
    if job.came is not None:
        outcome = lab.last = replace(outcome, result=job.came.result)
        if lab.aside is not None:
            lab.aside = replace(lab.aside, last=outcome)
        if lab.session is not None and lab.session is job.session:
            told = lab.session.observe(lab, outcome)
    if lab.keeper is not None:
        told = (*told, *lab.keeper.keep(lab))
    return Arrival(job.number, replace(outcome, notes=told), job.error)
