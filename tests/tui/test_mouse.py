"""With the mouse alone: choose a pane, a page, a key, an answer, and take a lesson."""

from textual.events import MouseScrollDown

from pintutor.tui.lesson_screen import LessonScreen
from tests.terminal import Terminal, script
from tests.tui.clicking import CONTROLS, Mouse
from tests.tui.pressing import Tried, click, press, sitting
from tests.tui.screens import PINNED, desk


def test_a_click_goes_to_a_pane_and_the_wheel_scrolls_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line("help")
        await pilot.pause()
        await click(pilot, "─ log")
        assert screen.focused is screen.pane("log")
        before = screen.pane("log").text()
        await pilot._post_mouse_events([MouseScrollDown], "#log", offset=(2, 2))
        await pilot.pause()
        assert screen.pane("log").text() != before

    sitting(desk(*PINNED), then)


def test_a_click_on_a_page_makes_it_the_one_that_is_asked_about() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await click(pilot, "buf[1]  ")
        assert screen.desk.chosen == "buf[1]"
        await click(pilot, "y why")
        assert screen.desk.log.items[-1].line == "why buf[1]._refcount"

    sitting(desk("mmap buf 2", 'write buf "AB"', "write buf[1] 0x41"), then)


def test_a_click_in_the_bar_of_keys_presses_the_key() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        await click(pilot, "b back")
        await click(pilot, "N B command")
        assert [item.line for item in screen.desk.log.items] == ["back", "step command"]
        await click(pilot, ": type")
        assert screen.focused is screen.command_line

    sitting(desk(*PINNED), then)


def test_a_click_on_a_tab_shows_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        await click(pilot, "3 memory")
        assert screen.panes.tab == "memory"

    sitting(desk(*PINNED), then, size=(80, 24))


def test_a_click_on_a_line_that_stands_anywhere_runs_it_or_begins_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        await click(pilot, "mmap buf 2  two pages")
        assert screen.desk.log.items[-1].line == "mmap buf 2"
        screen.click_line("lesson NAME")
        assert screen.command_line.value == "lesson "
        screen.click_line("_refcount")
        assert screen.command_line.value == "lesson "

    made = desk()
    made.run("lab")
    sitting(made, then)


def test_an_answer_in_digits_can_be_clicked_together() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await click(pilot, "answer ▏")
        for sign in ("4", "0", "9", "9", "⌫", "7"):
            await click(pilot, f" {sign} ", nth=-1)
        await click(pilot, " Run ", nth=-1)
        assert [item.line for item in screen.desk.log.items] == ["answer 4097"]

    made = desk(lesson="zero-page")
    while made.session and made.session.step and made.session.step.kind == "run":
        made.run("go")
    made.log.items.clear()
    sitting(made, then, size=(120, 60))


def test_a_lesson_is_taken_rightly_from_the_start_by_mouse_reports_alone() -> None:
    answers = iter(("no", "2", "1026", "2"))
    with Terminal([script("pintutor")], rows=24, columns=80) as shown:
        mouse = Mouse(shown)
        mouse.click(r"Orientation +(page-counts)")
        while True:
            shown.settle(quiet=0.1)
            ahead = shown.wait_for(rf"{CONTROLS}|^ Space (\w+)")[1]
            if ahead == "type":
                break
            if ahead is None:
                mouse.compose([next(answers)])
            else:
                mouse.click(r"^ (Space|Run) ")
        for line in ("put g", "unpin p"):
            mouse.click(r"^ v6.4 (▸)")
            mouse.compose(line.split())
            shown.settle(quiet=0.1)
        shown.wait_for("✓ the lesson is done")
        assert not [*answers]
        mouse.click(r"^ (Enter) (?:next lesson: Page tables|read on)")
        shown.wait_for("^. 1.2 Page tables and huge pages ")


def test_what_lies_over_a_screen_is_closed_by_mouse_too() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        for opens, words in (("? keys", "the keys"), ("Ctrl+P find", "the palette")):
            await click(pilot, opens)
            assert pilot.app.screen is not screen, words
            await pilot.click(offset=(60, 0))
            await pilot.pause()
            assert pilot.app.screen is screen, words
        await click(pilot, "j jump")
        await pilot.click(offset=(60, 0))
        await pilot.pause()
        assert pilot.app.screen is screen

    sitting(desk(*PINNED), then, size=(160, 40))
