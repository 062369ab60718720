"""What a learner is told after a command."""

import pytest

from pintutor.lab import results
from pintutor.view.accounts import result_rows
from pintutor.view.rows import ROLES, as_text
from pintutor.view.text import error_rows, outcome_rows
from pintutor.view.wrap import columns
from tests.labs import Lab, refused, started

SESSION = (
    "mmap buf 2",
    "read buf[0]",
    "pin buf[0] as p",
    "pin buf write as q",
    "get buf[1] as g",
    "why zero._refcount",
    "why vmstat.nr_foll_pin_acquired",
    "last zero._refcount",
    "goto end",
    "diff zero-page-unpinned",
    "apply zero-page-unpinned",
    "unpin p",
    "put g",
    "audit",
    "poke zero._refcount 2147483647",
    "get buf[1]",
    "pin 0x1000",
    "read 0x1000",
    "expect zero._refcount == 1",
    "expect zero._refcount != 1",
    "munmap buf",
    "show pages",
    "show pt",
    "show trace",
    "source try_grab_page",
    "timeline",
    "kernels",
    "patches",
    "help",
    "help pin",
    "undo 3",
    "mmap other 1",
)


def told(lab: Lab, line: str, *, width: int = 80) -> str:
    return as_text(outcome_rows(lab.execute(line), lab=lab, width=width))


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_row_of_a_session_is_wider_than_the_screen(width: int) -> None:
    lab = Lab("v6.4")
    for line in SESSION:
        text = told(lab, line, width=width)
        wide = [each for each in text.splitlines() if columns(each) > width]
        assert not wide, line


def test_every_role_is_one_that_front_ends_know() -> None:
    lab = Lab("v6.4")
    for line in SESSION:
        rows = outcome_rows(lab.execute(line), lab=lab)
        assert {segment.role for one in rows for segment in one} <= set(ROLES)


def test_the_same_is_told_without_the_lab_but_for_what_only_it_knows() -> None:
    lab = started("mmap buf 1", "read buf")
    outcome = lab.execute("pin buf as p")
    without = as_text(outcome_rows(outcome))
    assert "1 → 1025  +1024  GUP_PIN_COUNTING_BIAS" in without
    assert "path" not in without


def test_a_pin_of_the_zero_page_is_told_with_its_difference_path_and_step() -> None:
    lab = started("mmap buf 2", "read buf[0]")
    outcome = lab.execute("pin buf[0] as p")
    assert as_text(outcome_rows(outcome, lab=lab)).splitlines() == [
        "p = 1 page: [zero]",
        "  mm      flags      set has_pinned",
        "  zero    _refcount  1 → 1025  +1024  GUP_PIN_COUNTING_BIAS",
        "  vmstat  nr_foll_pin_acquired  0 → 1  +1",
        "  path  fast walk met a special entry → slow path → try_grab_page",
        f"  step {outcome.step} of {outcome.step} · `back` walks it,"
        " `why zero._refcount` explains it",
    ]


def test_mapping_the_zero_page_says_that_its_count_is_unchanged() -> None:
    text = told(started("mmap buf 1"), "read buf")
    assert "pte        none → zero r--a- special" in text
    assert "_refcount  1  unchanged: a special entry is no reference" in text
    assert "+ 3 page tables, in pgd[254] pud[0] pmd[0]" in text


def test_after_the_patch_a_pin_names_the_test_that_left_the_count_alone() -> None:
    lab = started("mmap buf 1", "read buf", kernel="v6.5")
    text = told(lab, "pin buf as p")
    assert "zero  _refcount  1  unchanged: " in text
    assert "left at is_zero_page(page)" in text
    released = told(lab, "unpin p")
    assert "unchanged: gup_put_folio left at is_zero_folio(folio)" in released


