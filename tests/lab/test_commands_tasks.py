"""fork, task, exit, and the prefix that runs a command as another task."""

import pytest

from pintutor.lab.errors import Span
from tests.labs import refused, run, started, value


def test_fork_makes_a_task_and_the_parent_goes_on() -> None:
    lab = started("mmap a 1", "write a 0x41")
    forked = run(lab, "fork c")
    assert (forked.name, forked.pid, forked.error) == ("c", 2, "")
    assert lab.kernel.current is lab.kernel.tasks[0]


def test_a_child_sees_what_was_written_before_and_not_what_is_written_after() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "write a 0x42")
    assert run(lab, "c: read a+0:1").value == "41"
    assert run(lab, "read a+0:1").value == "42"


def test_task_changes_who_runs_until_it_is_changed_again() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "task c", "write a 0x42")
    assert run(lab, "read a+0:1").value == "42"
    run(lab, "task init")
    assert run(lab, "read a+0:1").value == "41"


def test_exit_gives_everything_back() -> None:
    lab = started("mmap a 4", "write a 0x41")
    free = value(lab, "a[0]._refcount")
    run(lab, "fork c", "c: write a 0x42", "exit c")
    assert value(lab, "a[0]._refcount") == free
    assert value(lab, "audit.clean")
    assert len(lab.kernel.tasks) == 1


def test_what_a_task_pinned_stays_pinned_when_it_ends() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "c: pin a write as p", "exit c")
    assert value(lab, "p[0]._refcount == 1024 and audit.clean")
    run(lab, "unpin p")
    assert value(lab, "audit.clean")


def test_the_end_of_the_task_that_runs_makes_the_first_one_run() -> None:
    lab = started("fork c", "task c", "exit c")
    assert lab.kernel.current is lab.kernel.tasks[0]


def test_a_child_of_a_child_is_a_task_like_others() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "c: fork d", "d: write a 0x42")
    assert [run(lab, f"{who}read a+0:1").value for who in ("", "c: ", "d: ")] == [
        "41",
        "41",
        "42",
    ]
    run(lab, "exit c", "exit d")
    assert value(lab, "audit.clean")


def test_undo_takes_a_task_back() -> None:
    lab = started("fork c", "undo")
    assert refused(lab, "task c").code == "unknown-task"
    run(lab, "redo", "task c")


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("task cc", Span(5, 7)),
        ("exit x", Span(5, 6)),
        ("cc: read a", Span(0, 2)),
        ("fork c", None),
        ("fork a", None),
        ("exit init", None),
    ],
)
def test_a_wrong_task_is_refused(line: str, at: Span | None) -> None:
    error = refused(started("mmap a 1", "fork c"), line)
    assert at is None or error.at == at


def test_there_are_at_most_64_tasks() -> None:
    lab = started(*(f"fork t{number}" for number in range(63)))
    assert refused(lab, "fork more").code == "too-many"


def test_fork_without_memory_fails_and_leaves_nothing_behind() -> None:
    lab = started("mmap a 2", "write a 0x41")
    zone = lab.kernel.zone
    with lab.machine:
        zone.end_pfn = zone.next_pfn + 2
    assert run(lab, "fork c").error == "-ENOMEM"
    assert value(lab, "audit.clean")
    assert len(lab.kernel.tasks) == 1


def test_a_prefix_runs_one_command() -> None:
    lab = started("mmap a 1", "fork c", "c: write a 0x42")
    assert lab.kernel.current is lab.kernel.tasks[0]
    assert value(lab, "not a[0].mapped")


def test_a_prefix_of_a_command_that_is_refused_changes_nothing() -> None:
    lab = started("mmap a 1", "fork c")
    refused(lab, "c: read nosuch")
    assert lab.kernel.current is lab.kernel.tasks[0]


def test_the_memory_of_a_task_can_be_named_from_outside() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "c: write a 0x42")
    assert value(lab, "c.a[0].byte == 0x42 and a[0].byte == 0x41")
