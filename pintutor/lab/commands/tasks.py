"""Commands that make, choose and end tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.lookups import TASK, UNUSED_NAME
from pintutor.lab.registry import command
from pintutor.lab.results import Forked, TaskChosen
from pintutor.linux.include.linux.mm_types import TaskStruct
from pintutor.linux.kernel.exit import do_exit
from pintutor.linux.kernel.fork import kernel_clone

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_TASKS = 64


@command(
    "tasks",
    kernel="kernel/fork.c: kernel_clone()",
    examples=("fork child", 'child: write buf[0] "B"'),
    see=("task", "exit"),
)
def fork(lab: Lab, name: Annotated[str, UNUSED_NAME]) -> Forked:
    """Make a child of the current task, with a copy of its address space.

    Pages are shared and write-protected until one of the two writes; a page that may
    be pinned is copied at once. `NAME: COMMAND` runs a command as the child.
    """
    if len(lab.kernel.tasks) >= MOST_TASKS:
        raise CommandError(
            f"there are {MOST_TASKS} tasks already: the kernel answers -EAGAIN",
            None,
            code="too-many",
            hint="`exit NAME` ends one",
            errno="-EAGAIN",
        )
    child = kernel_clone(name)
    if isinstance(child, int):
        return Forked(name, 0, "-ENOMEM")
    return Forked(name, child.pid, "")


@command("tasks", examples=("task child",), see=("fork",))
def task(lab: Lab, name: Annotated[TaskStruct, TASK]) -> TaskChosen:
    """Run the commands that follow as this task."""
    lab.kernel.current = name
    return TaskChosen("chosen", name.comm, name.pid)


@command(
    "tasks",
    kernel="kernel/signal.c: send_signal()",
    examples=("kill child",),
    see=("exit", "gup"),
)
def kill(lab: Lab, name: Annotated[TaskStruct, TASK]) -> TaskChosen:
    """Send SIGKILL to a task that is in the kernel.

    It dies when it leaves the kernel, and `exit` is that. Until then calls that it makes
    find the signal pending: GUP's slow path gives up with -EINTR, or with the pages that
    it has.
    """
    name.sigkill_pending = True
    return TaskChosen("killed", name.comm, name.pid)


@command(
    "tasks", kernel="kernel/exit.c: do_exit()", examples=("exit child",), see=("fork",)
)
def exit_(lab: Lab, name: Annotated[TaskStruct, TASK]) -> TaskChosen:
    """End a task: its address space goes, pages that are held elsewhere stay."""
    if name is lab.kernel.tasks[0]:
        raise CommandError(
            f"{name.comm} is the first task and cannot end",
            None,
            code="bad-task",
            of=("name",),
            hint="`quit` leaves the tutor",
        )
    if lab.kernel.current is name:
        lab.kernel.current = lab.kernel.tasks[0]
    do_exit(name)
    lab.names.drop_unmapped()
    return TaskChosen("ended", name.comm, name.pid)
