"""The size of a huge page (include/linux/huge_mm.h)."""

from pintutor.linux.include.linux.mm_types import PAGE_SHIFT

HPAGE_PMD_SHIFT = 21
"""A PMD that maps a huge page covers 2 MiB."""

HPAGE_PMD_SIZE = 1 << HPAGE_PMD_SHIFT
HPAGE_PMD_MASK = -HPAGE_PMD_SIZE
HPAGE_PMD_ORDER = HPAGE_PMD_SHIFT - PAGE_SHIFT
HPAGE_PMD_NR = 1 << HPAGE_PMD_ORDER
"""Small pages in a huge one."""
