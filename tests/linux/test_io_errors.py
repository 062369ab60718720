"""What direct I/O answers to wrong arguments: the kernel's own error, on every kernel."""

from __future__ import annotations

import pytest

from pintutor.lab.disks import Happened
from pintutor.patches import series
from tests.labs import Lab, refused, run, started, value

EINVAL, EFAULT, ENOSPC, QUEUED = -22, -14, -28, -529
END = 65536
"""Where the disk and each file end [bytes]."""

TARGETS = {
    "disk": ("d", "disk d 64K"),
    "ext4": ("F", "disk d 1M", "file F 16 ext4 on d"),
    "udf": ("F", "disk d 1M", "file F 16 udf on d"),
    "vfat": ("F", "disk d 1M", "file F 16 vfat on d"),
    "jfs": ("F", "disk d 1M", "file F 16 jfs on d"),
}
MEMORY = (
    "mmap a 4",
    "write a 0x41",
    "mmap readonly 2 r",
    "mmap closed 2 none",
    "mmap half 2",
    "munmap half[1]",
)

OLD_AND_NEW = ("v5.17", "v6.12")
"""For what takes long, and concerns no code that changed in between."""

Answers = tuple[int, int]
"""What a read returns and what a write does."""


def same(read: int, write: int) -> dict[str, Answers]:
    """The same answers for all targets."""
    return dict.fromkeys(TARGETS, (read, write))


def grows(read: int, *, disk: int, file: int) -> dict[str, Answers]:
    """A read at the end; writing makes a file longer, and a disk never."""
    return {**same(read, file), "disk": (read, disk)}


def stops(length: int, *, zeroed: bool) -> dict[str, Answers]:
    """What can be reached ends after `length` bytes.

    iomap fails as a whole. fs/direct-io.c returns what was transferred, but where blocks
    that it has mapped are left it writes zeroes to them and says so. jfs maps them all.
    """
    written = EFAULT if zeroed else length
    return {
        "disk": (length, length),
        "ext4": (EFAULT, EFAULT),
        "udf": (length, written),
        "vfat": (length, written),
        "jfs": (length, EFAULT),
    }


TABLE: dict[str, tuple[str, dict[str, Answers]]] = {
    "buffer at an odd byte": ("0 a+1:512", same(EINVAL, EINVAL)),
    "buffer at half a sector": ("0 a+256:512", same(EINVAL, EINVAL)),
    "one byte too few": ("0 a+0:511", same(EINVAL, EINVAL)),
    "one byte too many": ("0 a+0:4609", same(EINVAL, EINVAL)),
    "odd second segment": ("0 a+0:512 a+512:100", same(EINVAL, EINVAL)),
    "odd position": ("1 a+0:512", same(EINVAL, EINVAL)),
    "position in a block": ("512 a+0:512", same(512, 512)),
    "nothing": ("0 a size=0", same(0, 0)),
    "nothing at an odd position": ("1 a size=0", same(0, 0)),
    "at the end": (f"{END} a+0:512", grows(0, disk=ENOSPC, file=512)),
    "after the end": (f"{2 * END} a+0:512", grows(0, disk=ENOSPC, file=512)),
    "across the end": (f"{END - 4096} a+0:8192", grows(4096, disk=4096, file=8192)),
    "unmapped in the middle": ("0 half+0:8192", stops(4096, zeroed=False)),
    "unmapped within a block": ("0 half+2048:4096", stops(2048, zeroed=True)),
    "a second segment of no use": ("0 a+0:4096 closed+0:512", stops(4096, zeroed=False)),
    "unmapped from the start": ("0 half[1]", same(EFAULT, EFAULT)),
    "memory that is for reading": ("0 readonly", same(EFAULT, 8192)),
    "memory that is not to be touched": ("0 closed", same(EFAULT, EFAULT)),
    "no memory": ("0 0x0 size=512", same(EFAULT, EFAULT)),
    "behind user space": ("0 0x7ffffffff000 size=4096", same(EFAULT, EFAULT)),
    "the first address of no kind": ("0 0x800000000000 size=512", same(EFAULT, EFAULT)),
    "memory of the kernel": ("0 0xffff888000000000 size=512", same(EFAULT, EFAULT)),
    "more segments than a bio has": (
        "0 " + "a:512 " * 100 + "a:2048 " * 6,
        same(63488, 63488),
    ),
}


