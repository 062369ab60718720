"""One key goes on with a lesson: it shows it, reads on, answers, runs, on any screen."""

import pytest

from pintutor.tui.compare_screen import CompareScreen
from pintutor.tui.desk import Desk
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.race_screen import RaceScreen
from tests.tui.pressing import Tried, drawn, press, sitting
from tests.tui.screens import PINNED, desk, drive

NARROW = (80, 24)


def asked(lesson: str = "page-counts") -> Desk:
    """A lesson at its first question."""
    made = desk(lesson=lesson)
    while made.ahead.begins is None:
        made.run(made.ahead.line)
    made.log.items.clear()
    return made


def ahead(text: str) -> str:
    """What the bar of keys says that Space does."""
    return next(line for line in text.splitlines() if line.startswith(" Space "))


def test_the_bar_says_what_comes_next() -> None:
    assert " Space run mmap buf 2 " in drive(desk(lesson="page-counts")).text
    assert " Space answer " in drive(asked()).text
    made = desk(lesson="page-counts")
    while made.ahead.label != "type a command":
        made.run("skip" if made.ahead.begins else made.ahead.line)
    assert " Space type a command " in drive(made).text
    made.run("skip")
    assert " Space next lesson: " in drive(made, ["pagedown"]).text
    assert made.ahead.line == "lesson page-tables"


def test_a_lesson_that_is_out_of_sight_is_shown_before_it_goes_on() -> None:
    made = asked()
    seen = drive(made, ["tab", "4", "space"], size=NARROW)
    assert (seen.tab, seen.ran, seen.typed) == ("lesson", [], "")
    assert ahead(drive(made, ["tab", "4"], size=NARROW).text).startswith(" Space show the")


def test_a_lesson_that_begins_is_brought_into_sight() -> None:
    keys = ["escape", "2", "colon", *"lesson", "space", *"zero-page", "enter"]
    assert drive(desk(), keys, size=NARROW).tab == "lesson"


def test_the_question_stays_in_sight_while_it_is_answered() -> None:
    made = desk(lesson="page-counts")
    session = made.session
    assert session is not None
    while not (made.ahead.begins and session.step and session.step.id == "bias"):
        made.run("skip" if made.ahead.begins else made.ahead.line)
    seen = drive(made, ["space", "space", "space"], size=NARROW)
    assert seen.typed.startswith("answer ")
    assert "What will the count be with a pin?" in " ".join(seen.text.split())


def test_a_digit_begins_the_answer_for_who_reads_the_question() -> None:
    assert drive(asked(), ["4"], size=NARROW).typed == "answer 4"
    assert drive(asked(), ["tab", "4"], size=NARROW).tab == "log"


def test_the_answer_can_be_yes_or_no_where_that_is_asked() -> None:
    assert "answer yes  answer no  skip" in drive(asked()).text
    assert "type it, Enter" in drive(asked("zero-page")).text
    assert drive(asked(), ["space", "n", "enter"]).ran == ["answer n"]


def test_an_empty_answer_keeps_its_blank() -> None:
    assert drive(asked(), ["space", "enter", "7"]).typed == "answer 7"


def test_nothing_goes_on_where_one_looks_round_by_oneself() -> None:
    seen = drive(desk(*PINNED), ["escape", "space", "enter"])
    assert seen.ran == [] and " Space " not in seen.text


@pytest.mark.parametrize("size", [NARROW, (120, 40)])
def test_a_lesson_goes_on_over_its_race(size: tuple[int, int]) -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "space")
        while not isinstance(pilot.app.screen, RaceScreen):
            await press(pilot, "space")
        race = pilot.app.screen
        for _ in range(12):
            if race.command_line.value == "answer ":
                break
            await press(pilot, "space")
        assert any("answer 1  answer 2  skip" in line for line in drawn(pilot))
        await press(pilot, "1", "enter")
        assert any("In C the lower address comes first" in line for line in drawn(pilot))
        await press(pilot, "escape")
        assert pilot.app.screen_stack[-1] is screen
        session = screen.desk.session
        assert session is not None and session.answers["which-first"].right

    sitting(desk(lesson="race-tee"), then, size=size)


def test_who_types_goes_on_typing_on_the_screen_that_opens_and_back() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, *"compare", "space", *"v6.4", "space", *"v6.5", "enter")
        over = pilot.app.screen
        assert isinstance(over, CompareScreen)
        assert over.focused is over.command_line
        await press(pilot, *"leave", "enter")
        assert screen.focused is screen.command_line
        await press(pilot, "escape", "c", *"v6.4", "space", *"v6.5", "enter", "escape")
        await press(pilot, "escape")
        assert screen.focused is not screen.command_line

    sitting(desk(*PINNED), then)
