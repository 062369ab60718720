"""compare and difference: two kernels, the same lines, one cursor."""

from __future__ import annotations

import pytest

import pintutor.content.commands
import pintutor.content.races.explore_commands  # noqa: F401  (declares `race` and `leave`)
from pintutor.lab.comparing import Both, Compared, Comparison, comparing
from pintutor.lab.errors import Span
from pintutor.lab.lab import Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Moved, Why
from pintutor.view.compare import compared_rows
from pintutor.view.rows import plain
from tests.dumps import dump, journal_form
from tests.labs import Lab, refused, run, started, value

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p", "unpin p")
ZERO = "compare v6.4 v6.4+zero-page-unpinned"


def _both(lab: Lab) -> Comparison:
    found = comparing(lab)
    assert found is not None
    return found


def _compared(*lines: str) -> tuple[Lab, Comparison]:
    """A lab that compares what this history does without and with one patch."""
    lab = started(*PINNED)
    run(lab, ZERO, *lines)
    return lab, _both(lab)


def test_the_lines_of_the_history_run_on_both_kernels() -> None:
    _, both = _compared()
    assert [lab.kernel_name for lab in both.labs] == ["v6.4", "v6.4+1"]
    for lab in both.labs:
        assert [entry.line for entry in lab.timeline.entries] == list(PINNED)


def test_the_learners_own_machine_is_as_it_was_afterwards() -> None:
    lab = started(*PINNED, "goto 50")
    before = dump(lab), journal_form(lab.machine), lab.timeline.cursor
    run(lab, ZERO, "difference", "pin buf[1] as q", "back 20")
    assert (
        run(lab, "leave").note == "v6.4 and v6.4+zero-page-unpinned are compared no longer"
    )
    assert (dump(lab), journal_form(lab.machine), lab.timeline.cursor) == before


def test_the_cursor_moves_both_and_each_line_of_each_is_met_once() -> None:
    lab, both = _compared("goto start")
    left, right = both.labs
    seen: tuple[list[int], list[int]] = ([], [])
    for _ in range(lab.timeline.total):
        run(lab, "step")
        for one, steps in zip(both.labs, seen, strict=True):
            if not steps or steps[-1] != one.timeline.cursor:
                steps.append(one.timeline.cursor)
    assert seen[0] == [*range(1, left.timeline.total + 1)]
    assert seen[1] == [*range(1, right.timeline.total + 1)]


def test_forth_and_back_leaves_both_machines_as_they_were() -> None:
    lab, both = _compared()
    before = [dump(one) for one in both.labs]
    run(lab, "goto start", "step 150", "back 20", "finish", "goto end")
    assert [dump(one) for one in both.labs] == before


def test_at_every_step_without_a_difference_both_run_the_same_line() -> None:
    _, both = _compared()
    timeline = both.timeline
    for step in range(1, timeline.total + 1):
        timeline.seek(step)
        found = both.standing()
        sides = {(half.function, half.moved) for half in (found.left, found.right)}
        assert len(sides) == 1 or found.reason


def test_the_first_difference_is_where_the_patch_returns_early() -> None:
    lab, _ = _compared()
    found = run(lab, "difference")
    assert isinstance(found, Compared)
    assert found.right.text == "if is_zero_page(page):"
    assert found.left.function == found.right.function == "try_grab_page"
    assert found.right.origin == "zero-page-unpinned"
    assert found.left.body != found.right.body
    assert found.reason == "line" or found.reason == "writes"


def test_the_effect_is_the_count_that_only_one_of_them_raises() -> None:
    lab, both = _compared()
    found = run(lab, "difference effect")
    assert found.reason == "writes"
    (change,) = found.left.changes
    assert (change.subject, change.field, change.delta) == ("zero", "_refcount", 1024)
    assert [value(one, "zero._refcount") for one in both.labs] == [1025, 1]


def test_differences_are_walked_both_ways() -> None:
    lab, _ = _compared()
    first = run(lab, "difference").step
    second = run(lab, "difference next").step
    assert second > first
    assert run(lab, "difference prev").step == first
    assert run(lab, "difference prev").note == "no difference is further on"
    assert lab.timeline.cursor == first


def test_kernels_that_do_the_same_have_no_difference() -> None:
    lab = started("mmap buf 1", "write buf 0x41")
    run(lab, ZERO)
    assert run(lab, "difference").note == "they do the same"


def test_what_one_kernel_refuses_is_a_difference() -> None:
    lab = started("mmap buf 1")
    line = "gup pin_user_pages_fast buf 1 FOLL_HONOR_NUMA_FAULT as p"
    run(lab, f"compare v6.4 v6.5: {line}")
    both = _both(lab)
    found = both.standing()
    assert found.reason == "refused"
    assert "FOLL_HONOR_NUMA_FAULT" in found.left.told and not found.right.told
    assert [len(one.timeline.entries) for one in both.labs] == [1, 2]


