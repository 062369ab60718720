"""What was proposed and never merged, and the backport that went wrong."""

import pytest

from tests.labs import Lab, refused, run, started, value

BACKPORT = "v6.1+zero-page-unpinned-6.1.130"


def forked() -> Lab:
    """A lab in which a child shares a page with its parent."""
    return started(
        "mmap buf 1", "write buf 0x41", "fork child", kernel="v5.17+pin-user-page"
    )


@pytest.mark.parametrize(
    ("line", "patch"),
    [("pinpage zero", "pin-user-page"), ("putunpin p none", "folio-put-unpin")],
)
def test_no_release_has_what_was_never_merged(line: str, patch: str) -> None:
    error = refused(started("mmap buf 1", "pin buf as p", kernel="v6.12"), line)
    assert "never merged" in error.message
    assert error.hint == f"`apply {patch}`"


def test_pin_user_page_pins_a_page_that_fork_left_shared() -> None:
    lab = forked()
    run(lab, "pinpage buf[0] as p")
    assert value(lab, "p[0]._refcount == 2 + 1024 and not p[0].anon_exclusive")


def test_the_next_write_leaves_such_a_pin_behind() -> None:
    lab = forked()
    run(lab, "pinpage buf[0] as p", "write buf 0x42")
    assert value(lab, "p[0] != buf[0].page and p[0]._refcount == 1025")
    assert value(lab, "buf[0].anon_exclusive and buf[0]._refcount == 1")
    assert value(lab, "p[0].byte == 0x41 and buf[0].byte == 0x42")


def test_a_pin_by_address_in_its_place_follows_the_write() -> None:
    lab = forked()
    run(lab, "pin buf as p", "write buf 0x42")
    assert value(lab, "p[0] == buf[0].page and p[0].byte == 0x42")


def test_pin_user_page_is_counted_as_acquired() -> None:
    lab = forked()
    run(lab, "pinpage buf[0] as p", "unpin p")
    assert value(lab, "vmstat.nr_foll_pin_acquired == 1 and buf[0]._refcount == 2")
    assert value(lab, "vmstat.nr_foll_pin_released == 1 and audit.clean")


def test_pin_user_page_counts_on_a_huge_page_exactly() -> None:
    lab = started("mmap T 512 thp", "write T 0x41", kernel="v5.17+pin-user-page")
    run(lab, "pinpage T[5] as p")
    assert value(lab, "T[0]._refcount == 2 and T[0]._pincount == 1 and audit.clean")


def test_pin_user_page_needs_no_pin_and_warns_only_without_a_reference() -> None:
    lab = forked()
    run(lab, "pinpage buf[0] as p")
    assert value(lab, "dmesg.warnings") == 0
    run(lab, "poke zero._refcount -1023", "pinpage zero as z")
    assert value(lab, "dmesg.warnings == 1 and zero._refcount == 1")


def test_pin_user_page_counts_the_zero_page_even_where_unpin_does_not() -> None:
    lab = started("pinpage zero as z", kernel="v6.5+pin-user-page")
    assert value(lab, "zero._refcount == 1025 and audit.clean")
    run(lab, "unpin z")
    assert value(lab, "zero._refcount == 1025 and audit.unaccounted == 1024")


@pytest.mark.parametrize(
    ("mode", "refcount", "released"), [("get", 1024, 0), ("pin", 1, 1), ("none", 1025, 0)]
)
def test_put_unpin_gives_back_what_it_is_told(
    mode: str, refcount: int, released: int
) -> None:
    lab = started(
        "mmap buf 1", "write buf 0x41", "pin buf as p", kernel="v6.2+folio-put-unpin"
    )
    run(lab, f"putunpin p {mode}")
    assert value(lab, "buf[0]._refcount") == refcount
    assert value(lab, "vmstat.nr_foll_pin_released") == released


@pytest.mark.parametrize(
    ("kernel", "rets", "zero"),
    [
        ("v6.1", (1, 1, 3), 1 + 3 * 1024),
        (BACKPORT, (-12, -12, 1), 1),
        ("v6.1+zero-page-unpinned", (1, 1, 3), 1),
        ("v6.5", (1, 1, 3), 1),
    ],
)
def test_the_backport_fails_where_the_count_is_right(
    kernel: str, rets: tuple[int, ...], zero: int
) -> None:
    lab = started("mmap buf 1", "read buf", "mmap both 3", "read both", kernel=kernel)
    run(lab, "write both[0] 0x41", "write both[2] 0x41")
    lines = ("pin buf[0] slow", "pin buf[0]", "pin both")
    assert tuple(run(lab, line).ret for line in lines) == rets
    assert value(lab, "zero._refcount") == zero


def test_the_backport_lets_no_device_map_untouched_memory() -> None:
    lab = started("mmap buf 2", "read buf", kernel=BACKPORT)
    assert run(lab, "vfio-map guest buf").error == "-ENOMEM"


def test_the_revert_takes_exactly_the_loop_away_again() -> None:
    lab = started(kernel="v6.12")
    there = run(lab, "diff vfio-unpin-zero-pages").functions
    back = run(lab, "diff vfio-revert-unpin-zero-pages").functions
    assert [each.before for each in there] == [each.after for each in back]
    assert [each.after for each in there] == [each.before for each in back]


def test_the_revert_needs_what_it_reverts() -> None:
    lab = started(kernel="v5.17")
    error = refused(lab, "apply vfio-revert-unpin-zero-pages")
    assert error.hint == "`apply vfio-unpin-zero-pages` first"
