"""How views write what the model holds: entries of page tables, counts and flags."""

from collections.abc import Mapping

from pintutor.lab.results import Change
from pintutor.lab.swap_words import absent_words
from pintutor.linux.arch.x86.include.pgtable import (
    _PAGE_ACCESSED,
    _PAGE_DIRTY,
    _PAGE_NX,
    _PAGE_PRESENT,
    _PAGE_PSE,
    _PAGE_RW,
    _PAGE_USER,
    pte_none,
    pte_pfn,
    pte_present,
    pte_protnone,
    pte_special,
)
from pintutor.linux.include.linux.mm import (
    GUP_PIN_COUNTING_BIAS,
    MMF_HAS_PINNED,
    MMF_HUGE_ZERO_PAGE,
)
from pintutor.linux.include.linux.page_flags import FLAG_NAMES
from pintutor.linux.init.main import ZERO_PFN

BIAS = "GUP_PIN_COUNTING_BIAS"
WORD = 1 << 32
"""How many values a 32-bit count has."""

MM_FLAGS = {MMF_HAS_PINNED: "has_pinned", MMF_HUGE_ZERO_PAGE: "huge_zero_page"}
"""Bit of mm->flags to the name that views show."""

LETTERS = (
    (_PAGE_USER, "r"),
    (_PAGE_RW, "w"),
    (_PAGE_NX, "x"),
    (_PAGE_ACCESSED, "a"),
    (_PAGE_DIRTY, "d"),
)
"""Bits of an entry in the order in which they are written, as `ls -l` writes modes."""

LEGEND = (
    "  old → new   a field before and after, then the difference and its name\n"
    f"  +1024       one pin of a small page: {BIAS}\n"
    "  unchanged   said where a change could be expected",
    "  zero r--a-  an entry of a page table: the page it points to, and its bits\n"
    "  r w x       user space may read, write, execute through it\n"
    "  a d         accessed, dirty\n"
    "  huge        the entry maps a huge page: 512 pages as one\n"
    "  special     no reference and no mapcount belong to the entry\n"
    "  protnone    mapped, but nobody may touch it (PROT_NONE)\n"
    "  none        an empty entry\n"
    "  swap slot 3 the page is on the swap device; exclusive: it was nobody else's",
    "  zero        the zero page\n"
    "  buf[0]      the page that is mapped there; p[0] a page that is held as p\n"
    "  pfn:0x2000  a page without a name, by its page frame number\n"
    "  device[3]   a frame of a device's memory, which has no struct page",
    "  _mapcount   entries that map the page, minus one: -1 is none\n"
    "  set lru     flags by their kernel names, without PG_\n"
    "  step 7 of 41  a step is one line of the model, or the end of a command",
)
"""What the signs mean, as paragraphs."""


def pfn_name(pfn: int) -> str:
    """A page by its frame: `zero`, or `pfn:0x2000`."""
    return "zero" if pfn == ZERO_PFN else f"pfn:{pfn:#x}"


def entry_bits(pte: int) -> str:
    """The bits of an entry: `rw-ad`, `r--a- special`; empty for an empty entry."""
    if not pte_present(pte):
        return ""
    held = pte ^ _PAGE_NX if pte & _PAGE_PRESENT else pte & _PAGE_ACCESSED
    letters = "".join(letter if held & bit else "-" for bit, letter in LETTERS)
    words = [letters]
    if pte & _PAGE_PSE:
        words.append("huge")
    if pte_special(pte):
        words.append("special")
    if pte_protnone(pte):
        words.append("protnone")
    return " ".join(words)


def entry(pte: int) -> str:
    """An entry in words: `none`, `zero r--a- special`, `pfn:0x2000 rw-ad`."""
    if pte_none(pte):
        return "none"
    if not pte_present(pte):
        return absent_words(pte)
    return f"{pfn_name(pte_pfn(pte))} {entry_bits(pte)}"


def flag_names(bits: int, names: Mapping[int, str]) -> str:
    """The names of the bits that are set."""
    return " ".join(name for bit, name in names.items() if bits & bit)


def flag_change(change: Change) -> str:
    """What became of flags: `set uptodate lru  cleared locked`."""
    assert isinstance(change.old, int) and isinstance(change.new, int)
    names = MM_FLAGS if change.kind == "mm_flags" else FLAG_NAMES
    found = [
        f"{word} {flag_names(bits, names)}"
        for word, bits in (
            ("set", change.new & ~change.old),
            ("cleared", change.old & ~change.new),
        )
        if bits
    ]
    return "  ".join(found)


def set_change(change: Change) -> str:
    """What came to a list of names and what went: `+ zero-page-unpinned`."""
    old, new = str(change.old).split(), str(change.new).split()
    came = [f"+ {name}" for name in new if name not in (*old, "none")]
    gone = [f"- {name}" for name in old if name not in (*new, "none")]
    return "  ".join((*came, *gone))


def wrapped(change: Change) -> bool:
    """True when a 32-bit count went over its greatest value."""
    return change.delta is not None and abs(change.delta) > WORD // 2


def difference(change: Change) -> int:
    """What was added to a count, also when the count wrapped."""
    delta = change.delta or 0
    if wrapped(change):
        delta += WORD if delta < 0 else -WORD
    return delta


def count_name(change: Change, *, pinning: bool) -> str:
    """The name of a difference: of how many pins it is made, or what a count means now.

    Only a command that pins or unpins moves counts by the bias: 1024 plain references
    are the same number and no pin.
    """
    delta = difference(change)
    if change.field == "_refcount" and change.new == 0:
        return "free: nobody refers to it"
    if change.field in ("_mapcount", "_entire_mapcount"):
        return _mapcount(change)
    if change.field == "_refcount" and pinning:
        return _pins(delta)
    return ""


def _mapcount(change: Change) -> str:
    assert isinstance(change.new, int)
    entries = change.new + 1
    whole = " as a whole" if change.field == "_entire_mapcount" else ""
    if entries <= 0:
        return f"no entry maps it{whole}"
    verb = "1 entry maps" if entries == 1 else f"{entries} entries map"
    return f"{verb} it{whole}"


def _pins(delta: int) -> str:
    """A difference in units of the bias, when it has such: `3 × GUP_PIN_COUNTING_BIAS`."""
    pins, rest = divmod(abs(delta) + 1, GUP_PIN_COUNTING_BIAS)
    rest -= 1
    if pins == 0 or rest > 1:
        return ""
    sign = "-" if delta < 0 else ""
    text = BIAS if pins == 1 else f"{pins} × {BIAS}"
    if rest:
        text += f" {'+' if rest > 0 else '-'} 1"
    return f"{sign}({text})" if sign and rest else f"{sign}{text}"
