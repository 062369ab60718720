"""Direct I/O on files: I.ext4, J.vfat and J.udf.

What was submitted, and what was asked of the iterator on the way there, is compared as
for a block device. Four things are left out, by name:

* where on the disk a bio goes, which the file system decides;
* bios of the file system's own tables and journal, which the model does not have;
* counts of pages of the page cache, some of which wait in per-CPU batches;
* the counts at the end of a bio: whether an interrupt came early or late differs from
  run to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pintutor.lab.disks import Dio
from pintutor.lab.files import Filed
from tests.oracle.bio_records import same_events
from tests.oracle.plan import Action, Check, Fact, Later, Scenario, See, Step

if TYPE_CHECKING:
    from tests.oracle.driver import Driver

Record = dict[str, Any]

ENDS = ("bio_endio", "__bio_release_pages", "bio_check_pages_dirty")
UNLISTED = ("iomap_dio_zero", "dio_zero_block", "folio_add_pin")
"""Functions that the probe could see on one of the kernels only, or in part."""

MEBI = 1 << 20


def ret(driver: Driver) -> object:
    """What the last read, write or fsync returned."""
    last = driver.lab.last
    assert last is not None and isinstance(last.result, (Dio, Filed)), "I/O was done"
    if isinstance(last.result, Filed):
        return last.result.note or 0
    return last.result.error or last.result.ret


def same_file_events(driver: Driver, key: str, real: list[Record]) -> None:
    """Compare the events without what is left out."""
    real = [one for one in real if not one.get("ctx", "").startswith("jbd2")]
    wanted = [_reduced(one) for one in _of_files(real) if one["ev"] not in UNLISTED]
    driver.records[:] = [
        {name: value for name, value in one.items() if name != "bi_sector"}
        for one in driver.records
    ]
    same_events(driver, key, wanted)


def _of_files(records: list[Record]) -> list[Record]:
    """The records without bios of tables; one's name may be that of the next bio too."""
    found = []
    tables = set()
    for one in records:
        if _is_metadata(one):
            tables.add(one["bio"])
        elif one["ev"] == "bio_endio" and one["bio"] in tables:
            tables.remove(one["bio"])
        else:
            found.append(one)
    return found


def _is_metadata(record: Record) -> bool:
    """A sector that is read for the table of clusters."""
    pages = record.get("bvecs", ())
    return bool(
        record["ev"] == "submit_bio"
        and record["op"] == "READ"
        and record["bi_size"] == 512
        and pages[0]["page"].startswith("X")
    )


def _reduced(record: Record) -> Record:
    """A record without what is not compared."""
    gone = {"bi_sector", "zero_d_ref", "ctx"}
    if record["ev"] in ENDS:
        gone |= {"pages", "pages_hist"}
    record = dict(record)
    if "bi_flags" in record:
        record["bi_flags"] = [each for each in record["bi_flags"] if each != "QOS_MERGED"]
    cached = [one for one in record.get("pages", ()) if one["page"].startswith("X")]
    if cached:
        gone.add("pages")
    return {name: value for name, value in record.items() if name not in gone}


EVENTS: tuple[Action, ...] = (
    Check("events", same_file_events),
    Check("event_counts", lambda driver, key, real: None),
    Check("events_not_listed", lambda driver, key, real: None),
)


def io(line: str, *after: See | Check) -> Step:
    """A line whose result and events are compared, and what is looked at then."""
    return (line, Fact("ret", ret), *EVENTS, *after)


def pages(name: str, count: int) -> tuple[tuple[str, str], ...]:
    """The pages of a range with the names that the probe gave them."""
    return tuple((f"{name}{index}", f"{name}[{index}]") for index in range(count))


PADDING = Scenario(
    setup=("machine scattered", "mmap A 3", "write A 0x41", "file F 0"),
    names=pages("A", 3),
    steps=(
        io("dio write F 0 A size=512", See("after", "A[0]")),
        io("dio write F 5120 A size=512", See("after", "A[0]")),
        io("dio write F 11776 A size=512", See("after", "A[0]")),
        io("dio write F 16896 A+512:8192", See("after", "A")),
        io("dio write F 512 A size=512", See("after", "A[0]")),
    ),
)

FAULTS = Scenario(
    setup=(
        "machine scattered",
        "mmap A 8",
        "write A 0x41",
        "munmap A[4..7]",
        "file F 0",
        f"dio write F {MEBI} A size=16384",
    ),
    names=pages("A", 4),
    steps=(
        io(f"dio write F {2 * MEBI} A size=32768", See("after", "A")),
        io(f"dio write F {MEBI} A size=32768", See("after", "A")),
        io(f"dio read F {MEBI} A[2]+0:16384", See("after", "A")),
        io(f"dio write F {3 * MEBI} A[4]+0:512"),
    ),
)


