"""A pane that fails, and looks."""

from dataclasses import replace

import pytest

from pintutor.tui.looks import choose
from pintutor.view.panes import Moment, Pane
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import KINDS
from pintutor.view.rows import ROLES
from tests.tui.screens import PINNED, desk, drive


def test_a_pane_that_fails_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = desk(*PINNED)

    def fail(now: Moment, asked: Asked, width: int, height: int) -> Pane:
        raise ValueError("no tables")

    broken = replace(KINDS["tables"], draw=fail)
    monkeypatch.setitem(KINDS, "tables", broken)
    seen = drive(made, ["escape", "b"])
    assert "this pane cannot be drawn" in seen.text
    assert "ValueError: no tables" in seen.text
    assert "nr_foll_pin_acquired" in seen.text
    assert seen.ran == ["back"]


def test_without_colour_no_role_has_one() -> None:
    look = choose({"NO_COLOR": "1"})
    assert all(look.style(role).color is None for role in ROLES)


def test_ascii_is_drawn_with_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTUTOR_ASCII", "1")
    seen = drive(desk(*PINNED), look=choose())
    assert seen.text.isascii()
    assert "pages" in seen.text