def test_what_looks_at_memory_looks_at_both() -> None:
    lab, _ = _compared("difference effect")
    found = run(lab, "why zero._refcount")
    assert isinstance(found, Both)
    values = []
    for each in found:
        assert isinstance(each, Outcome) and isinstance(each.result, Why)
        values.append(each.result.value)
    assert values == [1025, 1]


def test_what_changes_something_changes_both_and_can_be_walked() -> None:
    lab, both = _compared()
    total = lab.timeline.total
    run(lab, "goto 10", "pin buf[0] as q")
    assert lab.timeline.total > total and lab.timeline.cursor == lab.timeline.total
    assert [one.timeline.entries[-1].line for one in both.labs] == ["pin buf[0] as q"] * 2


def test_what_both_refuse_is_an_error_at_its_word() -> None:
    lab, _ = _compared()
    assert refused(lab, "pin bff").at == Span(4, 7)
    assert lab.timeline.entries[-1].line == "unpin p"


def test_lines_behind_a_colon_follow_the_history() -> None:
    lab = started("mmap buf 1")
    run(lab, 'compare v6.4 v6.5: write buf "a;b"; pin buf as p')
    lines = [entry.line for entry in _both(lab).left.timeline.entries]
    assert lines == ["mmap buf 1", 'write buf "a;b"', "pin buf as p"]


def test_a_mistake_behind_the_colon_stands_at_its_column() -> None:
    lab = started()
    error = refused(lab, "compare v6.4 v6.5: mmap b 1; pni b")
    assert error.at == Span(29, 32)
    assert comparing(lab) is None


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("compare v6.4 v7", Span(13, 15)),
        ("compare v6.4 v6.5 v6.12", Span(18, 23)),
        ("compare v6.4 v6.5 of", Span(18, 20)),
        ("compare v6.4 v6.5 of nothing", Span(21, 28)),
    ],
)
def test_a_wrong_word_is_refused_where_it_stands(line: str, at: Span) -> None:
    lab = started()
    assert refused(lab, line).at == at
    assert comparing(lab) is None


def test_one_kernel_is_compared_with_that_of_the_machine() -> None:
    lab = started(*PINNED, "apply zero-page-unpinned")
    run(lab, "compare v6.4")
    assert [one.kernel_name for one in _both(lab).labs] == ["v6.4+1", "v6.4"]


def test_a_lesson_and_a_scenario_give_their_lines() -> None:
    lab = started("mmap own 1")
    run(lab, "compare v6.4 v6.5 of zero-page")
    lines = [entry.line for entry in _both(lab).left.timeline.entries]
    assert lines and "mmap own 1" not in lines
    assert any(line.startswith("pin") for line in lines)


def test_without_a_comparison_there_is_no_difference_and_nothing_to_leave() -> None:
    lab = started()
    assert refused(lab, "difference").code == "not-comparing"
    assert refused(lab, "compare").code == "missing-argument"
    assert refused(lab, "leave").code == "no-race"


def test_a_line_of_the_model_is_what_stepping_by_events_stops_at_on_either_side() -> None:
    lab, both = _compared("goto start")
    moved = run(lab, "step event")
    assert isinstance(moved, Moved) and both.timeline.changed(moved.step)


def test_the_words_of_compare_are_completed() -> None:
    lab = started("mmap buf 1")

    def found(line: str) -> list[str]:
        with lab.machine:
            return [one.text for one in REGISTRY.complete(lab, line, len(line))]

    assert "v6.5" in found("compare v6.4 v6")
    assert "zero-page" in found("compare v6.4 v6.5 of zero-p")
    assert "pin" in found("compare v6.4 v6.5: read buf; pi")


def test_a_lesson_takes_no_note_of_what_is_compared() -> None:
    lab = started("lesson zero-page", "compare v6.4 v6.5", "mmap buf 2", "leave")
    assert lab.session is not None
    assert lab.timeline.entries == []
    assert run(lab, "go").line.startswith("mmap")


def test_a_command_that_ends_in_another_result_differs_at_its_end() -> None:
    lab = started("file F 1", "mmap m 1 of F shared")
    run(lab, "compare v6.4 v6.5: pin m write longterm slow as p")
    run(lab, "goto end")
    found = _both(lab).standing()
    assert found.reason == "result"
    rows = [plain(one) for one in compared_rows(found, 80)]
    assert any("p = 1 page" in one for one in rows)
    assert any("-EFAULT" in one for one in rows)
