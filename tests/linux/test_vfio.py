"""vfio: what a device may reach, who is charged for it, and what leaks."""

import pytest

from tests.labs import Lab, refused, run, started, value

PAGES = 8
COUNTS = (
    "zero._refcount",
    "vmstat.nr_foll_pin_acquired",
    "vmstat.nr_foll_pin_released",
    "mm.locked_vm",
)
ROUNDS = ("vfio-map guest buf", "vfio-unmap guest")

LEAK = (
    (1 + 1024 * PAGES, PAGES, 0, 0),
    (1 + 1024 * PAGES, PAGES, 0, 0),
    (1 + 2048 * PAGES, 2 * PAGES, 0, 0),
    (1 + 2048 * PAGES, 2 * PAGES, 0, 0),
)
WORKAROUND = (
    (1, PAGES, PAGES, 0),
    (1, PAGES, PAGES, 0),
    (1, 2 * PAGES, 2 * PAGES, 0),
    (1, 2 * PAGES, 2 * PAGES, 0),
)
UNSHARED = (
    (1, PAGES, 0, PAGES),
    (1, PAGES, PAGES, 0),
    (1, 2 * PAGES, PAGES, PAGES),
    (1, 2 * PAGES, 2 * PAGES, 0),
)
"""COUNTS after each of two rounds of mapping and unmapping."""


def untouched(kernel: str, pages: int = PAGES) -> Lab:
    """A lab in which memory was read and never written."""
    return started(f"mmap buf {pages}", "read buf", kernel=kernel)


def set_locked_vm(lab: Lab, pages: int) -> None:
    """Charge the current task with pages that it locked otherwise."""
    task = lab.kernel.current
    assert task is not None
    with lab.machine:
        task.mm.locked_vm = pages


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        ("v5.17", LEAK),
        ("v5.17+vfio-unpin-zero-pages", WORKAROUND),
        ("v6.1", WORKAROUND),
        ("v6.2", UNSHARED),
        ("v6.4", UNSHARED),
        ("v6.5", UNSHARED),
        ("v6.12", UNSHARED),
    ],
)
def test_two_rounds_over_untouched_memory_count_so(
    kernel: str, expected: tuple[tuple[int, ...], ...]
) -> None:
    lab = untouched(kernel)
    seen = []
    for line in ROUNDS * 2:
        run(lab, line)
        seen.append(tuple(value(lab, each) for each in COUNTS))
    assert tuple(seen) == expected


def test_the_whole_of_a_batch_leaks_at_once() -> None:
    lab = untouched("v5.17", 512)
    run(lab, *ROUNDS)
    assert value(lab, "zero._refcount") == 524289


def test_what_leaks_belongs_to_nobody() -> None:
    lab = untouched("v5.17")
    run(lab, "vfio-map guest buf")
    assert value(lab, "audit.unaccounted") == 1024 * PAGES
    holders = {row[1]: row[2] for row in run(lab, "owners zero").rows}
    assert holders["guest[0]"] == 0


def test_what_vfio_takes_to_be_its_own_has_it_as_holder() -> None:
    lab = untouched("v6.4")
    run(lab, "vfio-map guest buf")
    shares = run(lab, "why buf[3]._refcount").shares
    assert [(each.holder, each.units) for each in shares if each.kind == "pin"] == [
        ("guest[3]", 1024)
    ]
    assert value(lab, "audit.clean")


def test_the_page_that_overflows_the_zero_page_is_had_and_the_next_is_not() -> None:
    lab = untouched("v5.17")
    run(lab, "poke zero._refcount 0x7ffffc01", "vfio-map guest buf[0]")
    assert value(lab, "zero._refcount") == 1 - 2**31
    assert run(lab, "vfio-map more buf[1]").error == "-ENOMEM"
    assert run(lab, "pin buf[2]").error == "-ENOMEM"


@pytest.mark.parametrize("kernel", ["v5.17", "v6.12"])
def test_a_mapping_for_writing_has_pages_of_its_own_and_dirties_them(kernel: str) -> None:
    lab = untouched(kernel)
    run(lab, "vfio-map guest buf write")
    assert value(lab, "zero._refcount") == 1
    assert value(lab, "buf[0]._refcount == 1025 and mm.locked_vm") == PAGES
    run(lab, "vfio-unmap guest")
    assert value(lab, "buf[0]._refcount == 1 and buf[0].dirty and mm.locked_vm == 0")
    assert value(lab, "audit.clean")


def test_memory_beyond_rlimit_memlock_is_refused_and_nothing_stays() -> None:
    lab = untouched("v6.4")
    set_locked_vm(lab, 2048 - PAGES + 1)
    assert run(lab, "vfio-map guest buf").error == "-ENOMEM"
    assert value(lab, "mm.locked_vm") == 2048 - PAGES + 1
    assert not lab.kernel.vfio_dmas
    assert value(lab, "buf[0]._refcount == 1 and audit.clean")


