"""What bios will give back: their part of the ledger (ledger.py).

A bio has no note of what it took; its flags say what it will give back. So a
bio whose flags are wrong, or are read by a kernel that numbers them in another
way, makes the books differ at once, not only when it ends.
"""

from typing import NamedTuple

from pintutor.linux.block.blk_map_types import BioMapData
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import (
    BIO_CLONED,
    BIO_NO_PAGE_REF,
    BIO_PAGE_PINNED,
    BIO_PAGE_REFFED,
    Bio,
)
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_PIN,
    GUP_PIN_COUNTING_BIAS,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE, Page
from pintutor.linux.include.linux.page_flags import folio_test_large

KEEPERS = ("mpage_end_io", "end_bio_bh_io_sync", "bio_map_kern_endio")
"""Ends that give back no page, whatever the flags of the bio are."""

COPIERS = ("bio_copy_kern_endio", "bio_copy_kern_endio_read")
"""Ends that free the pages of the bio, whatever its flags are."""


class Rules(NamedTuple):
    """How the kernel of the moment gives back what is under way."""

    bio_flags: tuple[str, ...]
    """The flags of a bio in the order of their bits."""
    unpins_bios: bool
    """A bio without BIO_NO_PAGE_REF gives back pins, not references."""
    fuse_cleanup: int
    """FOLL_PIN, FOLL_GET, or 0 where each request of FUSE says it."""
    dio_pins: bool
    """Direct I/O without iomap pins user memory, and holds nothing else."""
    zero_counted: bool
    """A pin of the first zero page is a unit of its count."""
    coloured_counted: bool
    """A pin of any other zero page is one too."""


class Holding(NamedTuple):
    """Units of one page that a bio will give back."""

    page: Page
    name: str
    units: int
    pins: int


def flag_names(bio: Bio, rules: Rules) -> tuple[str, ...]:
    """The flags of the bio, as this kernel reads them."""
    return tuple(
        name
        for bit, name in enumerate(rules.bio_flags)
        if bio.bi_flags & 1 << bit
    )


def cleanup_of(bio: Bio, rules: Rules) -> int:
    """FOLL_PIN, FOLL_GET or 0: how the bio gives back each of its pages."""
    if isinstance(bio.bi_private, BioMapData):
        return FOLL_GET if bio.bi_private.is_our_pages else 0
    end_io = bio.bi_end_io.__name__ if bio.bi_end_io is not None else ""
    if end_io in COPIERS:
        return FOLL_GET
    flags = flag_names(bio, rules)
    if BIO_PAGE_PINNED in flags:
        return FOLL_PIN
    if BIO_PAGE_REFFED in flags:
        return FOLL_GET
    if BIO_NO_PAGE_REF not in rules.bio_flags or BIO_NO_PAGE_REF in flags:
        return 0
    if BIO_CLONED in flags:
        return 0
    if end_io in KEEPERS:
        return 0
    return FOLL_PIN if rules.unpins_bios else FOLL_GET


def bio_holders(kernel: Kernel, rules: Rules) -> tuple[Holding, ...]:
    """What each bio that is in use will give back, page by page."""
    return tuple(
        held(page, f"bio {bio.nr}[{index}]", how, kernel, rules)
        for bio in kernel.bios
        if (how := cleanup_of(bio, rules))
        for index, page in enumerate(pages_of(bio, kernel))
    )


def pages_of(bio: Bio, kernel: Kernel) -> tuple[Page, ...]:
    """Each page that the places of the bio touch, as it will be given back."""
    found: tuple[Page | None, ...] = ()
    for nr in range(bio.bi_vcnt):
        bv = bvec_at(bio, nr)
        first = bv.bv_page.pfn + bv.bv_offset // PAGE_SIZE
        last = bv.bv_page.pfn + (bv.bv_offset + bv.bv_len - 1) // PAGE_SIZE
        found += tuple(kernel.mem_map.items[first : last + 1])
    return tuple(page for page in found if page is not None)


def held(
    page: Page, name: str, how: int, kernel: Kernel, rules: Rules
) -> Holding:
    """One reference or pin of a page that is under way."""
    if not how & FOLL_PIN:
        return Holding(page, name, 1, 0)
    if folio_test_large(page_folio(page)):
        return Holding(page, name, 1, 1)
    if counted(page, kernel, rules):
        return Holding(page, name, GUP_PIN_COUNTING_BIAS, 0)
    return Holding(page, name, 0, 0)


def counted(page: Page, kernel: Kernel, rules: Rules) -> bool:
    """True when giving back a pin of this small page moves its count."""
    zero = kernel.empty_zero_page
    colours = kernel.zero_page_mask >> PAGE_SHIFT
    if zero is None or not 0 <= page.pfn - zero.pfn <= colours:
        return True
    return rules.zero_counted if page is zero else rules.coloured_counted
