"""Lines about I/O as somebody might type them: some make sense, many do not."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Words = SearchStrategy[str]

START = (
    "disk d 64K max-sectors=16 max-segments=3",
    "disk e 32K lbs=4096",
    "disk f 1M max-sectors=16 max-segments=3",
    "file F 6 on f",
    "file G 6 udf",
    "file V 6 vfat",
    "file S 6 tmpfs",
    "file N 6 nfs",
    "file U 6 fuse",
    "file H 4 sparse",
    "mmap a 8",
    "write a 0x41",
    "mmap t 512 thp",
    "mmap o 2 r",
    "read o",
    "mmap s 4 of S shared",
    "mmap c 4 of F shared",
    "mmap g 4 of G",
    "mmap x 1 none",
    "mmap big 300",
    "mmap dev 2 io",
    "kmem K 4",
    "kmem C 4 compound",
    "kmem W 3 vmalloc",
    "pipe P",
    "pipe Q 4",
    "fork one",
)
"""Something of everything."""


def words(*parts: Words | str) -> Words:
    """A line of some words; those that are empty fall out."""
    strategies = [st.just(each) if isinstance(each, str) else each for each in parts]
    return st.tuples(*strategies).map(lambda found: " ".join(w for w in found if w))


def joined(*parts: Words | str) -> Words:
    """One word of some parts."""
    strategies = [st.just(each) if isinstance(each, str) else each for each in parts]
    return st.tuples(*strategies).map("".join)


def one_of(text: str) -> Words:
    """One of these words; `-` stands for none."""
    return st.sampled_from(text.split()).map(lambda word: "" if word == "-" else word)


def maybe(word: Words | str) -> Words:
    """The word, or nothing."""
    return st.just("") | (st.just(word) if isinstance(word, str) else word)


def several(part: Words, most: int, least: int = 1) -> Words:
    """Some words of a kind."""
    return st.lists(part, min_size=least, max_size=most).map(" ".join)


SMALL = (0, 1, 2, 3, 511, 512, 513, 1000, 4095, 4096, 4097, 8192, 10000, 24576, 65537)
LARGE = (1 << 20, (1 << 32) - 512, 1 << 32, (1 << 32) + 512, 1 << 40, 1 << 63, 1 << 64)
ODD = (-1, -512, (1 << 63) - 1, (1 << 63) - 4096)
BLOCKS = st.integers(0, 60).map(lambda block: str(block * 512))
NUMBER = BLOCKS | st.sampled_from(SMALL + LARGE + ODD).map(str)
BYTES = BLOCKS | st.sampled_from(SMALL).map(str)
CACHED = BYTES | st.sampled_from((1 << 40, 1 << 63, -1)).map(str)
"""Offsets for the page cache, which is slow at 4 GiB and has no memory for more."""

USER = one_of("a a a t o s c g x big dev nobody 0x10000 0xffffffffffff0000")
KERNEL = one_of("K C W")
THERE = one_of("a a a t s c g big")
SPAN = st.one_of(
    joined("+", BYTES, ":", BYTES),
    joined("+", BLOCKS, ":", BLOCKS),
    joined(":", NUMBER),
    joined("[", st.integers(0, 5).map(str), "]"),
    joined("[0..", st.integers(0, 5).map(str), "]"),
    joined("[1]+", BYTES, ":", BYTES),
)
REGION = joined(USER, SPAN) | joined(THERE, SPAN) | USER
INSIDE = joined(KERNEL, "+", st.integers(0, 8).map(lambda n: str(n * 500)), ":", BYTES)
TASK = one_of("- - - one:")
TARGET = one_of("d d d e f F F G V S N U H nobody")
FILE = one_of("F G V S N U H d")
PIPE = one_of("P Q")
ITER = one_of("i j k")
HELD = one_of("h m")
OP = one_of("read write")
DISK = one_of("d d e f nobody")

DIRECT = words(TASK, "dio", OP, TARGET, NUMBER, several(REGION, 3))
STARTED = words(
    DIRECT, one_of("- async async nowait nowait"), maybe(joined("size=", BYTES))
)
PASSED = words(TASK, "sgio", one_of("read write tofrom"), DISK, NUMBER)
PASSED_OVER = words(PASSED, several(REGION, 3) | joined("kern=", KERNEL))
PASSING = words(PASSED_OVER, one_of("- sg"), one_of("- direct"), one_of("- async"))
DRAINED = words(TASK, "drain", PIPE, maybe(NUMBER), maybe(words("to", REGION)))

CALLS = st.one_of(
    STARTED,
    PASSING,
    words(OP.map(lambda op: f"p{op}"), FILE, CACHED, REGION),
    words("splice", FILE, CACHED, NUMBER, PIPE, one_of("- direct")),
    words(TASK, one_of("vmsplice pipe-write"), PIPE, REGION),
    words("tee", PIPE, PIPE, maybe(NUMBER)),
    DRAINED,
)
"""Reads and writes of every kind."""

ENDS = st.one_of(
    words("irq", one_of("d d e f"), one_of("- all all which=2 3 0")),
    words("rpc", one_of("N U F"), one_of("- all which=2")),
    words(TASK, one_of("work sgend")),
    words("diskfail", one_of("d f"), one_of("- 1 2 3"), one_of("- ioerr again nospc")),
    words("inject", one_of("alloc grab fault pagetable off off off"), one_of("- 1 2 4")),
)
"""What ends them, or lets them fail."""

FILES = st.one_of(
    words(one_of("fsync dropcache invalidate"), FILE),
    words("truncate", FILE, one_of("0 1 3 6 8 -1"), maybe(joined("more=", BYTES))),
    words(one_of("punch falloc"), FILE, st.integers(0, 7).map(str), one_of("- 1 2")),
    words("memfd-pin", FILE, maybe(words(BYTES, NUMBER)), "as", HELD),
)
"""What happens to the files meanwhile."""

MAPPED = st.one_of(
    words(TASK, "munmap", joined(THERE, "[", st.integers(0, 7).map(str), "]")),
    words(TASK, "mprotect", joined(THERE, "[1]"), one_of("r rw none")),
    words(TASK, "madvise", joined(THERE, "[2]"), one_of("dontneed pageout dontfork")),
    words(TASK, "read", REGION),
    words(TASK, "write", joined(THERE, SPAN), "0x55"),
    words(one_of("pin get"), REGION, maybe("write"), "as", HELD),
    words("fault-in fault_in_writeable", REGION),
)
"""What happens to the memory meanwhile."""

WAY = one_of("source dest")
MADE = st.one_of(
    words("iter", ITER, one_of("ubuf iovec"), WAY, several(REGION, 3, 0), maybe("nofault")),
    words("iter", ITER, one_of("kvec bvec folioq"), WAY, several(INSIDE, 3)),
    words("iter", ITER, "discard dest", joined("count=", BYTES)),
    words("iterimport", ITER, WAY, several(REGION, 2, 0), one_of("- times=300 times=1025")),
    words("iterdup", ITER, ITER),
)
"""Iterators over memory that stays."""

TAKEN = st.one_of(
    words(one_of("advance copyfrom iterzero itertruncate"), ITER, BYTES),
    words("copyto", ITER, "0x77", joined("size=", BYTES)),
    words("iterfault", ITER, one_of("readable writeable"), BYTES),
    words(
        "extract", ITER, maybe(joined("maxsize=", NUMBER)), one_of("- alloc"), "as", HELD
    ),
    words(
        "getpages",
        ITER,
        maybe(joined("maxpages=", one_of("-1 0 1 3 16 1000"))),
        one_of("- iov_iter_get_pages iov_iter_pin_pages"),
        "as",
        HELD,
    ),
    words("release", HELD),
    words("dio read d", NUMBER, ITER),
    words("sgio read d", NUMBER, ITER),
)
"""What is done with them."""

SENSIBLE = st.one_of(CALLS, CALLS, ENDS, FILES, MAPPED, MADE, TAKEN)
"""What a user of the kernel's interfaces may do: the kernel survives it."""

BREAKING = st.one_of(
    words("iter", ITER, one_of("bvec kvec"), WAY, INSIDE, joined("count=", NUMBER)),
    words("iter", ITER, "xarray", WAY, one_of("S F F[0..1] S+100:5000")),
    words("iter", ITER, "pipe dest", PIPE),
    words(one_of("reexpand iterrevert"), ITER, NUMBER),
    words("itersave", ITER),
    words("iterrestore", ITER),
    words("dio", OP, one_of("d F G V"), NUMBER, ITER, maybe("async")),
    words("sgio", OP, "d", NUMBER, ITER),
    words("kfree", KERNEL),
    words("close", PIPE, one_of("- read write")),
    words(one_of("unpin put"), HELD, maybe("dirty")),
    words("addpin", HELD, "as", HELD),
    words("dma", HELD, "0x55", joined("at=", NUMBER)),
    words("exit", one_of("one nobody")),
    words("poke", one_of("a[0]._refcount zero._refcount"), one_of("0 1 1025")),
    words(REGION, NUMBER),
    words("dio", NUMBER, REGION),
)
"""What only a driver or a file system could do, and would better not."""

ANYTHING = st.one_of(SENSIBLE, SENSIBLE, BREAKING)
