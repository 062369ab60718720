"""The history as a tree: where branches part, where the cursor is, what was left."""

from pintutor.lab.branching import tree
from pintutor.view.branches import tree_rows
from pintutor.view.rows import plain
from pintutor.view.wrap import columns
from tests.labs import Lab, run, started

NESTED = (
    "mmap a 1",
    "read a",
    "get a as g",
    "mark there",
    "undo",
    "get a as h",
    "undo 2",
    "write a 0x41",
    "pin a as p",
    "undo",
)


def _drawn(lab: Lab, width: int = 60) -> list[str]:
    return [plain(one) for one in tree_rows(tree(lab.timeline), width)]


def test_the_tree_has_every_command_and_each_branch_where_it_parts() -> None:
    assert _drawn(started(*NESTED))[:-1] == [
        "│ the start",
        "│ mmap a 1",
        "├─┬ b2  2 commands",
        "│ · read a",
        "│ ├─┬ b1  1 command",
        "│ │ · get a as g  ◆there",
        "│ · get a as h",
        "● write a 0x41",
        "○ pin a as p",
    ]


def test_at_the_start_the_cursor_is_there() -> None:
    assert _drawn(started("mmap a 1", "goto start"))[:2] == ["● the start", "○ mmap a 1"]


def test_many_commands_at_which_nothing_parts_are_counted() -> None:
    lab = started("mmap a 1", *["read a"] * 9)
    assert _drawn(lab)[:-1] == ["│ the start", "│  … 9 commands", "● read a"]


def test_no_row_is_wider_than_there_is_room() -> None:
    lab = started(*NESTED)
    assert max(columns(one) for one in _drawn(lab, 20)) <= 20


def test_the_command_draws_the_tree() -> None:
    lab = started(*NESTED)
    assert run(lab, "branches") == tree(lab.timeline)
