"""One line of words for each step."""

import pytest

from pintutor.view.narrate import narrate
from tests.labs import Lab, run, started


def all_steps(lab: Lab) -> list[str]:
    told = []
    for step in range(lab.timeline.total + 1):
        with lab.machine:
            lab.timeline.seek(step)
        told.append(narrate(lab, step))
    return told


@pytest.fixture(scope="module")
def told() -> list[str]:
    return all_steps(
        started("mmap buf 2", "read buf[0]", "pin buf as p", "unpin p", "munmap buf")
    )


def test_every_step_has_one_line_that_ends_in_a_full_stop(told: list[str]) -> None:
    assert all(text.endswith(".") and "\n" not in text for text in told)


def test_the_first_step_is_the_boot() -> None:
    assert narrate(Lab("v6.4"), 0) == "Nothing has run yet: the machine has just booted."


@pytest.mark.parametrize(
    "sentence",
    [
        "a new page table hangs on pgd[254].",
        "buf[0] maps the zero page now, read-only; the entry is special, so no reference"
        " is taken.",
        "`pte_special(pte)` holds.",
        "gup_pte_range returns `False`.",
        "zero's count rose by one pin: 1024, because a small page keeps its pins inside"
        " its reference count.",
        "nr_foll_pin_acquired counts one pin more: 1.",
        "into zap_pte: clear one entry; its page loses the mapping and its reference.",
        "zero's count fell by 2 pins: 2048, because a small page keeps its pins inside"
        " its reference count.",
        "nothing is mapped at buf[0] any more.",
        "the address space is marked has_pinned.",
        "`vma` is the range buf.",
        "`pte` is the entry `zero r--a- special`.",
    ],
)
def test_a_step_says_what_it_did(told: list[str], sentence: str) -> None:
    assert sentence in told, "\n".join(dict.fromkeys(told))


def test_several_references_were_taken_on_a_large_folio_at_once() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x41", "get T[0..3] as g")
    run(lab, "last T[0]._refcount")
    told = narrate(lab, lab.timeline.cursor)
    assert told == "4 references were taken on T[0]: its count is 5."


def test_the_reference_of_a_lockless_pin_is_told_apart_from_its_bias() -> None:
    told = all_steps(started("mmap buf 1", "write buf 0x41", "pin buf as p"))
    assert "a reference was taken on buf[0]: its count is 2." in told
    assert (
        "buf[0]'s count rose by 1023: with the reference taken before, that is one pin,"
        " 1024." in told
    )


def test_the_end_of_a_command_counts_its_lines() -> None:
    lab = started("mmap buf 1", "madvise buf dontneed")
    lines = lab.timeline.entries[-1].steps - 1
    assert narrate(lab, lab.timeline.total) == (
        f"`madvise buf dontneed` is done: {lines} lines of the model ran."
    )
