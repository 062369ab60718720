"""Lab.execute: one line in, an outcome out, or one error and nothing changed."""

import json
from typing import Any

import pytest

from pintutor.lab.errors import CommandError, Span
from pintutor.sim.errors import KernelBug
from tests.dumps import dump
from tests.labs import Lab, Outcome, refused, run, started

LONG = "mmap " + "a" * 10_000_000


def history(lab: Lab) -> tuple[Any, ...]:
    """What a refused line must leave as it was, besides the state."""
    timeline = lab.timeline
    lines = tuple(entry.line for entry in timeline.entries)
    branches = tuple(future.name for future in timeline.futures)
    return lines, timeline.cursor, timeline.total, branches, lab.last


def test_an_empty_line_and_a_comment_do_nothing() -> None:
    lab = Lab()
    for line in ("", "   ", "# only words"):
        outcome = lab.execute(line)
        assert (outcome.command, outcome.result, outcome.total) == ("", None, 0)


def test_an_outcome_says_what_ran_where_and_what_changed() -> None:
    lab = started("mmap buf 1", "read buf")
    outcome = lab.execute("pin buf as p")
    assert (outcome.line, outcome.command, outcome.kernel) == (
        "pin buf as p",
        "pin",
        "v6.4",
    )
    assert (outcome.step, outcome.total) == (lab.timeline.total, lab.timeline.total)
    deltas = {(one.subject, one.field): one.delta for one in outcome.changes}
    assert deltas[("zero", "_refcount")] == 1024
    assert deltas[("vmstat", "nr_foll_pin_acquired")] == 1
    assert outcome.calls[0] == "pin_user_pages_fast"
    assert "try_grab_page" in outcome.calls


def test_a_command_that_looks_adds_nothing_to_the_history() -> None:
    lab = started("mmap buf 1")
    before = history(lab)[:3], lab.machine.journal.position
    lab.execute("show pages")
    lab.execute("audit")
    assert (history(lab)[:3], lab.machine.journal.position) == before


def test_an_outcome_is_json() -> None:
    lab = started("mmap buf 1")
    for line in ("pin buf as p", "show pages", "audit", "why zero._refcount", "undo", ""):
        assert json.loads(json.dumps(lab.execute(line).to_json()))["line"] == line


def test_a_line_may_ask_for_json() -> None:
    lab = Lab()
    assert lab.execute("mmap a 1 --json").as_json
    assert not lab.execute("mmap b 1").as_json


def test_a_line_for_another_kernel_is_skipped() -> None:
    lab = Lab("v6.5")
    outcome = lab.execute("on v6.4: mmap a 1")
    assert (outcome.skipped, lab.timeline.total) == (True, 0)
    assert not lab.execute("on v6.1 >=v6.5: mmap a 1").skipped


def test_a_prefix_runs_a_command_as_another_task_for_this_once() -> None:
    lab = started("mmap a 1", 'write a "A"', "fork child", 'child: write a "B"')
    assert run(lab, "read a+0:1").value == "41"
    assert run(lab, "child: read a+0:1").value == "42"


def test_an_unknown_kernel_leaves_the_lab_as_it_was() -> None:
    lab = started("mmap a 1")
    before = dump(lab), history(lab)
    with pytest.raises(CommandError):
        lab.reset("v9.9")
    assert (dump(lab), history(lab)) == before


def test_a_reset_starts_over_with_a_fresh_machine() -> None:
    lab = started("mmap a 1", "write a 0x01")
    lab.reset("v6.5")
    assert dump(lab) == dump(Lab("v6.5"))
    assert history(lab) == ((), 0, 0, (), None)


REFUSED = [
    ("pni buf", "unknown-command", Span(0, 3)),
    ("pin bff", "unknown-name", Span(4, 7)),
    ("pin buf[9]", "bad-place", Span(8, 9)),
    ("pin buf x", "", None),
    ("mmap a many", "bad-number", Span(7, 11)),
    ("mmap a 99999999999", "bad-number", Span(7, 18)),
    ("mmap buf 1", "name-taken", None),
    ("mmap zero 1", "name-taken", None),
    ("mmap a 1 at=0x123", "mmap-failed", None),
    ("write buf 0xzz", "bad-bytes", Span(10, 14)),
    ("unpin nothing", "", Span(6, 13)),
    ("unpin p 99", "too-many", None),
    ("munmap bfu", "", Span(7, 10)),
    ("apply zero-page-unpined", "unknown-patch", Span(6, 23)),
    ("revert zero-page-unpinned", "patch-refused", None),
    ("kernel v6.44", "unknown-kernel", Span(7, 12)),
    ("goto 99999", "unknown-step", Span(5, 10)),
    ("branch b9", "unknown-branch", Span(7, 9)),
    ("poke buf[0].colour 1", "bad-field", Span(12, 18)),
    ("why buf", "bad-field", Span(4, 7)),
    ("expect 1 +", "", None),
    ("nobody: read buf", "unknown-task", Span(0, 6)),
    ("exit init", "bad-task", None),
    ('write buf "open', "unfinished", Span(10, 15)),
    ("read buf\x1b[2J", "control-character", Span(8, 9)),
    (LONG, "too-long", None),
]


