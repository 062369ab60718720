"""The panes of tasks, the stack, page tables and counters: what they draw."""

import pytest

from pintutor.view.panes import moment, page_rows, page_table_rows, source_rows
from pintutor.view.panes.bios import bio_rows
from pintutor.view.panes.dios import dio_rows
from pintutor.view.panes.iters import iter_rows
from pintutor.view.panes.stack import stack_rows
from pintutor.view.panes.tasks import lock_words, task_rows
from pintutor.view.panes.vmstat import pins_out, vmstat_rows
from pintutor.view.panes.watching import watching_rows
from pintutor.view.rows import as_text, plain
from pintutor.view.sparks import sparkline
from tests.labs import Lab, run, started
from tests.view.scenes import PINNED, at, scene


def _tasks(lab: Lab) -> str:
    return as_text(task_rows(moment(lab), 80, 10).rows)


def _stack(lab: Lab) -> str:
    return as_text(stack_rows(moment(lab), 80, 20).rows)


def _tables(lab: Lab, height: int = 12, *, names: bool = False) -> str:
    return as_text(page_table_rows(moment(lab), 72, height, names=names).rows)


def _watches(lab: Lab) -> str:
    return as_text(watching_rows(moment(lab), 80, 10).rows)


def test_the_task_that_runs_is_marked_and_a_new_one_has_a_plus() -> None:
    lab = at("mapped", "fork child")
    lines = _tasks(lab).splitlines()
    assert lines[0].startswith("▶ init  pid 1")
    assert lines[1].startswith(" +child  pid 2")


def test_a_task_that_has_ended_is_told() -> None:
    lab = at("mapped", "fork child", "exit child")
    assert "- child has ended" in _tasks(lab)


def test_a_lock_is_told_by_who_has_it() -> None:
    assert [lock_words(each) for each in (0, 1, 3, -1)] == [
        "free",
        "1 reader",
        "3 readers",
        "a writer",
    ]
    assert "mmap_lock a writer" in _tasks(scene("forked"))


def test_counters_of_an_address_space_have_old_and_new() -> None:
    assert "rss_anon 0 → 1" in _tasks(at("mapped", "write buf[0] 0x41"))
    assert "+has_pinned" in _tasks(at("mapped", "pin buf[0]"))


def test_interrupts_are_off_while_pages_are_taken_without_a_lock() -> None:
    lab = at("pinned", "pin buf[0]")
    texts = []
    for _ in range(120):
        run(lab, "back")
        texts.append(_tasks(lab))
    assert any("interrupts off" in text for text in texts)
    assert any("interrupts on" in text for text in texts)


def test_the_stack_has_the_function_that_runs_last_and_marked() -> None:
    lines = [line for line in _stack(scene("pinned")).splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith("▶")]
    assert len(marked) == 1 and "try_grab_page" in marked[0]
    assert lines[0].startswith(" pin_user_pages_fast")


def test_a_local_name_that_the_line_changed_has_a_sign_and_both_values() -> None:
    assert "~done 0 → 3" in _stack(scene("extracting"))


def test_the_source_marks_the_local_name_that_its_line_changed() -> None:
    text = as_text(source_rows(moment(scene("extracting")), 80, 30).rows)
    assert "~done=0→3" in text


def test_where_the_stack_does_not_fit_only_the_innermost_has_its_locals() -> None:
    lab = scene("extracting")
    high = as_text(stack_rows(moment(lab), 80, 40).rows)
    low = as_text(stack_rows(moment(lab), 80, 10).rows)
    assert "maxpages" in high and "maxpages" not in low
    assert "~done 0 → 3" in low


def test_the_pins_of_a_large_folio_are_taken_apart_by_themselves() -> None:
    text = as_text(page_rows(moment(scene("huge")), 80, 20).rows)
    assert "_pincount 4 = 4 p" in " ".join(text.split())


def test_pins_that_a_bio_holds_are_counted_in_units_of_a_pin() -> None:
    text = as_text(page_rows(moment(scene("bio")), 80, 20).rows)
    assert "1025 = 1 map + 1×1024 bio" in text


def test_before_anything_ran_the_stack_says_so() -> None:
    assert "No function of the kernel has run yet" in _stack(scene("nothing"))


def test_an_address_is_taken_apart_into_the_indices_of_its_tables() -> None:
    digits, names, *_ = _tables(at("mapped", "read buf[1]")).splitlines()
    assert digits == (" bits 011111110  000000000  000000000  000000001  000000000000")
    assert names == "      PGD 254    PUD 0      PMD 0      PTE 1      offset 0"


