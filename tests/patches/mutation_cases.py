"""For each bug that is put back: a program, and a question that the bug answers wrongly."""

from __future__ import annotations

from typing import NamedTuple

HERE = "# the bug is put back here"
"""A line at which the kernel is patched, where it was not so from the start."""

OOPS = "oops"
"""Asked in place of an expression: did the kernel stop?"""


class Case(NamedTuple):
    """A program for a kernel, and what it comes to without the bug and with it."""

    kernel: str
    lines: tuple[str, ...]
    asked: str
    without: object
    bug: object


PINNING = "v6.4+block-pin-v21"
MEMORY = ("machine scattered", "mmap a 4", "write a 0x41")
DISK = (*MEMORY, "disk d 64K")
READ = (*DISK, "dio read d 0 a")
SEVERAL = ("machine zero-pages=4", "mmap a 4", "read a")
SPARSE = ("file S 3 tmpfs", "mmap s 3 of S shared", "write s[1] 0x41", "pipe p")
EMPTY_FIRST = ("kmem K 2", "iter i bvec dest K[0]+100:0 K[1]", "extract i as p")
KVEC = ("kmem C 4 compound", "iter i kvec source C+2048:10000", "advance i 5000")
PADDED = (*MEMORY, "disk d 1M", "file F 0 on d", "dio write F 512 a+0:512")

