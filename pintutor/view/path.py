"""The way that a command took through the kernel, in words, from its recorded lines."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.lab.timeline import Entry
from pintutor.sim.recorder import Event
from pintutor.view.calls import Called, calls, left_at, local

STAGES = {
    "gup_pgd_range": "fast walk",
    "__get_user_pages": "slow path",
    "do_user_addr_fault": "page fault",
    "faultin_page": "page fault",
    "do_anonymous_page": "first touch (do_anonymous_page)",
    "do_wp_page": "write-protected (do_wp_page)",
    "wp_page_copy": "copy (wp_page_copy)",
    "wp_page_reuse": "reuse (wp_page_reuse)",
    "try_grab_folio": "try_grab_folio",
    "try_grab_page": "try_grab_page",
}
"""The functions that decide something, with the words for them."""

WALKS = ("gup_pgd_range", "gup_pud_range", "gup_pmd_range", "gup_pte_range")
"""The levels of the fast walk, outermost first."""

MET = {
    "pte_protnone": "a PROT_NONE entry",
    "pte_access_permitted": "an entry that forbids this access",
    "pte_special": "a special entry",
    "folio is None": "a page that is going away",
    "ptep_get": "an entry that changed",
    "gup_must_unshare": "a page to unshare first",
}
"""What ends a walk at a page-table entry: part of the condition, and the words for it."""


def path(events: Sequence[Event]) -> str:
    """The stages in order: `fast walk met a special entry → slow path → …`."""
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
        words if count == 1 else f"{words} ×{count}" for words, count in stages.items()
    )


def _met(events: Sequence[Event], made: list[Called], walk: Called) -> str:
    """What ended a fast walk early, said by the innermost level that left early."""
    for level in reversed(WALKS):
        inner = [
            one for one in made if one.first <= walk.last and one.function == level
        ]
        condition = left_at(events, inner[-1]) if inner else ""
        if condition and not condition.startswith(("addr == end", "not gup_p")):
            return _obstacle(condition, local(events[inner[-1].last], "pte"))
    return ""


def _obstacle(condition: str, entry: object) -> str:
    if "pte_none" in condition:
        return " met no page table"
    if entry == 0:
        return " met an empty entry"
    found = next((words for part, words in MET.items() if part in condition), "")
    return f" met {found}" if found else f" ended at {condition}"


def signal_reason(entry: Entry) -> str:
    """Why the last page fault of a command killed the task."""
    fault = next((one for one in reversed(entry.events) if _is_fault(one)), None)
    if fault is None:
        return ""
    vma = local(fault, "vma")
    if vma is None:
        return "no range is mapped there"
    return "the range forbids it"


def _is_fault(event: Event) -> bool:
    return event.function == "do_user_addr_fault" and event.returns
