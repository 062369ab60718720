"""Direct writes to ext4: which wait, and which have the file for themselves."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value

MEMORY = ("mmap A 2", "write A 0x11")
QUEUED = "-EIOCBQUEUED"
KERNELS = ("v5.17", "v6.1", "v6.2", "v6.4", "v6.5", "v6.12")
WRITER, READER = -1, 1


def lock_while_writing(lab: Lab, line: str) -> int:
    """How the lock of the file was held when iomap began."""
    run(lab, line)
    begun = next(
        event
        for event in lab.timeline.entries[-1].events
        if event.returns and event.function == "iomap_dio_begin"
    )
    here = lab.machine.journal.position
    lab.machine.seek(begun.position)
    held = lab.kernel.files[0].i_rwsem
    lab.machine.seek(here)
    return held


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_part_of_a_block_with_data_is_waited_for_until_v6_4(kernel: str) -> None:
    lab = started(*MEMORY, "file F 4", kernel=kernel)
    result = run(lab, "dio write F 512 A+0:512 async")
    assert result.error == (QUEUED if kernel in ("v6.4", "v6.5", "v6.12") else "")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_part_of_a_block_without_data_is_waited_for_on_every_kernel(kernel: str) -> None:
    lab = started(*MEMORY, "file F 4 sparse", kernel=kernel)
    assert run(lab, "dio write F 512 A+0:512 async").ret == 512


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_write_that_makes_the_file_longer_is_waited_for(kernel: str) -> None:
    lab = started(*MEMORY, "file F 1", kernel=kernel)
    assert run(lab, "dio write F 4096 A[0] async").ret == 4096


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("line", "kernel", "held"),
    [
        ("dio write F 0 A[0]", "v5.17", READER),
        ("dio write F 0 A[0]", "v6.12", READER),
        ("dio write F 512 A+0:512", "v6.2", WRITER),
        ("dio write F 512 A+0:512", "v6.4", READER),
        ("dio write F 16384 A[0]", "v5.17", WRITER),
        ("dio write F 16384 A[0]", "v6.12", WRITER),
    ],
)
def test_blocks_that_have_data_are_overwritten_under_a_shared_lock(
    line: str, kernel: str, held: int
) -> None:
    lab = started(*MEMORY, "file F 4", kernel=kernel)
    assert lock_while_writing(lab, line) == held
    assert lab.kernel.files[0].i_rwsem == 0


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_hole_is_written_by_one_task_alone(kernel: str) -> None:
    lab = started(*MEMORY, "file F 4 sparse", kernel=kernel)
    assert lock_while_writing(lab, "dio write F 0 A[0]") == WRITER


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("kernel", "held"), [("v6.2", WRITER), ("v6.2+ext4-shared-unwritten", READER)]
)
def test_unwritten_blocks_are_shared_since_v6_3(kernel: str, held: int) -> None:
    lab = started(*MEMORY, "file F 4 sparse", "falloc F 0 4", kernel=kernel)
    assert lock_while_writing(lab, "dio write F 0 A[0]") == held


@pytest.mark.usefixtures("recorded")
def test_a_part_of_an_unwritten_block_is_written_by_one_task_alone() -> None:
    lab = started(*MEMORY, "file F 4 sparse", "falloc F 0 4", kernel="v6.12")
    assert lock_while_writing(lab, "dio write F 512 A+0:512") == WRITER


def test_two_parts_of_one_block_are_under_way_together_since_v6_4() -> None:
    lab = started(*MEMORY, "write A[1] 0x22", "file F 1", kernel="v6.4")
    run(lab, "dio write F 0 A[0]+0:512 async", "dio write F 512 A[1]+0:512 async")
    assert lab.kernel.files[0].i_dio_count == 2
    run(lab, "irq ext4disk all", "work")
    assert lab.kernel.files[0].i_dio_count == 0
    assert value(lab, "audit.clean")
    run(lab, "mmap M 1", "dio read F 0 M")
    assert (value(lab, "M[0].byte"), value(lab, "M[0].bytes[512]")) == (0x11, 0x22)


@pytest.mark.parametrize(
    ("kernel", "in_interrupt"),
    [("v5.17", True), ("v6.5", True), ("v6.5+iomap-inline-comp", True), ("v6.12", False)],
)
def test_a_read_that_fails_is_ended_by_a_worker_on_v6_12(
    kernel: str, in_interrupt: bool
) -> None:
    lab = started(*MEMORY, "file F 4", "diskfail ext4disk", kernel=kernel)
    run(lab, "dio read F 0 A async")
    at_once = run(lab, "irq ext4disk").calls
    later = run(lab, "work").calls
    ended, other = (at_once, later) if in_interrupt else (later, at_once)
    assert [call.error for call in ended] == ["-EIO"]
    assert other == ()
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("op", "in_interrupt"), [("read", True), ("write", False)])
def test_a_worker_ends_writes_and_the_interrupt_reads(
    op: str, in_interrupt: bool, kernel: str
) -> None:
    lab = started(*MEMORY, "file F 4", kernel=kernel)
    run(lab, f"dio {op} F 0 A async")
    at_once = len(run(lab, "irq ext4disk").calls)
    assert at_once == (1 if in_interrupt else 0)
    assert at_once + len(run(lab, "work").calls) == 1
