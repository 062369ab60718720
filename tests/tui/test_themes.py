"""Themes: which one is worn, whether it can be read, and that a bad name harms nothing."""

from collections.abc import Mapping

import pytest

from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose, named
from pintutor.view.kept import path
from pintutor.view.rows import ROLES
from pintutor.view.themes import ABOUT, wanted
from tests.labs import refused, run, started
from tests.terminal import Terminal, script
from tests.tui.pressing import Tried, drawn, sitting
from tests.tui.screens import PINNED, desk

READABLE = 4.5
"""The least contrast of text that WCAG 2 asks for at level AA."""
MORE = 7.0
"""The same at level AAA."""


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How much two colours differ: 1 for not at all, 21 for black and white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", [name for name in ABOUT if name != "mono"])
def test_every_role_can_be_read_on_its_ground(name: str) -> None:
    least = MORE if name == "high-contrast" else READABLE
    for role in ROLES:
        style = named(name).style(role)
        assert style.color is not None and style.bgcolor is not None
        assert contrast(style.color.name, style.bgcolor.name) >= least, role


@pytest.mark.parametrize("name", [*ABOUT])
def test_what_is_good_bad_new_and_removed_never_look_the_same(name: str) -> None:
    look = named(name)
    pairs = [("good", "bad"), ("new", "removed"), ("bad", "plain"), ("new", "plain")]
    assert all(look.style(one) != look.style(other) for one, other in pairs)


@pytest.mark.parametrize("name", [*ABOUT])
def test_every_theme_has_a_style_for_every_role(name: str) -> None:
    assert all(named(name).style(role) is not None for role in ROLES)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "dark"),
        ({"PINTUTOR_THEME": "okabe-ito"}, "okabe-ito"),
        ({"COLORFGBG": "0;15"}, "light"),
        ({"COLORFGBG": "15;default;0"}, "dark"),
        ({"COLORFGBG": "0;15", "PINTUTOR_THEME": "dark"}, "dark"),
        ({"NO_COLOR": "1", "PINTUTOR_THEME": "light"}, "mono"),
        ({"NO_COLOR": "", "PINTUTOR_THEME": "light"}, "light"),
    ],
)
def test_the_theme_follows_the_environment(
    environment: Mapping[str, str], name: str
) -> None:
    assert wanted(environment) == (name, "")


def test_a_bad_name_in_the_environment_is_told_and_passed_over() -> None:
    name, problem = wanted({"PINTUTOR_THEME": "drak"})
    assert (name, problem) == (
        "dark",
        "PINTUTOR_THEME: no theme is called `drak`; did you mean `dark`?",
    )


def test_what_was_chosen_is_worn_next_time_unless_the_environment_says_otherwise() -> None:
    run(desk().lab, "theme high-contrast")
    assert wanted({})[0] == "high-contrast"
    assert wanted({"PINTUTOR_THEME": "light"})[0] == "light"


def test_a_bad_name_is_refused_at_its_word_with_a_suggestion() -> None:
    desk()
    error = refused(started(), "theme okabe-itto")
    assert "did you mean `okabe-ito`?" in error.message
    assert error.at is not None and error.at.start == len("theme ")


def test_the_list_of_themes_marks_the_one_that_is_worn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PINTUTOR_THEME", "light")
    rows = run(desk().lab, "theme").rows
    assert [row[1] for row in rows if row[0]] == ["light"]
    assert [row[1] for row in rows] == [*ABOUT]


def test_a_theme_that_cannot_be_kept_is_worn_all_the_same() -> None:
    path().parent.parent.mkdir(parents=True)
    path().parent.write_text("no folder")
    assert "cannot be kept" in " ".join(run(desk().lab, "theme light").paragraphs)


def test_the_command_changes_the_screen_at_once_and_no_word_of_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        for name in ("light", "mono", "high-contrast"):
            screen.run_line(f"theme {name}")
            await pilot.pause()
            await pilot.pause()
            strip = screen.pane("lesson").render_line(1)
            ground = {segment.style.bgcolor for segment in strip if segment.style}
            assert pilot.app.theme == f"pintutor-{name}"
            paper = named(name).style("plain").bgcolor
            assert ground == {paper} or name == "mono"
            assert "mmap buf 2" in "\n".join(drawn(pilot))

    sitting(desk(*PINNED), then)


def test_a_name_without_a_theme_does_not_keep_the_tutor_from_starting() -> None:
    with Terminal(
        [script("pintutor"), "tui"], env={"PINTUTOR_THEME": "drak"}, rows=30
    ) as terminal:
        terminal.wait_for("did you mean `dark`?")


@pytest.mark.parametrize(
    "extra", [{"PINTUTOR_ASCII": "1"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}]
)
def test_on_an_ascii_terminal_every_border_is_ascii(extra: Mapping[str, str]) -> None:
    with Terminal([script("pintutor"), "tui", "zero-page"], env=extra) as terminal:
        terminal.wait_for("The page nobody may pin")
        terminal.send("3")
        terminal.wait_for("memory]")
        terminal.settle()
        assert terminal.text().isascii()


def test_the_look_says_what_was_wrong_with_the_name() -> None:
    assert "drak" in choose({"PINTUTOR_THEME": "drak"}).problem