def test_where_there_is_little_room_the_tables_stand_alone() -> None:
    assert "bits" not in _tables(at("mapped", "read buf[1]"), height=6)


def test_a_table_that_hangs_beside_another_repeats_nothing_of_the_walk() -> None:
    lab = started("mmap big 1024", "write big[0] 0x41", "write big[600] 0x41")
    paths = [line for line in _tables(lab, 30).splitlines() if "PMD" in line]
    assert "PGD 254" in paths[-2] and "PGD 254" not in paths[-1]
    assert paths[-1].index("PMD 1") == paths[-2].index("PMD 0")


def test_the_bits_of_the_entry_under_way_are_named_when_asked_for() -> None:
    text = _tables(at("pinned", "write buf[0] 0x41"), names=True)
    assert "present   +write   user   accessed   +dirty" in text
    assert "-special" in text


def test_the_holders_of_the_chosen_page_have_a_row_each() -> None:
    lab = at("pinned", "get buf[0] as g")
    rows = page_rows(moment(lab), 80, 20, asked="zero", holders=True).rows
    text = " ".join(as_text(rows).split())
    assert "1026 = 1 boot + 1×1024 pin p[0] + 1 get g[0]" in text
    assert "1 boot reserved at boot 1024 pin p[0] 1 reference g[0]" in text


def test_pins_that_are_out_are_drawn_over_the_last_moments() -> None:
    lab = at("pinned", "pin buf[1] as q", "unpin p", "unpin q")
    assert pins_out(moment(lab)) == [0, 1, 2, 1, 0]
    text = as_text(vmstat_rows(moment(lab), 80, 2).rows)
    assert text.endswith("= 0 out  ▁▄█▄▁")


def test_counters_that_never_moved_have_no_sparkline() -> None:
    assert as_text(vmstat_rows(moment(scene("mapped")), 80, 2).rows).endswith("= 0 out")


def test_a_watched_value_stands_before_what_it_became() -> None:
    assert "~ zero._refcount                    1 → 2049   ▁" in _watches(scene("watching"))


def test_where_nothing_is_watched_the_pane_says_how_to() -> None:
    assert "`watch zero._refcount` keeps an eye on a value" in _watches(scene("pinned"))


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((), ""),
        ((5, 5, 5), "▁▁▁"),
        ((0, 1), "▁█"),
        (tuple(range(8)), "▁▂▃▄▅▆▇█"),
        ((None, 0, None, 7), " ▁ █"),
        ((None, None), "  "),
        ((-1024, 0, 1024), "▁▄█"),
    ],
)
def test_a_sparkline_goes_from_the_least_to_the_greatest(values, drawn) -> None:  # type: ignore[no-untyped-def]
    assert sparkline(values) == drawn


def test_a_moment_in_the_middle_of_pinning_says_what_the_call_has() -> None:
    lab = started(*PINNED)
    run(lab, "back-until zero._refcount == 1", "step")
    text = as_text(page_rows(moment(lab), 80, 12).rows)
    assert "1025 = 1 boot + 1024 in the running call" in text


@pytest.mark.parametrize(
    ("name", "draw", "sign"),
    [
        ("iterators", iter_rows, "~ it"),
        ("bio", bio_rows, "+ bio 0"),
        ("bio", dio_rows, "~ d"),
        ("pinned", page_rows, " ~zero"),
        ("extracting", stack_rows, "▶"),
    ],
)
def test_what_changed_is_what_stays_in_sight(name, draw, sign) -> None:  # type: ignore[no-untyped-def]
    pane = draw(moment(scene(name)), 80, 8)
    assert plain(pane.rows[pane.since]).startswith(sign)
    assert pane.since <= pane.current < len(pane.rows)


def test_as_many_counts_are_taken_apart_as_fit_the_largest_first() -> None:
    lab = at("many", "mmap more 1")
    sums = []
    for height in (20, 70, 80):
        rows = [plain(one) for one in page_rows(moment(lab), 80, height).rows]
        sums.append([one for one in rows if " = " in one])
        assert len(rows) <= max(height, 66)
    assert sums[0] == []
    assert any("1026 = 1 map + 1×1024 pin p[0] + 1 get g[0]" in one for one in sums[1])
    assert 0 < len(sums[1]) < len(sums[2])
