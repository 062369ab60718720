"""Each bug that is put back into the extraction of pages shows where it should."""

import pytest

from pintutor.patches import series
from tests.labs import Lab, run, started, value

FIXED = {
    "bug-direction-swapped": "v6.4",
    "bug-raw-flags": "v6.4",
    "bug-foll-pin-passed": "v6.4",
    "bug-source-got": "v6.4",
    "bug-mode-stale": "v6.4",
    "bug-empty-not-skipped": "v6.12",
    "bug-bvec-stride": "v6.12",
    "bug-kvec-offset": "v6.12",
    "bug-no-kvec": "v6.12",
}


def both(patch: str, *lines: str) -> tuple[Lab, Lab]:
    """A lab without the bug and one with it, after the same lines."""
    kernel = FIXED[patch]
    return started(*lines, kernel=kernel), started(*lines, kernel=f"{kernel}+{patch}")


def test_a_destination_is_pinned_for_reading_when_directions_are_swapped() -> None:
    good, bad = both("bug-direction-swapped", "mmap a 1", "iter i iovec dest a")
    assert run(good, "extract i as p").pages == ("a[0]",)
    assert run(bad, "extract i as p").pages == ("zero",)


def test_a_flag_for_extraction_is_taken_for_write_access() -> None:
    good, bad = both("bug-raw-flags", "mmap a 1 r", "iter i iovec source a")
    assert run(good, "extract i p2pdma as p").ret == 4096
    assert run(bad, "extract i p2pdma as p").error == "-EFAULT"


def test_a_function_that_pins_refuses_foll_pin() -> None:
    good, bad = both("bug-foll-pin-passed", "mmap a 1", "iter i iovec dest a")
    assert run(good, "extract i as p").ret == 4096
    assert run(bad, "extract i as p").error == "-EINVAL"
    assert value(bad, "dmesg.warnings") == 1


def test_a_device_goes_on_reading_a_page_that_its_owner_has_left() -> None:
    seen = []
    for lab in both("bug-source-got", "mmap a 1", "write a 0x11", "iter i iovec source a"):
        run(lab, "extract i as p", "fork child", "write a 0x22", "child: write a 0x33")
        seen.append((value(lab, "p[0].byte"), value(lab, "audit.clean")))
    assert seen == [(0x22, True), (0x11, False)]


def test_a_mode_of_another_iterator_leaves_pins_behind() -> None:
    lines = ("mmap a 1", "kmem K 1", "iter k kvec dest K[0]", "iter i iovec dest a")
    leaks = []
    for lab in both("bug-mode-stale", *lines):
        run(lab, "extract k as q", "extract i as p", "release p")
        leaks.append(value(lab, "audit.unaccounted"))
    assert leaks == [0, 1024]


def test_an_empty_segment_in_front_lists_a_page_for_no_bytes() -> None:
    good, bad = both(
        "bug-empty-not-skipped", "kmem K 2", "iter i bvec dest K[0]+100:0 K[1]"
    )
    assert run(good, "extract i as p").ret == 4096
    assert run(bad, "extract i as p").ret == 0
    assert value(bad, "i.count") == 4096


def test_a_bvec_read_at_the_wrong_place_is_a_wild_pointer() -> None:
    lines = ("kmem K 2", "iter i bvec dest K[0]+100:0 K[1]")
    good, bad = both("bug-bvec-stride", *lines)
    assert run(good, "extract i as p").ret == 4096
    assert bad.execute("extract i as p").oops is not None


@pytest.mark.parametrize(
    ("skip", "right", "wrong"),
    [(0, ("C[0]", 0x800), ("C[0]", 0)), (5000, ("C[1]", 2952), ("C[0]", 904))],
)
def test_a_kvec_is_read_from_the_wrong_bytes(
    skip: int, right: tuple[str, int], wrong: tuple[str, int]
) -> None:
    lines = ("kmem C 4 compound", "iter i kvec source C+0x800:10000", f"advance i {skip}")
    for lab, expected in zip(both("bug-kvec-offset", *lines), (right, wrong), strict=True):
        result = run(lab, "extract i as p")
        assert (result.pages[0], result.offset0) == expected


def test_kernel_memory_by_address_is_refused() -> None:
    good, bad = both("bug-no-kvec", "kmem K 1", "iter i kvec source K[0]")
    assert run(good, "extract i").ret == 4096
    assert run(bad, "extract i").error == "-EFAULT"


def test_every_bug_of_the_extraction_has_a_test_here() -> None:
    ours = {
        patch.name
        for patch in series.ALL
        if patch.mutation and patch.folder == "extract_v8" and patch.name[:4] == "bug-"
    }
    assert ours == set(FIXED)