def finished(lab: Lab, line: str) -> int:
    """What a direct read or write comes to, at once or once the disk is done."""
    ret: int = run(lab, line).ret
    if ret != QUEUED:
        return ret
    ended: list[Happened] = [run(lab, "irq d all"), run(lab, "work")]
    (call,) = (call for each in ended for call in each.calls)
    return call.ret


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kernel", OLD_AND_NEW[1:])
def test_every_wrong_argument_has_the_kernels_answer(kernel: str, target: str) -> None:
    name, *made = TARGETS[target]
    lab = started(*made, *MEMORY, kernel=kernel)
    run(lab, "mark ready")
    for what, (words, answers) in TABLE.items():
        for op, wanted in zip(("read", "write"), answers[target], strict=True):
            for how in ("", " async"):
                found = finished(lab, f"dio {op} {name} {words}{how}")
                assert found == wanted, f"{what}: {op}{how}"
                assert value(lab, "audit.clean"), f"{what}: {op}{how}"
                lab.execute("goto ready")


@pytest.mark.parametrize("kernel", series.RELEASES)
@pytest.mark.parametrize("target", TARGETS)
def test_memory_may_lie_as_the_disk_wants_it_since_v6_0(kernel: str, target: str) -> None:
    name, *made = TARGETS[target]
    made[0] += " dma=4"
    lab = started(*made, *MEMORY, kernel=kernel)
    old = kernel == "v5.17" or target in ("udf", "vfat", "jfs")
    assert finished(lab, f"dio read {name} 0 a+256:512") == (EINVAL if old else 512)
    assert finished(lab, f"dio read {name} 0 a+2:512") == EINVAL


@pytest.mark.parametrize("kernel", OLD_AND_NEW)
@pytest.mark.parametrize("far", [1 << 32, (1 << 32) + 512, 1 << 40])
def test_far_behind_the_end_there_is_nothing_to_read(kernel: str, far: int) -> None:
    for name, *made in TARGETS.values():
        lab = started(*made, *MEMORY, kernel=kernel)
        assert finished(lab, f"dio read {name} {far} a+0:512") == 0


@pytest.mark.parametrize("far", [1 << 32, 1 << 40])
def test_a_sparse_file_may_be_written_to_far_behind_its_end(far: int) -> None:
    for target in ("ext4", "udf", "jfs"):
        name, *made = TARGETS[target]
        lab = started(*made, *MEMORY)
        assert finished(lab, f"dio write {name} {far} a+0:512") == 512
        assert value(lab, f"{name}.size") == far + 512


@pytest.mark.parametrize("kernel", OLD_AND_NEW)
@pytest.mark.parametrize("target", ["ext4", "udf", "vfat", "jfs"])
def test_a_write_that_does_not_fit_any_more_fails_as_a_whole(
    kernel: str, target: str
) -> None:
    """Through the cache, as vfat makes files longer, what fits is written."""
    name, *made = TARGETS[target]
    lab = started(*made, *MEMORY, kernel=kernel)
    written, size = 4 * 4096, END
    while written == 4 * 4096:
        written = run(lab, f"dio write {name} {size} a").ret
        size += max(written, 0)
    assert written == ENOSPC or (target == "vfat" and 0 < written < 4 * 4096)
    assert value(lab, f"{name}.size") == size
    assert value(lab, "audit.clean")


NONSENSE = {
    "dio peek d 0 a": "peek",
    "dio read e 0 a": "e",
    "dio read d x a": "x",
    "dio read d -1 a": "-1",
    "dio read d 0 b": "b",
    "dio read d 0 a[4]": "4",
    "dio read d 0 a asynk": "asynk",
    "dio read d 0 a size=many": "many",
    "irq e": "e",
    "irq d 0": "0",
    "irq d which=0": "0",
    "diskfail d 1 fire": "fire",
    "disk e 0": "0",
    "disk e 64K lbs=8192": "8192",
    "work hard": "hard",
}


@pytest.mark.parametrize("line", NONSENSE)
def test_nonsense_is_refused_at_its_word(line: str) -> None:
    lab = started("disk d 64K", "mmap a 4")
    at = refused(lab, line).at
    assert at is not None
    assert NONSENSE[line] in line[at.start : at.stop]
