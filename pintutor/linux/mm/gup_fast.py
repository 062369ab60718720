"""GUP-fast: walking the page tables without a lock (mm/gup.c, v6.1).

Interrupts are off during the walk, so that no table can be freed under it; the
pages themselves can, which is why each is grabbed unless its count is 0 and
its entry is read again afterwards. Anything unusual ends the walk: what it got
stays a prefix, and the slow path does the rest.

Not modelled: the folded P4D, leaf PUDs, device and secret memory, address
tags.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PGDIR_SIZE,
    PMD_SIZE,
    PUD_SIZE,
    TASK_SIZE_MAX,
    addr_end,
    pgd_offset,
    pte_access_permitted,
    pte_none,
    pte_offset,
    pte_page,
    pte_protnone,
    pte_special,
    pte_write,
    ptep_get,
)
from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PIN,
    FOLL_WRITE,
    MMF_HAS_PINNED,
    gup_must_unshare,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
    MmStruct,
    PageArray,
    Ptep,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.mm.gup import (
    gup_put_folio,
    try_grab_folio,
    unpin_user_pages_lockless,
)
from pintutor.linux.mm.gup_slow import __gup_longterm_unlocked
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import raw_read_seqcount, read_seqcount_retry
from pintutor.sim.objects import KArray

ULONG_MAX = (1 << 64) - 1

FAST_FLAGS = (
    FOLL_WRITE
    | FOLL_LONGTERM
    | FOLL_FORCE
    | FOLL_PIN
    | FOLL_GET
    | FOLL_FAST_ONLY
    | FOLL_NOFAULT
)
"""The flags that the fast functions take."""


def gup_can_follow_protnone(flags: int) -> bool:
    """True when a PROT_NONE entry may be followed: by a debugger."""
    return bool(flags & FOLL_FORCE)


def mm_set_has_pinned_flag(mm: MmStruct) -> None:
    """Remember for fork that this address space was pinned once."""
    if not mm.flags & MMF_HAS_PINNED:
        mm.flags |= MMF_HAS_PINNED


def access_ok(addr: int, size: int) -> bool:
    """True when the range lies in user space (asm-generic/access_ok.h)."""
    return size <= TASK_SIZE_MAX and addr <= TASK_SIZE_MAX - size


@kernel_function("mm/gup.c")
def internal_get_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Get or pin pages by `gup_flags`: without a lock first, then with faults.

    Returns: the number of pages, or an error when there is none.
    """
    if warn_on_once(
        bool(gup_flags & ~FAST_FLAGS), "internal_get_user_pages_fast: flags"
    ):
        return -EINVAL
    if gup_flags & FOLL_PIN:
        mm_set_has_pinned_flag(current().mm)

    start &= PAGE_MASK
    end = start + (nr_pages << PAGE_SHIFT)
    if end > ULONG_MAX:
        return 0
    if not access_ok(start, end - start):
        return -EFAULT

    nr_pinned = lockless_pages_from_mm(start, end, gup_flags, pages)
    if nr_pinned == nr_pages or gup_flags & FOLL_FAST_ONLY:
        return nr_pinned

    start += nr_pinned << PAGE_SHIFT
    left = nr_pages - nr_pinned & ULONG_MAX
    ret = __gup_longterm_unlocked(start, left, gup_flags, pages.plus(nr_pinned))
    if ret < 0:
        return nr_pinned or ret
    return ret + nr_pinned


@kernel_function("mm/gup.c")
def lockless_pages_from_mm(
    start: int, end: int, gup_flags: int, pages: PageArray
) -> int:
    """Walk start..end with interrupts off; returns how many pages were had.

    A pin is undone when fork write-protected the address space meanwhile.
    """
    mm = current().mm
    nr_pinned = KArray([0])
    seq = 0
    if gup_flags & FOLL_PIN:
        seq = raw_read_seqcount(mm, "write_protect_seq")
        if seq & 1:
            return 0

    this_kernel().irqs_disabled = True
    gup_pgd_range(start, end, gup_flags, pages, nr_pinned)
    this_kernel().irqs_disabled = False

    if gup_flags & FOLL_PIN:
        if read_seqcount_retry(mm, "write_protect_seq", seq):
            unpin_user_pages_lockless(pages, nr_pinned[0])
            return 0
    return nr_pinned[0]


@kernel_function("mm/gup.c")
def gup_pgd_range(
    addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> None:
    """Walk the root table over addr..end; `nr` counts the pages."""
    pgdp = pgd_offset(current().mm, addr)
    while True:
        pgd = ptep_get(pgdp)
        next_ = addr_end(addr, end, PGDIR_SIZE)
        if pte_none(pgd):
            return
        if not gup_pud_range(pgd, addr, next_, flags, pages, nr):
            return
        pgdp, addr = pgdp.next(), next_
        if addr == end:
            return


@kernel_function("mm/gup.c")
def gup_pud_range(
    pgd: int, addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> bool:
    """Walk one PUD table; false when the walk has to end."""
    pudp = pte_offset(pgd, "pud", addr)
    while True:
        pud = ptep_get(pudp)
        next_ = addr_end(addr, end, PUD_SIZE)
        if pte_none(pud):
            return False
        if not gup_pmd_range(pud, addr, next_, flags, pages, nr):
            return False
        pudp, addr = pudp.next(), next_
        if addr == end:
            return True


@kernel_function("mm/gup.c")
def gup_pmd_range(
    pud: int, addr: int, end: int, flags: int, pages: PageArray, nr: KArray[int]
) -> bool:
    """Walk one PMD table; false when the walk has to end."""
    pmdp = pte_offset(pud, "pmd", addr)
    while True:
        pmd = ptep_get(pmdp)
        next_ = addr_end(addr, end, PMD_SIZE)
        if pte_none(pmd):
            return False
        if not gup_pte_range(pmd, pmdp, addr, next_, flags, pages, nr):
            return False
        pmdp, addr = pmdp.next(), next_
        if addr == end:
            return True


@kernel_function("mm/gup.c")
def gup_pte_range(
    pmd: int,
    pmdp: Ptep,
    addr: int,
    end: int,
    flags: int,
    pages: PageArray,
    nr: KArray[int],
) -> bool:
    """Walk one PTE table and grab page after page; false to end the walk."""
    ptep = pte_offset(pmd, "pte", addr)
    while True:
        pte = ptep_get(ptep)
        if pte_protnone(pte) and not gup_can_follow_protnone(flags):
            return False
        if not pte_access_permitted(pte, bool(flags & FOLL_WRITE)):
            return False
        if pte_special(pte):
            return False

        page = pte_page(pte)
        folio = try_grab_folio(page, 1, flags)
        if folio is None:
            return False
        if pmd != ptep_get(pmdp) or pte != ptep_get(ptep):
            gup_put_folio(folio, 1, flags)
            return False
        if not pte_write(pte) and gup_must_unshare(flags, page):
            gup_put_folio(folio, 1, flags)
            return False

        pages[nr[0]] = page
        nr[0] += 1
        ptep, addr = ptep.next(), addr + PAGE_SIZE
        if addr == end:
            return True
