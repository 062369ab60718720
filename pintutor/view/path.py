"""The way that a command took through the kernel, in words, from its recorded lines."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.lab.timeline import Entry
from pintutor.linux.include.linux.mm_types import VM_FAULT_OOM, VM_FAULT_SIGBUS
from pintutor.sim.recorder import Event
from pintutor.view.calls import Called, calls, left_at, local

STAGES = {
    "gup_pgd_range": "fast walk",
    "__get_user_pages": "slow path",
    "do_user_addr_fault": "page fault",
    "faultin_page": "page fault",
    "do_anonymous_page": "first touch (do_anonymous_page)",
    "do_huge_pmd_anonymous_page": "first touch (do_huge_pmd_anonymous_page)",
    "do_huge_pmd_wp_page": "write-protected (do_huge_pmd_wp_page)",
    "__split_huge_pmd": "split (__split_huge_pmd)",
    "do_read_fault": "page of a file (do_read_fault)",
    "do_cow_fault": "copy of a page of a file (do_cow_fault)",
    "do_shared_fault": "page of a file (do_shared_fault)",
    "do_wp_page": "write-protected (do_wp_page)",
    "wp_page_copy": "copy (wp_page_copy)",
    "wp_page_shared": "page of a file (wp_page_shared)",
    "wp_page_reuse": "reuse (wp_page_reuse)",
    "do_swap_page": "swap-in (do_swap_page)",
    "shrink_folio": "reclaim (shrink_folio)",
    "unmap_and_move": "move (unmap_and_move)",
    "cmp_and_merge_page": "compare (cmp_and_merge_page)",
    "write_protect_page": "write-protect (write_protect_page)",
    "replace_page": "merge (replace_page)",
    "break_ksm": "copy again (break_ksm)",
    "try_grab_folio": "try_grab_folio",
    "try_grab_page": "try_grab_page",
}
"""The functions that decide something, with the words for them."""

WALKS = (
    "gup_pgd_range",
    "gup_pud_range",
    "gup_pmd_range",
    "gup_huge_pmd",
    "gup_pte_range",
)
"""The levels of the fast walk, outermost first."""

GOES_DOWN = ("not gup_pud_range", "not gup_pmd_range", "not gup_pte_range", "not gup_huge")
"""What a level leaves at when a level below it has ended the walk."""

MET = {
    "pte_protnone": "a PROT_NONE entry",
    "pte_access_permitted": "an entry that forbids this access",
    "pte_special": "a special entry",
    "folio is None": "a page that cannot be grabbed",
    "ptep_get": "an entry that changed",
    "gup_must_unshare": "a page to unshare first",
}
"""What ends a walk at a page-table entry: part of the condition, and the words for it."""


def path(entry: Entry) -> str:
    """The stages in order: `fast walk met a special entry → slow path → …`."""
    events = entry.events
    stages: dict[str, int] = {}
    made = calls(events)
    for index, call in enumerate(made):
        words = STAGES.get(call.function)
        if words is None:
            continue
        if call.function == "gup_pgd_range":
            words += _met(events, made[index:], call)
        stages[words] = stages.get(words, 0) + 1
    return " → ".join(
        words if count == 1 or entry.truncated else f"{words} ×{count}"
        for words, count in stages.items()
    )


def _met(events: Sequence[Event], made: list[Called], walk: Called) -> str:
    """What ended a fast walk early, said by the innermost level that left early."""
    for level in reversed(WALKS):
        inner = [one for one in made if one.first <= walk.last and one.function == level]
        condition = left_at(events, inner[-1]) if inner else ""
        if condition and not condition.startswith(("addr == end", *GOES_DOWN)):
            return _obstacle(condition, local(events[inner[-1].last], "pte"))
    return ""


def _obstacle(condition: str, entry: object) -> str:
    if "pte_none" in condition:
        return " met no page table"
    if entry == 0:
        return " met an empty entry"
    found = next((words for part, words in MET.items() if part in condition), "")
    return f" met {found}" if found else f" ended at {condition}"


def ending(entry: Entry) -> str:
    """Why an access was refused, or a GUP call had less than it was asked for.

    Said by the last fault of user space, or the last pass of the slow path; empty when
    neither ran.
    """
    last = next((one for one in reversed(entry.events) if _decides(one)), None)
    if last is None:
        return ""
    if local(last, "vma") is None:
        return "no range is mapped there"
    if last.function == "do_user_addr_fault":
        return _of_fault(local(last, "fault"))
    checks = [one for one in calls(entry.events) if one.function == "check_vma_flags"]
    condition = left_at(entry.events, checks[-1]) if checks else ""
    return f"check_vma_flags refused at {condition}" if condition else ""


def _of_fault(fault: object) -> str:
    """Why a fault ended with a signal; without VM_FAULT_* bits it was not handled."""
    bits = fault if isinstance(fault, int) else 0
    if bits & VM_FAULT_OOM:
        return "no memory could be had for it"
    if bits & VM_FAULT_SIGBUS:
        return "the file ends before it"
    return "the range forbids it"


def _decides(event: Event) -> bool:
    return event.returns and event.function in ("do_user_addr_fault", "__get_user_pages")
