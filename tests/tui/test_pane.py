"""A pane that fails, and looks."""

from collections.abc import Mapping

import pytest
from rich.style import Style

from pintutor.tui.looks import choose
from pintutor.view.panes import Pane
from pintutor.view.rows import ROLES
from tests.tui.screens import PINNED, desk, drive


def test_a_pane_that_fails_leaves_the_others_alone() -> None:
    made = desk(*PINNED)

    def fail(width: int, height: int) -> Pane:
        raise ValueError("no tables")

    made.tables_pane = fail  # type: ignore[method-assign]
    seen = drive(made, ["escape", "b"])
    assert "this pane cannot be drawn" in seen.text
    assert "ValueError: no tables" in seen.text
    assert "nr_foll_pin_acquired" in seen.text
    assert seen.ran == ["back"]


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "pintutor-dark"),
        ({"PINTUTOR_THEME": "light"}, "pintutor-light"),
        ({"COLORFGBG": "0;15"}, "pintutor-light"),
        ({"COLORFGBG": "15;0"}, "pintutor-dark"),
        ({"COLORFGBG": "0;15", "PINTUTOR_THEME": "dark"}, "pintutor-dark"),
        ({"NO_COLOR": "1", "PINTUTOR_THEME": "light"}, "pintutor-mono"),
    ],
)
def test_the_look_follows_the_environment(
    environment: Mapping[str, str], name: str
) -> None:
    assert choose(environment).theme.name == name


@pytest.mark.parametrize("environment", [{}, {"PINTUTOR_THEME": "light"}])
def test_every_role_can_be_read_on_its_background(environment: Mapping[str, str]) -> None:
    look = choose(environment)
    assert all(_contrast(look.style(role)) >= 4.5 for role in ROLES)


def test_without_colour_no_role_has_one() -> None:
    look = choose({"NO_COLOR": "1"})
    assert all(look.style(role).color is None for role in ROLES)


def _contrast(style: Style) -> float:
    assert style.color is not None and style.bgcolor is not None
    light, dark = sorted(
        (_luminance(each.get_truecolor()) for each in (style.color, style.bgcolor)),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [each / 255 for each in colour]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_ascii_is_drawn_with_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTUTOR_ASCII", "1")
    seen = drive(desk(*PINNED), look=choose())
    assert seen.text.isascii()
    assert "pages" in seen.text