def _legacy(fs: str) -> tuple[str, ...]:
    """A file of 1 MiB that was written and synced, on that file system."""
    disk = "disk v 64M max-sectors=2048 max-segments=256"
    return ("machine scattered", disk, f"file F 256 {fs} on v")


def aligned(fs: str) -> Scenario:
    """J.*.1: reads and writes within the file."""
    return Scenario(
        setup=(
            *_legacy(fs),
            "mmap A 3",
            "write A 0x41",
            "mmap Z 2",
            "read Z",
            "mmap B 100",
            "write B 0x42",
            "mmap R 1 r",
            "read R",
            "mmap T 512 thp",
            "write T[0] 0x11",
        ),
        names=(*pages("A", 3), *pages("B", 100), ("T.h", "T[0]")),
        steps=(
            ((Check("write", _nothing), Fact("fsync", lambda driver: 0))),
            (Fact("ret", lambda driver: 0),),
            io("dio write F 0 A", See("after", "A")),
            io("dio read F 0 A", See("after", "A")),
            io("dio read F 512 A+512:8192", See("after", "A")),
            io("dio read F 4096 A+0:512 A+512:512 A[1]+1024:1024", See("after", "A")),
            io("dio write F 8192 Z", See("after", "Z")),
            io("dio read F 0 B", See("after", "B[0]")),
            io("dio read F 0 R", Check("after", _nothing)),
            io("dio read F 0 T[3]+512:16384", See("after", "T[0]")),
        ),
    )


def _nothing(driver: Driver, key: str, real: object) -> None:
    """What was seen here has no part in the model, or is seen elsewhere."""


def forget(driver: Driver, key: str, real: object) -> None:
    """What happened in this step was not recorded."""
    driver.records.clear()


def _first_byte(driver: Driver) -> object:
    page = driver.page("C[0]")
    return None if page is None else page.data[0]


def faults(fs: str) -> Scenario:
    """J.*.2: memory that ends in the middle."""
    return Scenario(
        setup=(
            *_legacy(fs),
            "mmap A 100",
            "write A 0x53",
            "munmap A[70..99]",
            "mmap B 4",
            "write B 0x53",
            "munmap B[2..3]",
            "mmap C 1",
        ),
        names=(*pages("A", 70), *pages("B", 2)),
        steps=(
            io("dio write F 0 A size=409600", See("after", "A")),
            io("dio write F 65536 B size=16384", See("after", "B")),
            io("dio read F 65536 B size=16384", See("after", "B")),
            io("dio write F 65536 B[2]+0:4096"),
            io("dio write F 65536 B[0] B[2]+0:4096", See("after", "B[0]")),
            (
                "pread F 73728 C+0:1",
                Fact("ret", ret),
                Fact("byte", _first_byte),
            ),
        ),
    )


IN_ICB = Later("udf keeps a file of less than a block in its inode")


def extending(fs: str) -> Scenario:
    """J.*.3: the end of the file, and beyond."""
    first = io("dio write G 1024 A+0:512", See("after", "A[0]"))
    second = io("dio write G 8192 A+0:4096", See("after", "A[0]"))
    third = io("dio write G 66048 A+0:512", See("after", "A[0]"))
    if fs == "udf":
        begun: tuple[str, ...] = ("pwrite G 1024 A+0:512", "pwrite G 8192 A[0]", "fsync G")
        steps: tuple[Step, ...] = ((IN_ICB,), (IN_ICB,), third)
    else:
        # The frames that the cut file gave up are not what is used next.
        begun = ()
        steps = (("mmap taken 300", "write taken 0x42", *first), second, third)
    return Scenario(
        setup=(
            *_legacy(fs),
            "mmap A 3",
            "write A 0x41",
            "disk w 16M",
            f"file G 0 {fs} on w",
            *begun,
        ),
        names=pages("A", 3),
        steps=(
            io(f"dio write F {MEBI} A+0:512", See("after", "A[0]")),
            io(f"dio write F {MEBI + 9216} A+0:512", See("after", "A[0]")),
            io(f"dio write F {2 * MEBI} A+0:4096", See("after", "A[0]")),
            io(f"dio read F {MEBI + MEBI // 2} A", See("after", "A")),
            (
                # The block that the file ends in was read before the probe looked.
                "truncate F 256 more=700",
                Check("zero_d_ref", forget),
                *io(f"dio read F {MEBI - 4096} A", See("after", "A")),
            ),
            *steps,
        ),
    )
