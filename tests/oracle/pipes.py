"""D11, M1, M3: pages of a task, and of a read past the page cache, in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pintutor.lab.pipes import Piped, buffers, pipes
from pintutor.linux.include.linux.pipe_fs_i import PIPE_BUF_FLAG_NAMES, PipeBuffer
from tests.oracle.bio_records import same_bio_counts, same_events
from tests.oracle.plan import Check, Fact, Scenario, See

if TYPE_CHECKING:
    from tests.oracle.driver import Driver


def _piped(driver: Driver) -> Piped:
    """What the last command did with a pipe."""
    last = driver.lab.last
    assert last is not None and isinstance(last.result, Piped), "a pipe was used"
    return last.result


def _ret(driver: Driver) -> object:
    result = _piped(driver)
    return result.error or result.ret


def _first_byte(driver: Driver) -> str:
    return chr(int(_piped(driver).value[:2], 16))


def _same_buffers(driver: Driver, key: str, real: list[dict[str, Any]]) -> None:
    """Compare what is in the only pipe, buffer by buffer, with its pages."""
    (pipe,) = pipes(driver.lab.kernel).values()
    found = buffers(pipe)
    driver.same(f"{key}: buffers", len(real), len(found))
    for index, (each, buf) in enumerate(zip(real, found, strict=False)):
        where = f"{key}[{index}]"
        wanted = {name: each[name] for name in ("off", "len", "buf_flags", "ops")}
        driver.same(where, wanted, _described(buf))
        driver.compare(where, f"buffer {pipe.name}[{index}]", each)


def _described(buf: PipeBuffer) -> dict[str, object]:
    flags = [name for bit, name in PIPE_BUF_FLAG_NAMES.items() if buf.flags & bit]
    ops = buf.ops.name if buf.ops is not None else ""
    return {"off": buf.offset, "len": buf.len, "buf_flags": flags, "ops": ops}


SPLICED = (
    Fact("ret", _ret),
    Check("event_counts", same_bio_counts),
    Check("events", same_events),
    Check("pipe", _same_buffers),
)
"""What is compared after something was put into the pipe."""


def _same_but_for_the_place(driver: Driver, key: str, real: list[dict[str, Any]]) -> None:
    """Compare the calls; where a file lies on its disk, its file system decides."""
    seen = [_without_place(one) for one in real]
    driver.records[:] = [_without_place(one) for one in driver.records]
    same_events(driver, key, seen)


def _without_place(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "bi_sector"}


SPLICED_FROM_FILE = (*SPLICED[:2], Check("events", _same_but_for_the_place), SPLICED[3])
"""The same, from a file."""

DRAINED = (Fact("ret", _ret), Fact("pipe_byte", _first_byte))
"""What is compared after the pipe was read."""

VMSPLICE_AND_FORK = Scenario(
    setup=("mmap A 1", 'write A "o"', "mmap B 1", 'write B "o"', "pipe p"),
    names=(("A", "A[0]"), ("B", "B[0]")),
    steps=(
        ("vmsplice p A", *SPLICED, See("A", "A[0]")),
        ('write A "n"', See("A", "A[0]")),
        ("drain p 4096", *DRAINED, See("A", "A[0]")),
        ("vmsplice p B", *SPLICED, See("B", "B[0]")),
        ("fork child", See("parent", "B[0]"), See("child", "child: B[0]")),
        ('write B "n"', See("B", "B[0]")),
        ("drain p 4096", *DRAINED, See("B", "B[0]")),
    ),
)

VMSPLICE_ZERO = Scenario(
    setup=("mmap Z 1", "read Z", "pipe p"),
    steps=(
        ("vmsplice p Z", *SPLICED, See("Z", "Z[0]")),
        ("drain p 4096", *DRAINED),
    ),
)

SPLICE_DIRECT = Scenario(
    # The probe's file was written and synced first.
    setup=(
        "machine scattered",
        "disk d 64K",
        "file F 2",
        "mmap f 2 of F shared",
        "write f 0x11",
        "fsync F",
        "munmap f",
        "pipe p",
    ),
    steps=(
        ("splice d 0 8192 p direct", *SPLICED),
        ("drain p", *DRAINED),
        ("splice F 0 8192 p direct", *SPLICED_FROM_FILE),
    ),
)
