"""Each bug of the changelogs that concerns bios is caught, and only by what it breaks."""

from __future__ import annotations

import pytest

from pintutor.lab.books import audit
from pintutor.lab.lab import Lab
from tests.labs import run, started, value

PINNING = "v6.4+block-pin-v21"
SETUP = ("machine scattered", "mmap buf 4", "write buf 0x41", "disk d 64K")
READ = ("dio read d 0 buf",)
SAME_PAGE = ("dio write d 0 buf+0:512 buf+512:512",)
KERNEL_READ = ("kmem K 2", "iter b bvec dest K[0]", "dio read d 0 b")


def done(kernel: str, *lines: str) -> Lab:
    """A lab in which these lines ran, up to the first at which the kernel stopped."""
    lab = started(*SETUP, kernel=kernel)
    for line in lines:
        if lab.execute(line).oops is not None:
            break
    return lab


def unaccounted(lab: Lab) -> list[int]:
    """What the audit finds: units that belong to nobody, negative if they are missing."""
    with lab.machine:
        return [one.unaccounted for one in audit(lab).imbalances]


CASES = [
    ("bio-pin-not-noted", READ, [1024] * 4),
    ("bio-pinned-late", SAME_PAGE, [1024]),
    ("bio-pin-mode-compared", READ, [1024] * 4),
    ("bio-reffed-by-default", KERNEL_READ, [-1]),
]


@pytest.mark.parametrize(("bug", "lines", "units"), CASES)
def test_a_bug_makes_the_books_differ(
    bug: str, lines: tuple[str, ...], units: list[int]
) -> None:
    assert unaccounted(done(PINNING, *lines)) == []
    assert unaccounted(done(f"{PINNING}+{bug}", *lines)) == units


def test_a_bio_that_forgets_its_pins_does_not_mark_what_was_read_dirty() -> None:
    assert value(done(PINNING, *READ), "buf[0].dirty")
    assert not value(done(f"{PINNING}+bio-pin-not-noted", *READ), "buf[0].dirty")


def test_a_bio_marked_late_gives_back_all_that_it_has_once() -> None:
    assert unaccounted(done(f"{PINNING}+bio-pinned-late", *READ)) == []


def test_unpinning_all_takes_1024_off_a_page_that_was_referenced() -> None:
    kernel = "v6.4+page-reffed+page-pinned+iomap-zero-unreferenced"
    assert unaccounted(done(kernel, *READ)) == []
    assert unaccounted(done(f"{kernel}+bio-release-unpins", *READ)) == [-1023] * 4


def test_a_bio_under_way_is_misread_when_flags_change_their_bits() -> None:
    lab = done(PINNING, "dio read d 0 buf async")
    assert unaccounted(lab) == []
    run(lab, "apply bio-pinned-bit-1")
    assert unaccounted(lab) == [1023] * 4
    run(lab, "irq d")
    assert unaccounted(lab) == [1023] * 4


def test_nothing_is_misread_when_the_flag_behind_the_pin_goes() -> None:
    lab = done("v6.5", "dio read d 0 buf async")
    run(lab, "revert get-pages-removed", "revert page-reffed-removed")
    assert unaccounted(lab) == []
    run(lab, "irq d")
    assert unaccounted(lab) == []


def test_a_pinned_page_that_is_put_too_is_freed_while_it_is_mapped() -> None:
    lab = done(f"{PINNING}+bio-pinned-and-put")
    oops = lab.execute(READ[0]).oops
    assert oops is not None and "freed while mapped" in str(oops)


def test_a_page_cut_off_as_a_whole_leaks_until_it_is_counted_before_the_cut() -> None:
    """A bio with room for one page more meets a segment that has 296 bytes of it."""
    before = "v5.17+iter-ubuf+iter-is-aligned+dio-dma-alignment"
    start = 256 * 4096 + 3800
    setup = ("machine scattered", "mmap big 260", "write big 0x42", "disk e 4M dma=4")
    for kernel, units in ((before, [1]), (f"{before}+truncated-dio-pages", [])):
        lab = started(*setup, kernel=kernel)
        result = run(lab, f"dio write e 0 big[0..254] big+{start}:8192")
        assert (result.ret, unaccounted(lab)) == (255 * 4096 + 8192, units), kernel


@pytest.mark.parametrize("kernel", ["v5.17", "v5.17+hubbard", "v6.1", PINNING, "v6.12"])
def test_a_page_that_is_in_a_bio_twice_is_given_back_twice(kernel: str) -> None:
    lab = done(kernel, *SAME_PAGE)
    assert unaccounted(lab) == []
    assert value(lab, "buf[0]._refcount") == 1


def test_the_assertion_warns_about_kernel_memory_and_returns_as_before() -> None:
    lines = ("kmem K 2", "iter k kvec dest K[0]", "dio read d 0 k")
    plain, asserting = done("v5.17", *lines), done("v5.17+assert-iovecs", *lines)
    assert plain.last.result.ret == asserting.last.result.ret  # type: ignore[union-attr]
    assert (value(plain, "dmesg.warnings"), value(asserting, "dmesg.warnings")) == (0, 1)


def test_hubbard_unpins_what_a_kernel_before_had_referenced() -> None:
    """All who fill bios change at once, or a reference loses 1024."""
    lab = done("v5.17", "dio read d 0 buf async")
    for patch in ("pin-user-page", "iter-pin-pages", "assert-iovecs", "bio-pin-pages"):
        run(lab, f"apply {patch}")
    assert unaccounted(lab) == [-1023] * 4
    run(lab, "irq d")
    assert value(lab, "buf[0]._refcount") == 2 - 1024
