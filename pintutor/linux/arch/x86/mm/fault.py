"""Page faults of user space (arch/x86/mm/fault.c)."""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import VM_EXEC, VM_READ, VM_WRITE
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_USER,
    FAULT_FLAG_WRITE,
    VM_FAULT_OOM,
    VM_FAULT_SIGBUS,
    VM_FAULT_SIGSEGV,
    VmAreaStruct,
)
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read
from pintutor.sim.trace import trace_event

X86_PF_WRITE = 1 << 1
X86_PF_USER = 1 << 2

SIGBUS = "SIGBUS"
SIGKILL = "SIGKILL"
SIGSEGV = "SIGSEGV"


def access_error(error_code: int, vma: VmAreaStruct) -> bool:
    """True when the range forbids what was tried."""
    if error_code & X86_PF_WRITE:
        return not vma.vm_flags & VM_WRITE
    return not vma.vm_flags & (VM_READ | VM_EXEC | VM_WRITE)


@kernel_function("arch/x86/mm/fault.c")
def do_user_addr_fault(error_code: int, address: int) -> str | None:
    """Handle a fault that user space made.

    Returns: the signal that the task gets, or None when it may try again.
    """
    trace_event(
        "exceptions:page_fault_user", address=address, error_code=error_code
    )
    mm = current().mm
    flags = FAULT_FLAG_USER
    if error_code & X86_PF_WRITE:
        flags |= FAULT_FLAG_WRITE
    down_read(mm, "mmap_lock")
    vma = vma_lookup(mm, address)
    if vma is None or access_error(error_code, vma):
        up_read(mm, "mmap_lock")
        return SIGSEGV
    fault = handle_mm_fault(vma, address, flags)
    up_read(mm, "mmap_lock")
    return mm_fault_error(fault)


def mm_fault_error(fault: int) -> str | None:
    """The signal for VM_FAULT_* bits; without memory the task is killed."""
    if fault & VM_FAULT_OOM:
        return SIGKILL
    if fault & VM_FAULT_SIGBUS:
        return SIGBUS
    if fault & VM_FAULT_SIGSEGV:
        return SIGSEGV
    return None