def test_a_get_of_1024_zero_pages_is_not_called_a_pin() -> None:
    lab = started("mmap buf 1024", "read buf")
    text = told(lab, "get buf as g")
    assert "1 → 1025  +1024" in text
    assert "GUP_PIN_COUNTING_BIAS" not in text
    assert "g = 1024 pages: [zero ×64 and 960 more]" in text


def test_many_pages_are_folded_into_runs() -> None:
    lab = started("mmap buf 512")
    lines = told(lab, "write buf 0x41").splitlines()
    assert len(lines) < 12
    assert any(
        "buf[0..511]  flags" in line and line.endswith("swapbacked  each") for line in lines
    )
    assert any("none → pfn:0x2004..0x2203 rw-ad" in line for line in lines)


def test_a_wrapped_count_is_said_to_have_wrapped() -> None:
    lab = started("mmap buf 1", "read buf", "poke zero._refcount 2147483647")
    text = told(lab, "get buf as g")
    assert "2147483647 → -2147483648  +1  the 32-bit count has wrapped" in text


def test_an_error_of_the_kernel_is_told_with_its_words_and_its_reason() -> None:
    text = told(started("mmap buf 1"), "pin 0x1000")
    assert "= -EFAULT  Bad address   pin_user_pages_fast: nothing is held" in text
    assert "slow path: no range is mapped there" in text


def test_a_fault_that_found_no_memory_does_not_blame_the_range() -> None:
    text = told(started("mmap buf 1", "inject alloc 1"), "write buf 0x41")
    assert "SIGKILL" in text
    assert "no memory could be had for it" in text
    assert "the range forbids it" not in text


def test_a_fault_that_the_range_forbids_says_so() -> None:
    text = told(started("mmap buf 1 r"), "write buf 0x41")
    assert "the range forbids it" in text


def test_a_refused_flag_names_the_test_that_refused_it() -> None:
    text = told(started("mmap buf 1 r"), "pin buf write")
    assert "check_vma_flags refused at " in text


def test_a_short_pin_says_how_many_were_asked_for_and_why_it_ended() -> None:
    lab = started("mmap buf 2")
    text = told(lab, "gup pin_user_pages_fast buf 4 as p")
    assert "p = 2 pages: [zero ×2]   short: 4 were asked for" in text
    assert "no range is mapped there" in text


def test_a_signal_is_told_with_its_reason() -> None:
    lab = started("mmap guard 1 none")
    assert "page fault: the range forbids it" in told(lab, "read guard")
    assert "page fault: no range is mapped there" in told(lab, "read 0x1000")


def test_why_splits_a_count_into_holders_with_the_step_that_took_each() -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p")
    text = told(lab, "why zero._refcount")
    assert "1025 =    1  reserved at boot" in text
    assert "     + 1024  pin p[0]" in text
    assert "try_grab_page (mm/gup.c)" in text
    assert "pin buf as p" in text


def test_why_folds_holders_that_one_step_made() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x41", "pin T as p")
    lines = told(lab, "why T[0]._pincount").splitlines()
    assert lines[1].startswith("512 = 512  pin p[0..511]  512 × 1  step ")


def test_references_of_a_large_folio_are_not_called_pins_by_the_bias() -> None:
    lab = started("mmap T 1024 thp", "read T")
    text = told(lab, "pin T as p")
    assert "_pincount  0 → 1024  +1024" in text
    assert "GUP_PIN_COUNTING_BIAS" not in text


def test_tasks_are_told_when_they_are_made_chosen_and_ended() -> None:
    lab = started("mmap buf 1", "write buf 0x41")
    assert told(lab, "fork child").startswith("child  task 2; `child: COMMAND` runs")
    assert told(lab, "task child").startswith("child  task 2 runs the commands that")
    assert told(lab, "exit child").startswith("child  task 2 has ended")


