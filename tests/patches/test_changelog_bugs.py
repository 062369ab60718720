"""Every bug that a changelog names has a line that says where it can be seen."""

from __future__ import annotations

import re
from pathlib import Path

from pintutor.lab import releases
from pintutor.patches import series

PAGE = Path(__file__).resolve().parents[2] / "docs" / "changelog-bugs.md"
IDS = [
    "CB-02a",
    "CB-02b",
    "CB-03",
    "CB-04a",
    "CB-04b",
    "CB-05a",
    "CB-05b",
    "CB-06a",
    "CB-06b",
    "CB-06c",
    "CB-06d",
    "CB-06e",
    "CB-06f",
    "CB-06g",
    "CB-07a",
    "CB-07b",
    "CB-07c",
    "CB-07d",
    "CB-08a",
    "CB-08b",
    "CB-08c",
    "CB-09a",
    "CB-09b",
    "CB-09c",
    "CB-10",
    "CB-10b",
    "CB-11",
    "CB-11b",
    "CB-12",
    "CB-12b",
    "CB-12c",
    "CB-13a",
    "CB-13b",
    "CB-13c",
    "CB-14a",
    "CB-14b",
    "CB-14c",
    "CB-14d",
    "CB-14e",
    "CB-14f",
    "CB-15",
    "CB-17",
    "CB-18",
    "CB-19",
    "CB-20a",
    "CB-20b",
    "CB-20c",
    "CB-20d",
    "CB-21",
    "CB-D1",
    "CB-D2",
    "CB-D3",
    "CB-D4",
    "CB-D5",
    "CB-D6",
    "CB-D7",
    "CB-D8",
    "CB-D9",
    "CB-D10",
    "CB-D11",
    "CB-H1",
    "CB-H2",
    "CB-H3",
    "CB-H4",
    "CB-H5",
    "CB-H6",
    "CB-B1",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f7",
    "f8",
    "f9",
    "f10",
    "f11",
    "f12",
    "f13",
    "f14",
]
NOTHING = ("nothing to see", "not modelled: ")
UNNAMED = {"orphan-copies", "fuse-copy-put"}
"""Bugs that no changelog names."""


def rows() -> dict[str, str]:
    """Each bug by its id, and where it is seen."""
    found = re.findall(r"^\| (\S+) \| .* \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    return {name: seen for name, seen in found if name != "id"}


def named() -> set[str]:
    """The patches and kernels that are named."""
    return {name for seen in rows().values() for name in re.findall(r"`(.*?)`", seen)}


def test_every_bug_has_a_line() -> None:
    assert list(rows()) == IDS


def test_a_line_names_a_patch_or_a_kernel_or_says_why_not() -> None:
    for seen in rows().values():
        assert "`" in seen or seen.startswith(NOTHING), seen


def test_what_is_named_is_there() -> None:
    for name in named() - set(series.BY_NAME):
        releases.find(name)


def test_every_bug_that_can_be_put_back_is_named() -> None:
    bugs = {each.name for each in series.ALL if each.mutation and each.folder != "races"}
    assert bugs - named() == UNNAMED
