"""Pins of pages of files: what a device writes, and what is refused since v6.5."""

import pytest

from tests.labs import Lab, run, started, value


def mapped(*lines: str, kernel: str = "v6.1") -> Lab:
    """A lab with a disk file F of 2 pages, mapped shared as f; these lines have run."""
    return started("file F 2", "mmap f 2 of F shared", *lines, kernel=kernel)


def clean(lab: Lab) -> bool:
    """Whether every count has its holders now."""
    return bool(value(lab, "audit.clean"))


def test_a_device_that_writes_after_fsync_is_not_seen_by_the_file_system() -> None:
    lab = mapped("pin f[0] write as p", "fsync F", "dma p 0x22", "fsync F")
    assert value(lab, "F[0].byte == 0x22 and F.disk[0].byte == 0 and not F[0].dirty")
    run(lab, "unpin p", "fsync F")
    assert value(lab, "F.disk[0].byte") == 0


def test_unpin_dirty_saves_what_a_device_wrote_after_fsync() -> None:
    lab = mapped("pin f[0] write as p", "fsync F", "dma p 0x22", "unpin p dirty", "fsync F")
    assert value(lab, "F.disk[0].byte == 0x22 and dmesg.warnings == 0")


def test_a_page_without_buffers_that_turns_dirty_is_warned_of_and_not_written() -> None:
    lab = mapped("pin f[0] as p", "dma p 0x22", "unpin p dirty")
    assert value(lab, "F[0].dirty and not F[0].private and dmesg.warnings == 1")
    run(lab, "fsync F")
    assert value(lab, "F.disk[0].byte == 0 and not F[0].dirty and dmesg.warnings == 2")


@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize(("kernel", "error"), [("v6.4", ""), ("v6.5", "-EFAULT")])
def test_pins_for_long_may_not_write_to_a_disk_file_since_6_5(
    kernel: str, error: str, path: str
) -> None:
    lab = mapped("write f 0x11", kernel=kernel)
    assert run(lab, f"pin f[0] write longterm {path} as p").error == error
    assert clean(lab)


@pytest.mark.parametrize(
    "allowed",
    [
        "pin f[0] write as p",
        "pin f[0] longterm as p",
        "pin S[0] write longterm as p",
        "pin P[0] write longterm as p",
        "pin A[0] write longterm as p",
        "get f[0] write as p",
    ],
)
@pytest.mark.parametrize("patch", ["longterm-file-write-slow", "longterm-file-write-fast"])
def test_all_other_pins_are_as_before(patch: str, allowed: str) -> None:
    lab = mapped("write f 0x11", "file T 1 tmpfs", "mmap S 1 of T shared", "write S 0x11")
    run(lab, "mmap P 1 of F", "mmap A 1", "write A 0x11", "kernel v6.5")
    if patch.endswith("slow"):
        run(lab, "revert longterm-file-write-fast")
    assert run(lab, allowed).ret == 1
    assert clean(lab)


@pytest.mark.parametrize(("patch", "ret"), [("slow", 1), ("fast", -14)])
def test_without_the_second_patch_the_fast_path_lets_a_writable_entry_through(
    patch: str, ret: int
) -> None:
    lab = mapped("write f 0x11", kernel="v6.4")
    run(lab, "apply longterm-file-write-slow")
    if patch == "fast":
        run(lab, "apply longterm-file-write-fast")
    assert run(lab, "pin f[0] write longterm as p").ret == ret


@pytest.mark.parametrize(("kernel", "anon"), [("v6.1", False), ("v6.2", True)])
def test_a_long_term_read_pin_of_a_private_mapping_unshares_since_6_2(
    kernel: str, anon: bool
) -> None:
    lab = mapped("write f 0x11", "mmap P 1 of F", "read P", kernel=kernel)
    run(lab, "pin P[0] longterm as p")
    assert value(lab, "p[0].anon") is anon
    assert value(lab, "p[0].byte == 0x11 and not P[0].pte.write")
    assert clean(lab)
