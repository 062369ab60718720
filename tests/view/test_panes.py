"""The panes: rows made from a moment of a lab."""

from functools import partial

import pytest

from pintutor.patches.patch import Patch
from pintutor.patches.series import ALL
from pintutor.view.panes import (
    FACES,
    Pane,
    moment,
    page_rows,
    page_table_rows,
    source_rows,
    status_row,
    timeline_rows,
    vmstat_rows,
)
from pintutor.view.rows import as_text, plain
from pintutor.view.wrap import columns
from tests.labs import Lab, run, started

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p")
DRAWS = (source_rows, page_table_rows, page_rows, vmstat_rows, timeline_rows)


def _text(pane: Pane) -> str:
    return as_text(pane.rows)


def _pages(lab: Lab, height: int = 12) -> str:
    return _text(page_rows(moment(lab), 72, height))


def _tables(lab: Lab, height: int = 12) -> str:
    return _text(page_table_rows(moment(lab), 72, height))


def _source(lab: Lab, **options: str) -> Pane:
    return source_rows(moment(lab), 80, 30, **options)  # type: ignore[arg-type]


def _marked(pane: Pane) -> list[str]:
    return [plain(one) for one in pane.rows if plain(one).startswith("▶")]


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("lines", [(), ("mmap buf 2",), PINNED, (*PINNED, "back 40")])
def test_every_pane_draws_every_moment(draw, lines) -> None:  # type: ignore[no-untyped-def]
    pane = draw(moment(started(*lines)), 60, 10)
    assert pane.rows


def test_a_count_shows_what_the_command_made_of_it_with_a_sign() -> None:
    assert "1 → 1025  +1024" in _pages(started(*PINNED))


def test_a_count_is_taken_apart_into_its_holders() -> None:
    assert "= 1 boot + 1×1024 pin p[0]" in _pages(started(*PINNED))
    both = started("mmap buf 2", "write buf 0x41", "pin buf[0] as p", "get buf[0] as g")
    assert "= 1 map + 1×1024 pin p[0] + 1 get g[0]" in _pages(both)


def test_within_a_command_only_what_the_step_changed_has_a_sign() -> None:
    lab = started(*PINNED)
    run(lab, "back-until zero._refcount == 1", "step")
    assert "1 → 1025  +1024" in _pages(lab)
    run(lab, "step")
    assert "→" not in _pages(lab)


def test_what_a_call_under_way_has_taken_is_said_to_be_in_it() -> None:
    lab = started(*PINNED)
    run(lab, "back-until zero._refcount == 1", "step")
    assert "= 1 boot + 1024 in the running call" in _pages(lab)


def test_units_that_nobody_holds_are_marked() -> None:
    lab = started("mmap buf 1", "poke zero._refcount 5")
    assert "= 1 boot + ! 4 that nobody holds" in _pages(lab)


def _walked(lab: Lab) -> list[str]:
    """The pages pane after each step of the last command."""
    entry = lab.timeline.entries[-1]
    first = lab.timeline.first_step(entry)
    texts = []
    for step in range(first + 1, first + entry.steps):
        lab.timeline.seek(step)
        texts.append(_pages(lab))
    return texts


def test_a_page_that_lost_its_name_is_shown_while_it_changes() -> None:
    walked = _walked(started("mmap buf 1", "write buf 0x41", "munmap buf"))
    assert any("pfn:" in text and "1 → 0  -1" in text for text in walked)


def test_flags_that_were_set_have_a_sign() -> None:
    walked = _walked(started("mmap buf 1", "write buf 0x41"))
    assert any("+uptodate" in text for text in walked)


def test_vmstat_shows_the_counters_and_what_is_out() -> None:
    text = _text(vmstat_rows(moment(started(*PINNED)), 60, 2))
    assert "nr_foll_pin_acquired 0 → 1  +1" in text
    assert "= 1 out" in text


def test_a_new_entry_of_a_page_table_has_a_plus_and_both_values() -> None:
    lab = started("mmap buf 2", "read buf[0]")
    row = next(line for line in _tables(lab, height=6).splitlines() if "PTE 0" in line)
    assert "+" in row[:3]
    assert "buf[0]" in row and "none → zero r--a- special" in row


def test_new_tables_have_a_plus() -> None:
    assert "+PGD 254 ▸+PUD 0 ▸+PMD 0" in _tables(started("mmap buf 2", "read buf[0]"))
    assert "+PGD" not in _tables(started(*PINNED))


def test_empty_entries_are_one_row() -> None:
    assert "PTE 1..511   none" in _tables(started("mmap buf 2", "read buf[0]"))


def test_entries_alike_are_one_row_where_there_is_little_room() -> None:
    lab = started("mmap buf 16", "read buf")
    text = _tables(lab, height=6)
    assert "PTE 0..15    buf[0..15] none → zero r--a- special" in text
    assert len(_tables(lab, height=30).splitlines()) > 16


def test_entries_that_changed_stand_apart_from_those_that_did_not() -> None:
    lab = started("mmap buf 8", "read buf", "write buf[3] 0x41")
    text = _tables(lab, height=6)
    assert "PTE 0..2     buf[0..2] zero" in text
    assert "~  PTE 3        buf[3]   zero r--a- special → buf[3] rw-ad" in text
    assert "PTE 4..7     buf[4..7] zero" in text


def test_a_range_that_was_not_touched_shows_how_far_a_walk_gets() -> None:
    assert "PGD 254 none   buf: 2 pages, not touched yet" in _tables(started("mmap buf 2"))


def test_a_range_that_only_a_child_still_maps_is_not_among_ones_own() -> None:
    lab = started("mmap buf 2", "fork child", "munmap buf")
    assert "Nothing is mapped" in _tables(lab)


