"""A line is put together by clicks: from the list of what could stand there, and signs."""

import pytest

from pintutor.content.catalogue import lessons
from pintutor.content.lesson import load
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.tui.composing import LETTERS, SIGNS, Composer
from pintutor.tui.lesson_screen import LessonScreen
from tests.labs import started
from tests.tui.pressing import Tried, click, drawn, press, sitting
from tests.tui.screens import PINNED, desk, drive

SHAPES = [(80, 24), (40, 12)]


def out_of_reach(lab: Lab, line: str) -> set[str]:
    """The signs of a line that neither the list offers nor the rows below it."""
    done, missing = "", set()
    while len(done) < len(line):
        found = REGISTRY.complete(lab, done, len(done))
        offered = (done[: one.start] + one.text for one in found)
        fitting = [text for text in offered if line.startswith(text) and text != done]
        sign = line[len(done)]
        if not fitting and sign not in f"{SIGNS}{LETTERS}{LETTERS.upper()} ":
            missing.add(sign)
        done = max(fitting, key=len, default=done + sign)
    return missing


def test_every_line_that_a_lesson_wants_can_be_put_together() -> None:
    lab = started()
    lines: set[str] = set()
    for lesson in (load(one.path) for one in lessons()):
        scripts = [*lesson.solutions.values()]
        lines |= {line.text.strip() for script in scripts for line in script}
        lines |= {f"answer {text}" for step in lesson.steps for text, _ in step.wrong}
    assert len(lines) > len(lessons())
    with lab.machine:
        assert not {line: signs for line in lines if (signs := out_of_reach(lab, line))}
        assert out_of_reach(lab, "write buf 'A'") == {"'"}


def test_the_list_offers_the_commands_of_the_lesson_first() -> None:
    made = desk(lesson="page-counts")
    made.run("go")
    seen = drive(made, ["f6"], size=(80, 24))
    at = next(n for n, line in enumerate(seen.lines) if "what can stand here" in line)
    assert [line.split()[0] for line in seen.lines[at + 1 : at + 3]] == ["answer", "mmap"]


async def opened(pilot: Tried, screen: LessonScreen) -> None:
    """Open the list, and wait until all stands where it will."""
    screen.command_line.open_list()
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("size", SHAPES)
def test_a_line_is_put_together_by_clicks_on_any_screen(size: tuple[int, int]) -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await click(pilot, "v6.4 ▸")
        screen.command_line.begin("unp")
        await opened(pilot, screen)
        await click(pilot, "  unpin ", into="unpin", nth=-1)
        await click(pilot, "  p ", into="p", nth=-1)
        assert screen.command_line.value == "unpin p "
        await click(pilot, " Run ")
        assert screen.desk.log.items[-1].line == "unpin p"
        assert not screen.command_line.listing
        assert len(drawn(pilot)) == size[1]

    sitting(desk(*PINNED), then, size=size)


def test_a_sign_behind_a_word_takes_the_place_of_the_blank() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        line = screen.command_line
        line.begin("write bu")
        await opened(pilot, screen)
        await click(pilot, "  buf ", into="buf", nth=-1)
        for sign in ("+", "8"):
            await click(pilot, f" {sign} ", nth=-1)
        assert line.value == "write buf+8"
        await click(pilot, " space ")
        await click(pilot, ' " ', nth=-1)
        assert line.value == 'write buf+8 "'

    sitting(desk(*PINNED), then)


def test_a_new_name_is_spelt_with_letters_and_digits() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.command_line.begin("mmap ")
        await opened(pilot, screen)
        assert any("NAME: a new name" in line for line in drawn(pilot))
        for sign in (" b ", " Aa ", " C ", " 123 ", " 4 ", " ⌫ "):
            await click(pilot, sign, nth=-1)
        assert screen.command_line.value == "mmap bC"
        await click(pilot, " close")
        assert not screen.command_line.listing

    sitting(desk(*PINNED), then)


def test_the_arrows_move_in_the_list_and_typing_filters_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "f6", *"unp", "down")
        assert screen.command_line.value.startswith("unpin")
        await press(pilot, "down")
        assert screen.command_line.value.split() == ["unpin", "p"]
        await press(pilot, "enter")
        assert screen.desk.log.items[-1].line == "unpin p"

    sitting(desk(*PINNED), then)


def test_down_behind_the_latest_line_opens_the_list_and_escape_closes_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "down")
        assert screen.query_one(Composer).display
        await press(pilot, "escape")
        assert not screen.query_one(Composer).display
        assert screen.focused is screen.command_line

    sitting(desk(*PINNED), then)


def test_a_line_that_is_refused_stays_to_be_mended_in_the_open_list() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.command_line.begin("unpin q")
        await opened(pilot, screen)
        await click(pilot, " Run ")
        assert screen.command_line.listing
        assert any("^ no held name is called `q`" in line for line in drawn(pilot))

    sitting(desk(*PINNED), then)


def offered(lesson: str) -> list[str]:
    """What the first question of a lesson that no line answers may be answered by."""
    made = desk(lesson=lesson)
    while made.ahead.begins is None:
        made.run(made.ahead.line)
    line = made.ahead.begins
    return [one.text for one in REGISTRY.complete(made.lab, line, len(line))]


def test_what_may_answer_depends_on_what_is_asked() -> None:
    assert offered("page-counts") == ["yes", "no"]
    assert "zero-page-unpinned" in offered("which-patch")
    assert {"v6.4", "v6.5"} <= {*offered("which-kernel")}
    assert {"log", "nobody"} <= {*offered("who-still-holds")}


def test_a_script_is_changed_with_its_own_words_and_the_commands() -> None:
    made = desk(lesson="finish-the-driver")
    while made.ahead.begins is None:
        made.run(made.ahead.line)
    found = [one.text for one in REGISTRY.complete(made.lab, "edit 7 un", 9)]
    assert {"unpin", "undo"} <= {*found}


def test_turns_are_offered_for_each_cpu_of_a_race() -> None:
    lesson = next(
        lesson
        for lesson in (load(one.path) for one in lessons())
        if any(step.schedule for step in lesson.steps)
    )
    race = next(step.schedule for step in lesson.steps if step.schedule)
    assert [text for text, _ in race.complete("P", started())][:3] == ["P0", "P0*", "P1"]