CASES: dict[str, Case] = {
    "bug-direction-swapped": Case(
        "v6.4",
        ("mmap a 1", "iter i iovec dest a", "extract i as p"),
        "p[0] == zero",
        False,
        True,
    ),
    "bug-raw-flags": Case(
        "v6.4",
        ("mmap a 1 r", "iter i iovec source a", "extract i p2pdma as p"),
        "result.ret",
        4096,
        -14,
    ),
    "bug-foll-pin-passed": Case(
        "v6.4",
        ("mmap a 1", "iter i iovec dest a", "extract i as p"),
        "result.ret",
        4096,
        -22,
    ),
    "bug-source-got": Case(
        "v6.4",
        (
            *("mmap a 1", "write a 0x11", "iter i iovec source a", "extract i as p"),
            *("fork child", "write a 0x22", "child: write a 0x33"),
        ),
        "p[0].byte",
        0x22,
        0x11,
    ),
    "bug-mode-stale": Case(
        "v6.4",
        (
            *("mmap a 1", "kmem K 1", "iter k kvec dest K[0]", "iter i iovec dest a"),
            *("extract k as q", "extract i as p", "release p"),
        ),
        "audit.unaccounted",
        0,
        1024,
    ),
    "bug-empty-not-skipped": Case("v6.12", EMPTY_FIRST, "result.ret", 4096, 0),
    "bug-bvec-stride": Case("v6.12", EMPTY_FIRST, OOPS, False, True),
    "bug-kvec-offset": Case(
        "v6.12", (*KVEC, "extract i as p"), "p[0] == C[1]", True, False
    ),
    "bug-no-kvec": Case(
        "v6.12",
        ("kmem K 1", "iter k kvec source K[0]", "extract k as p"),
        "result.ret",
        4096,
        -14,
    ),
    "bio-pin-not-noted": Case(PINNING, READ, "audit.unaccounted", 0, 4 * 1024),
    "bio-pinned-late": Case(
        PINNING,
        (*DISK, "dio write d 0 a+0:512 a+512:512"),
        "audit.unaccounted",
        0,
        1024,
    ),
    "bio-pin-mode-compared": Case(PINNING, READ, "audit.unaccounted", 0, 4 * 1024),
    "bio-reffed-by-default": Case(
        PINNING,
        (*DISK, "kmem K 2", "iter b bvec dest K[0]", "dio read d 0 b"),
        "audit.unaccounted",
        0,
        -1,
    ),
    "bio-release-unpins": Case(
        "v6.4+page-reffed+page-pinned+iomap-zero-unreferenced",
        READ,
        "a[0]._refcount",
        1,
        1 - 1023,
    ),
    "bio-pinned-bit-1": Case(
        PINNING,
        (*DISK, "dio read d 0 a async", HERE, "irq d"),
        "a[0]._refcount",
        1,
        1 + 1023,
    ),
    "bio-pinned-and-put": Case(PINNING, READ, OOPS, False, True),
    "dio-not-reffed": Case(
        PINNING,
        (*MEMORY, "disk d 1M", "file F 3 udf on d", "dio read F 0 a[0..2]"),
        "audit.unaccounted",
        0,
        3,
    ),
    "iomap-zero-put": Case(
        "v6.1+iomap-zero-unreferenced",
        ("poke zero._refcount 100", *PADDED),
        "zero._refcount",
        100,
        100 - 2,
    ),
    "iomap-zero-kept": Case(
        "v6.1+iomap-zero-unreferenced", PADDED, "audit.unaccounted", 0, 2
    ),
    "add-pin-counts-zero": Case(
        "v6.5",
        (*MEMORY, "disk d 1M", "file F 0 udf on d", "dio write F 512 a+0:512"),
        "audit.unaccounted",
        0,
        2 * 2 * 1024,
    ),
    "zero-page-0-unpinned": Case(
        "v6.5", (*SEVERAL, "pin a[0..3] slow as p"), "zero[2]._refcount", 1, 1025
    ),
    "zero-page-0-add-pin": Case(
        "v6.5",
        (*SEVERAL, "pin a[2] as p", "addpin p as q", "unpin p", "unpin q"),
        "audit.unaccounted",
        0,
        1024,
    ),
    "zero-page-unpinned-6.1.130": Case(
        "v6.1", ("mmap a 1", "read a", "pin a slow"), "result.ret", 1, -12
    ),
    "shmem-splice-zero-counted": Case(
        "v6.5", (*SPARSE, "splice S 0 12288 p"), "zero._refcount", 1, 3
    ),
    "shmem-splice-zero-kept": Case(
        "v6.5", (*SPARSE, "splice S 0 12288 p", "drain p"), "audit.unaccounted", 0, 2
    ),
    "shmem-splice-fills-holes": Case(
        "v6.5", (*SPARSE, "splice S 0 12288 p"), "S.cached", 1, 3
    ),
    "splice-copies-all": Case(
        "v6.5",
        ("file F 1", "pipe p", "splice F 0 100 p"),
        "p[0].page == F[0]",
        True,
        False,
    ),
    "filemap-splice-past-end": Case(
        "v6.5",
        ("file F 1", "truncate F 1 more=904", "pipe p", "splice F 0 8192 p"),
        "result.ret",
        5000,
        8192,
    ),
    "copy-splice-eof": Case(
        "v6.5",
        ("file F 1", "pipe p", "inject alloc", "splice F 4096 65536 p direct"),
        "result.ret",
        -12,
        0,
    ),
    "copy-by-op": Case(
        "v6.1",
        (
            *("mmap a 1", "write a+900 0x55", "disk d 64K", "diskfail d"),
            "sgio tofrom d 0 a+1:1000 sg",
        ),
        "a[0].bytes[900]",
        0x55,
        0,
    ),
    "fuse-copy-put": Case(
        "v5.17+hubbard",
        (
            *("mmap a 1", "write a 0x41", "mmap b 1", "write b 0x42", "file F 1 fuse"),
            *("dio write F 0 a async", "rpc F through=b"),
        ),
        "b[0]._refcount",
        1,
        1024,
    ),
    "copy-unpinned": Case(
        "v5.17+hubbard",
        (*DISK, "sgio read d 0 a+1:1000"),
        "audit.unaccounted",
        0,
        -1024,
    ),
    "orphan-copies": Case(
        "v6.4",
        (
            *("mmap a 1", "write a+1 0x55", "disk d 64K", "dio write d 0 a"),
            *("write a+1 0x66", "fork child", "child: sgio read d 0 a+1:512 async"),
            *("exit child", "irq d", "work"),
        ),
        "a[0].bytes[1]",
        0x66,
        0,
    ),
}

SEEN_ELSEWHERE = {
    "page-get-additional-pin": "tests/patches/test_mutations.py",
    "zero-page-0-returned": "tests/linux/test_zero_colours.py",
}
"""Bugs for which one program that is run twice does not do, and the tests that do."""
