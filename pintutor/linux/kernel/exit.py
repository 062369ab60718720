"""Ending a task (kernel/exit.c, kernel/fork.c, mm/mmap.c)."""

from pintutor.linux.drivers.scsi.sg import exit_files
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import MmStruct, TaskStruct
from pintutor.linux.mm.huge_zero import mm_put_huge_zero_page
from pintutor.linux.mm.munmap import remove_vma
from pintutor.linux.mm.pagetable import pte_free
from pintutor.linux.mm.zap_page_range import free_pgtables, unmap_vmas
from pintutor.sim.function import kernel_function


@kernel_function("kernel/exit.c")
def do_exit(task: TaskStruct) -> None:
    """End a task: its address space goes, pages held elsewhere stay."""
    kernel = this_kernel()
    kernel.tasks = tuple(each for each in kernel.tasks if each is not task)
    __mmput(task.mm)
    exit_files(task)


@kernel_function("kernel/fork.c")
def __mmput(mm: MmStruct) -> None:
    """Take an address space apart that nobody uses any more."""
    exit_mmap(mm)
    mm_put_huge_zero_page(mm)


@kernel_function("mm/mmap.c")
def exit_mmap(mm: MmStruct) -> None:
    """Unmap everything and free the page tables."""
    for vma in mm.mmap:
        unmap_vmas(vma)
        free_pgtables(vma)
        remove_vma(vma)
    mm.mmap = ()
    pgd = mm.pgd
    mm.pgd = None
    if pgd is not None:
        pte_free(pgd)