def test_every_result_of_a_command_has_rows_of_its_own() -> None:
    parts = {results.Change, results.Share, results.Imbalance}
    kinds = {
        each
        for each in vars(results).values()
        if isinstance(each, type) and each.__module__ == results.__name__
    }
    plain = result_rows.dispatch(object)
    missing = [one for one in kinds - parts if result_rows.dispatch(one) is plain]
    assert not missing


def test_an_imbalance_is_told_with_its_holders_last_write_and_what_to_try() -> None:
    lab = started(
        "mmap buf 1", "read buf", "pin buf as p", "apply zero-page-unpinned", "unpin p"
    )
    lines = told(lab, "audit").splitlines()
    assert lines[0] == (
        "! zero._refcount is 1025, its holders account for 1: 1024 units belong to nobody"
    )
    assert lines[1].startswith("  last written at step ")
    assert lines[2] == "  try: `why zero._refcount`, `last zero._refcount`"


def test_books_that_balance_are_called_clean() -> None:
    assert told(started("mmap buf 1", "write buf 0x41"), "audit").startswith("clean")


def test_an_oops_shows_the_models_own_call_trace_and_the_way_out() -> None:
    lab = started("mmap buf 1", "write buf 0x41", "get buf as g", "poke buf[0]._refcount 1")
    outcome = lab.execute("put g")
    assert outcome.oops is not None
    text = as_text(outcome_rows(outcome, lab=lab))
    assert "Bad page state" in text
    assert "free_unref_page (mm/page_alloc.c), line " in text
    assert "`undo` goes back before the command" in text


def test_a_step_back_shows_the_line_its_change_and_a_sentence() -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p")
    text = told(lab, "last zero._refcount")
    assert "▶ folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)" in text
    assert "zero  _refcount  1 → 1025  +1024  GUP_PIN_COUNTING_BIAS" in text
    assert "zero's count rose by one pin: 1024, because a small page" in text


def test_an_expectation_that_fails_shows_what_its_parts_are() -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p")
    assert told(lab, "expect zero._refcount == 1").splitlines() == [
        "! does not hold: zero._refcount == 1",
        "  zero._refcount is 1025",
    ]


def test_a_line_for_another_kernel_says_that_nothing_ran() -> None:
    assert "nothing was run" in told(Lab("v6.4"), "on v6.5: mmap buf 1")


def test_a_hint_is_given_only_the_first_time() -> None:
    lab = Lab("v6.4")
    assert "`read a[0]`" in told(lab, "mmap a 1")
    assert "`read b[0]`" not in told(lab, "mmap b 1")


def test_an_error_stands_under_the_word_that_is_wrong() -> None:
    lab = Lab("v6.4")
    line = "pni buf[0]"
    assert as_text(error_rows(refused(lab, line), line, indent=5)).splitlines() == [
        "     pni buf[0]",
        "     ^^^ no such command; did you mean `pin`?",
    ]


def test_a_long_message_goes_below_its_caret() -> None:
    lab = Lab("v6.4")
    line = "pin buf " + "longterm " * 6 + "nonsense"
    rows = as_text(error_rows(refused(lab, line), line, indent=5)).splitlines()
    assert all(columns(each) <= 80 for each in rows)


@pytest.mark.parametrize("line", ["pin \x1b[31mred", "pin bu\u202ef", "read \x9bA"])
def test_what_a_terminal_could_obey_is_shown_escaped(line: str) -> None:
    text = as_text(error_rows(refused(Lab("v6.4"), line), line))
    assert text.replace("\n", "").isprintable()


def test_a_comment_that_overrides_the_direction_of_text_is_shown_escaped() -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p # \u202e")
    text = told(lab, "why zero._refcount")
    assert "\\u202e" in text
    assert text.replace("\n", "").isprintable()


def test_a_line_of_ten_million_characters_is_not_echoed() -> None:
    line = "x" * 10_000_000
    text = as_text(error_rows(refused(Lab("v6.4"), line), line))
    assert "10000000 characters; at most 4096 are read" in text
    assert len(text) < 200