def test_a_child_that_has_touched_nothing_sees_how_far_its_own_walk_gets() -> None:
    lab = started("mmap buf 2", "fork child", "write buf 0x41", "task child")
    assert "PGD 254 none   buf: 2 pages, not touched yet" in _tables(lab)


def test_the_part_of_a_range_that_is_still_mapped_is_what_was_not_touched() -> None:
    lab = started("mmap buf 4", "munmap buf[0]")
    assert "buf[1..3]: 3 pages, not touched yet" in _tables(lab)


def test_frames_of_a_device_are_counted_from_its_first() -> None:
    lab = started("mmap dev 2 io from 3")
    assert "dev[0]   none → device[3] r--a- special" in _tables(lab)
    assert "device[4]" in _tables(lab)


def test_the_entry_that_is_being_walked_is_marked() -> None:
    lab = started("mmap buf 2", "read buf", "pin buf as p")
    run(lab, "back-until zero._refcount == 1025")
    marked = [line for line in _tables(lab).splitlines() if line.startswith("▶")]
    assert len(marked) == 1 and "PTE 1" in marked[0]


def test_the_line_that_ran_is_marked_once() -> None:
    lab = started(*PINNED)
    run(lab, "back 20")
    assert len(_marked(_source(lab))) == 1


def test_at_the_end_of_a_command_its_last_change_is_shown() -> None:
    pane = _source(started(*PINNED))
    assert plain(pane.title) == "mm/gup.c  try_grab_page"
    assert "NR_FOLL_PIN_ACQUIRED" in _marked(pane)[0]


def test_locals_and_callers_stand_below_the_source() -> None:
    text = _text(_source(started(*PINNED)))
    assert "page=zero" in text and "flags=TOUCH|PIN" in text
    assert "call    pin_user_pages_fast ▸" in text and "▸ try_grab_page" in text


def test_a_patched_function_has_three_faces() -> None:
    lab = started(*PINNED)
    prefer = "zero-page-unpinned"
    before = source_rows(moment(lab), 80, 60, prefer=(prefer,))
    after = source_rows(moment(lab), 80, 60, prefer=(prefer,), face="after")
    both = source_rows(moment(lab), 80, 60, prefer=(prefer,), face="diff")
    assert "is_zero_page" not in _text(before) and "[before]" in plain(before.aside)
    assert "is_zero_page" in _text(after) and "before runs" in plain(after.aside)
    assert "+         if is_zero_page(page):" in _text(both)
    assert len(_marked(both)) == 1


def test_the_faces_of_an_applied_patch_say_that_after_runs() -> None:
    lab = started("mmap buf 2", "read buf", "apply zero-page-unpinned", "pin buf[0] as p")
    run(lab, "back 14")
    pane = source_rows(
        moment(lab), 80, 60, prefer=("zero-page-unpinned",), function="try_grab_page"
    )
    assert "[after]" in plain(pane.aside)


def test_a_long_function_keeps_the_marked_line_in_sight() -> None:
    lab = started(*PINNED)
    total = lab.timeline.total
    for step in range(total - 140, total, 7):
        run(lab, f"goto {step}")
        pane = source_rows(moment(lab), 72, 12)
        assert len(_marked(pane)) == 1, step


def test_the_timeline_is_as_wide_as_it_may_be() -> None:
    lab = started(*PINNED)
    for _ in range(12):
        run(lab, "get buf[0]")
    for width in (40, 72, 120):
        (row,) = timeline_rows(moment(lab), width, 1).rows
        assert columns(plain(row)) <= width
        assert "●" in plain(row)


@pytest.mark.parametrize("step", range(0, 320, 23))
def test_the_timeline_has_one_cursor_at_every_step(step: int) -> None:
    lab = started(*PINNED)
    lab.timeline.seek(step)
    (row,) = timeline_rows(moment(lab), 78, 1).rows
    assert plain(row).count("●") == 1
    assert f"step {lab.timeline.cursor}/{lab.timeline.total}" in plain(row)


def test_other_branches_are_counted() -> None:
    lab = started(*PINNED)
    run(lab, "undo", "get buf[0]")
    assert plain(timeline_rows(moment(lab), 78, 1).aside) == "1 other branch"


def test_the_status_names_the_kernel_and_the_task() -> None:
    lab = started(*PINNED, "apply zero-page-unpinned")
    assert plain(status_row(moment(lab), 80)) == "v6.4+1 · init"


def test_a_pane_draws_a_large_range_in_short_rows() -> None:
    lab = started("mmap big 600", "read big")
    text = _tables(lab, height=8)
    assert len(text.splitlines()) < 10
    assert "PTE 0..511" in text


def test_of_many_pages_the_first_and_those_that_changed_are_listed() -> None:
    lab = started("mmap big 600", "write big 0x41", "write big[500] 0x42", "pin big[500]")
    text = _pages(lab)
    assert "big[500]" in text and "1 → 1025  +1024" in text
    assert "more pages" in text
    assert len(text.splitlines()) < 80


@pytest.mark.parametrize("patch", ALL, ids=lambda patch: str(patch.name))
def test_every_function_of_every_patch_has_its_faces(patch: Patch) -> None:
    lab = started(*PINNED)
    for function in {one.function.__name__ for one in patch.variants}:
        for face in FACES:
            pane = source_rows(
                moment(lab), 90, 60, face=face, prefer=(patch.name,), function=function
            )
            assert pane.rows and plain(pane.title).endswith(function)


def test_a_function_that_a_patch_brings_is_not_there_before() -> None:
    lab = started(*PINNED)
    draw = partial(source_rows, moment(lab), 90, 60, function="folio_add_pin")
    assert "this kernel has no such function" in _text(draw())
    assert "def folio_add_pin" in _text(draw(face="after"))