@pytest.mark.parametrize(
    ("line", "code", "at"), REFUSED, ids=[line[:24] for line, _, _ in REFUSED]
)
def test_a_wrong_line_is_refused_at_the_word_and_changes_nothing(
    line: str, code: str, at: Span | None
) -> None:
    lab = started("mmap buf 2", "read buf", "pin buf as p")
    before = dump(lab), history(lab)
    error = refused(lab, line)
    assert (dump(lab), history(lab)) == before
    assert len(error.message) < 300
    assert not code or error.code == code
    assert at is None or error.at == at


@pytest.mark.parametrize(
    ("line", "code", "at"), REFUSED, ids=[line[:24] for line, _, _ in REFUSED]
)
def test_a_wrong_line_in_the_past_leaves_the_future_where_it_is(
    line: str, code: str, at: Span | None
) -> None:
    lab = started("mmap buf 2", "read buf", "pin buf as p", "unpin p", "undo", "back 3")
    before = dump(lab), history(lab)
    refused(lab, line)
    assert (dump(lab), history(lab)) == before
    lab.execute("goto end")
    assert run(lab, "audit").imbalances == ()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("pin bff", "`buf`"),
        ("pni buf", "`pin`"),
        ("apply zero-page-unpined", "`zero-page-unpinned`"),
        ("kernel v6.44", "`v6.4`"),
        ("unpin pp", ""),
    ],
)
def test_a_near_miss_is_answered_with_what_was_meant(line: str, hint: str) -> None:
    lab = started("mmap buf 1")
    error = refused(lab, line)
    assert hint in error.message


def test_an_unmapped_address_is_the_kernels_answer_and_no_error_of_the_line() -> None:
    lab = Lab()
    assert run(lab, "pin 0x1000").error == "-EFAULT"
    assert run(lab, "read 0x0").signal == "SIGSEGV"


BUG = ("mmap a 1", "write a 0x01", "poke a[0]._refcount 1024")


def oops(lab: Lab) -> Outcome:
    """Drop the last reference of a page that is still mapped."""
    run(lab, *BUG[:2], "get a as g", "poke a[0]._refcount 1")
    return lab.execute("put g")


def test_a_kernel_bug_is_kept_in_the_outcome() -> None:
    outcome = oops(Lab())
    assert isinstance(outcome.oops, KernelBug)
    assert "freed while mapped" in str(outcome.oops)
    assert outcome.to_json()["oops"].startswith("kernel BUG: Bad page state")


def test_after_an_oops_only_looking_and_going_back_work() -> None:
    lab = Lab()
    oops(lab)
    error = refused(lab, "read a")
    assert error.code == "kernel-stopped"
    assert "undo" in error.hint
    run(lab, "show pages", "back", "undo")
    assert run(lab, "read a").signal is None


def test_an_error_of_ours_takes_the_command_back(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = started("mmap a 1")
    before = dump(lab), history(lab)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pintutor.lab.commands.memory.faults", broken)
    with pytest.raises(ZeroDivisionError):
        lab.execute("read a")
    assert (dump(lab), history(lab)) == before


def test_page_faults_of_an_undone_command_are_not_counted_again() -> None:
    lab = started("mmap a 1", "read a", "undo")
    assert run(lab, "read a").faults == 1


def test_a_new_command_in_the_past_says_that_a_future_was_left() -> None:
    lab = started("mmap a 1", "read a", "undo")
    outcome = lab.execute("write a 0x01")
    assert any("branch b1" in note for note in outcome.notes)


def test_a_command_that_is_half_done_is_finished_first() -> None:
    lab = started("mmap a 1", "read a", "back 4")
    outcome = lab.execute("write a 0x01")
    assert any("`read a` was finished first" in note for note in outcome.notes)
    assert [entry.line for entry in lab.timeline.entries] == [
        "mmap a 1",
        "read a",
        "write a 0x01",
    ]


class Witness:
    """A session that counts what it sees."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def observe(self, lab: Lab, outcome: Outcome) -> tuple[str, ...]:
        """Note the line."""
        self.lines.append(outcome.line)
        return ("seen",)


def test_a_session_sees_every_line_that_ran_and_may_add_notes() -> None:
    lab = Lab()
    lab.session = witness = Witness()
    outcome = lab.execute("mmap a 1")
    lab.execute("# nothing")
    refused(lab, "nonsense")
    assert witness.lines == ["mmap a 1"]
    assert outcome.notes[-1] == "seen"


def test_a_line_may_name_what_the_half_done_command_makes() -> None:
    lab = started("mmap buf 2", "back 3")
    outcome = lab.execute("write buf[0] 0x41")
    assert outcome.notes == ("`mmap buf 2` was finished first",)


def test_a_wrong_line_in_the_middle_of_a_command_leaves_the_cursor_there() -> None:
    lab = started("mmap buf 2", "back 3")
    before = lab.timeline.cursor
    refused(lab, "write bff 0x41")
    assert lab.timeline.cursor == before


def test_a_task_cannot_be_told_to_look() -> None:
    lab = started("mmap buf 1", "fork child")
    error = refused(lab, "child: expect audit.clean")
    assert (error.at, error.code) == (Span(0, 5), "unexpected-word")


def test_what_must_fail_can_be_run_as_a_task() -> None:
    lab = started("mmap buf 1", "fork child", "munmap buf", "child: mmap own 1 none")
    assert run(lab, "fails SIGSEGV: child: read own").holds
