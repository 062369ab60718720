"""Every key of the race screen does something."""

from pintutor.content.races.walk_commands import under_way
from pintutor.tui.keys import COMMON, Key
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.race_keys import RACE_KEYS, RACE_SCREEN, turns
from pintutor.tui.race_screen import RaceScreen
from tests.content.races import FORK
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import desk

FIRST = {
    "race-redo": "0 0 B",
    "race-go": "0 0 B",
    "race-undo": "0",
    "race-step": "0 b",
    "race-step-function": "0 F",
    "race-up": "r l down",
    "race-down": "pageup pageup",
    "race-page-down": "pageup pageup",
    "race-page-up": "pagedown",
}
"""What has to be pressed before a key has anything to do."""
BEGIN = f"race race-fork kernel={FORK}"


def state(pilot: Tried, race: RaceScreen) -> tuple[object, ...]:
    """Everything that a key may change."""
    lab = race.desk.lab
    walk = under_way(lab)
    here = (walk.schedule, walk.at) if walk is not None else None
    told = (race.whole, race.command_line.value, race.focused, race.pane("lanes").text())
    return len(pilot.app.screen_stack), here, lab.timeline.cursor, told


def test_every_key_of_the_race_screen_changes_what_is_in_sight() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line(BEGIN)
        while not isinstance(pilot.app.screen, RaceScreen):
            await pilot.pause(0.01)
        opened = pilot.app.screen
        assert isinstance(opened, RaceScreen)
        race: RaceScreen = opened
        for key in (*RACE_SCREEN[:2], *RACE_KEYS[:-1], *turns(2), *RACE_SCREEN[2:], *MORE):
            for name in key.keys.split(","):
                await press(pilot, *FIRST.get(key.id, "").split())
                before = state(pilot, race)
                await press(pilot, name)
                assert state(pilot, race) != before, f"{key.id}: {name}"
                while pilot.app.screen is not race:
                    await press(pilot, "escape")
                race.command_line.action_clear()
                race.back_to_panes()
                await pilot.pause()

    sitting(desk(), then, size=(80, 24))


MORE: tuple[Key, ...] = tuple(key for key in COMMON if key.id != "picture")
"""The keys of every screen; that of pictures writes files and has a test of its own."""
