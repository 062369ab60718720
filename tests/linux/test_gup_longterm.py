"""What the kernel's own selftest expects of long-term pins of mapped files.

tools/testing/selftests/mm/gup_longterm.c, without hugetlb and io_uring: reading may be
pinned for long everywhere, writing in private mappings too; in shared ones only where
the file is not written back, and older kernels allowed that as well.
"""

import pytest

from pintutor.patches.series import RELEASES
from tests.labs import run, started, value

KERNELS = [name for name in RELEASES if name != "v5.17"]
REFUSING = ("v6.5", "v6.12")
"""Kernels that do not let long-term pins write to files that are written back."""


def pin(access: str, path: str) -> str:
    """The line that pins m for long."""
    write = "write " if access == "R/W" else ""
    return f"pin m {write}longterm {path} as p"


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize("access", ["R/O", "R/W"])
@pytest.mark.parametrize("share", ["shared", ""], ids=["shared", "private"])
@pytest.mark.parametrize("where", ["tmpfs", ""], ids=["memfd", "disk"])
def test_a_long_term_pin_of_a_file_is_allowed_as_the_selftest_expects(
    where: str, share: str, access: str, path: str, kernel: str
) -> None:
    lab = started(f"file F 1 {where}", f"mmap m 1 of F {share}", kernel=kernel)
    run(lab, "write m 0x00")
    if access == "R/O":
        run(lab, "mprotect m r")
    result = run(lab, pin(access, path))
    works = not (kernel in REFUSING and share and access == "R/W" and where != "tmpfs")
    assert (result.error or result.ret) == (1 if works else "-EFAULT")
    assert value(lab, "audit.clean")
    if works:
        assert value(lab, "p[0] == m[0].page")
        run(lab, "unpin p")
        assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize("where", ["tmpfs", "", "anon"], ids=["memfd", "disk", "zero"])
def test_a_read_pin_for_long_sees_what_its_owner_writes_later_since_6_2(
    where: str, path: str, kernel: str
) -> None:
    """In a private mapping that was only read; the first write goes to a copy."""
    memory = "mmap m 1" if where == "anon" else "mmap m 1 of F"
    lab = started(f"file F 1 {where.replace('anon', '')}", memory, "read m", kernel=kernel)
    assert run(lab, pin("R/O", path)).ret == 1
    run(lab, "write m 0x42")
    assert value(lab, "p[0] == m[0].page") is (kernel != "v6.1")
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize("held", ["", " longterm"], ids=["short", "long"])
def test_a_read_pin_of_anonymous_memory_stays_through_fork_and_writes(
    held: str, path: str, kernel: str
) -> None:
    lab = started("mmap m 1", "write m 0x41", kernel=kernel)
    run(lab, "mprotect m r", f"pin m{held} {path} as p", "fork c", "mprotect m rw")
    run(lab, "write m 0x42")
    assert value(lab, "p[0] == m[0].page and p[0].byte == 0x42")
    run(lab, "unpin p", "exit c")
    assert value(lab, "audit.clean")