def test_the_last_page_of_rlimit_memlock_can_be_had() -> None:
    lab = untouched("v6.4")
    set_locked_vm(lab, 2048 - PAGES)
    assert run(lab, "vfio-map guest buf").charged == PAGES


def test_no_limit_stops_the_zero_page() -> None:
    lab = untouched("v5.17")
    set_locked_vm(lab, 2048)
    assert run(lab, "vfio-map guest buf").error == ""


def test_a_range_with_a_hole_is_refused_and_nothing_stays() -> None:
    lab = started("mmap buf 3", "write buf 0x41")
    assert run(lab, "vfio-map guest buf:0x4000").error == "-EFAULT"
    assert value(lab, "buf[0]._refcount == 1 and mm.locked_vm == 0 and audit.clean")
    assert not lab.kernel.vfio_dmas


def test_what_is_not_whole_pages_is_refused() -> None:
    lab = started("mmap buf 3")
    assert run(lab, "vfio-map guest buf:100").error == "-EINVAL"
    assert run(lab, "vfio-map guest buf+8:0x1000").error == "-EINVAL"


def test_a_huge_page_is_pinned_and_charged_page_by_page() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x41", "vfio-map guest T")
    assert value(lab, "T[0]._pincount == 512 and T[0]._refcount == 513")
    assert value(lab, "mm.locked_vm == 512 and audit.clean")
    run(lab, "vfio-unmap guest")
    assert value(lab, "T[0]._pincount == 0 and mm.locked_vm == 0 and audit.clean")


def test_memory_that_is_unmapped_stays_until_the_device_lets_go() -> None:
    lab = started("mmap buf 2", "write buf 0x41", "vfio-map guest buf", "munmap buf")
    assert value(lab, "audit.clean and mm.locked_vm == 2")
    run(lab, "vfio-unmap guest")
    assert value(lab, "audit.clean and mm.locked_vm == 0")


def test_each_task_maps_its_own_memory() -> None:
    lab = started("mmap buf 1", "write buf 0x41", "fork child")
    run(lab, "child: vfio-map guest buf")
    assert value(lab, "child.buf[0]._refcount") == 1025
    assert value(lab, "mm.locked_vm") == 0


def test_ranges_lie_one_after_the_other_as_the_device_sees_them() -> None:
    lab = started("mmap buf 3", "vfio-map one buf[0..1]", "vfio-map two buf[2]")
    rows = run(lab, "show vfio").rows
    assert rows == (
        ("one", "0x100000000", "buf[0]", 2, 2),
        ("two", "0x100002000", "buf[2]", 1, 1),
    )


def test_undo_takes_a_mapping_back() -> None:
    lab = started("mmap buf 1", "vfio-map guest buf", "undo")
    assert not lab.kernel.vfio_dmas
    assert value(lab, "mm.locked_vm == 0 and audit.clean")


def test_the_charge_is_among_what_changed() -> None:
    outcome = started("mmap buf 2").execute("vfio-map guest buf")
    assert ("mm", "locked_vm", 2) in [
        (each.subject, each.field, each.delta) for each in outcome.changes
    ]


def test_a_name_is_taken_once() -> None:
    lab = started("mmap buf 2", "vfio-map guest buf[0]")
    assert refused(lab, "vfio-map guest buf[1]").code == "name-taken"


def test_a_range_that_vfio_does_not_have_is_refused_at_its_name() -> None:
    error = refused(started("mmap buf 2", "vfio-map guest buf"), "vfio-unmap gest")
    assert "did you mean `guest`" in error.message
    assert error.at is not None and error.at.start == len("vfio-unmap ")


def test_a_range_of_vfio_has_no_value_in_an_expression() -> None:
    lab = started("mmap buf 2", "vfio-map guest buf")
    assert "2 pages that vfio has mapped" in refused(lab, "expect guest == 1").message


@pytest.mark.parametrize(("kernel", "ret"), [("v6.1", -22), ("v6.4", 0)])
def test_a_remote_pin_answers_wrong_flags_so(kernel: str, ret: int) -> None:
    lab = started("mmap buf 1", kernel=kernel)
    assert run(lab, "gup pin_user_pages_remote buf 1 FOLL_GET").ret == ret


def test_a_remote_pin_is_a_pin() -> None:
    lab = started("mmap buf 1", "write buf 0x41", "gup pin_user_pages_remote buf 1 as p")
    assert value(lab, "buf[0]._refcount == 1025 and audit.clean")
