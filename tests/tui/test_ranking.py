"""The palette ranks: what fits best stands first, what was used before others as good."""

from pintutor.tui.keys import LESSON
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.palette import Palette
from pintutor.tui.ranking import Entry, ranked, used
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk


def found(wanted: str, *recent: str) -> list[str]:
    """Keys of what the palette of the lesson screen finds, in order."""
    made = desk()
    palette = Palette(LESSON, made.keymap, made.lessons, choose({}))
    return [entry.key for entry in ranked(palette.entries, wanted, recent)]


def test_the_whole_name_comes_before_what_only_begins_so() -> None:
    first = {word: found(word)[0] for word in ("pin", "step", "undo", "lessons", "theme")}
    assert first == {
        "pin": "begin pin",
        "step": "run step",
        "undo": "run undo",
        "lessons": "run lessons",
        "theme": "run theme",
    }


def test_letters_of_a_name_may_be_left_out_in_a_description_only_words_count() -> None:
    assert "run lesson zero-page" in found("zrpg")[:2]
    one = Entry("run x", "x", "takes a pin")
    assert ranked([one], "tkpn", ()) == ()
    assert ranked([one], "pin", ()) == (one,)


def test_a_lesson_a_screen_and_a_setting_are_found_by_what_they_say() -> None:
    assert found("nobody may pin")[0] == "run lesson zero-page"
    assert found("theme contrast")[0] == "run theme high-contrast"
    assert found("course map")[0] == "run lessons"


def test_what_was_used_comes_first_among_those_as_good_and_when_nothing_is_typed() -> None:
    assert found("", "run audit", "pane iter")[:2] == ["run audit", "pane iter"]
    alike = [Entry("run ab", "ab", ""), Entry("run ac", "ac", "")]
    assert [one.key for one in ranked(alike, "a", ["run ac"])] == ["run ac", "run ab"]
    assert used("run b", ["run a", "run b"]) == ["run b", "run a"]


def test_what_is_chosen_is_kept_for_the_next_time() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "ctrl+p", *"vmstt", "enter")
        assert screen.focused is screen.pane("vmstat")
        await press(pilot, "ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        assert palette.list.key == "pane vmstat"

    sitting(desk(*PINNED), then)
