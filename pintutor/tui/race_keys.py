"""The keys of the race screen: who goes on, and how its lanes are looked at."""

from __future__ import annotations

from pintutor.tui.keys import COMMON, KEYS, OPENING, PANES, Key

RACE_KEYS = (
    Key("race-redo", "N", "turn", "redo"),
    Key("race-undo", "backspace,B", "turn", "undo"),
    Key("race-step", "n", "line", "step", about="Go forward by one line."),
    Key("race-back", "b", "line", "back", about="Go back by one line."),
    *(
        Key(f"race-{key.id}", key.keys, key.label, key.line, about=key.about)
        for key in KEYS
        if key.id in ("step-function", "back-function")
    ),
    Key("race-rest", "r", "rest", "turn rest", about="Let all go on to their ends."),
    Key("race-leave", "escape,q", "leave", "leave"),
)
"""The keys of the race screen that run a line, besides the number of each CPU."""

CPUS = 8
"""CPUs that have a key: 0 to 7."""

RACE_SCREEN = (
    Key(
        "race-go",
        "space,enter",
        "",
        action="go_on",
        about="go on with the lesson; where none waits, take the next turn again",
    ),
    Key(
        "race-whole",
        "l",
        "whole",
        action="whole",
        about="show turns that touch nothing of another CPU one by one, or counted",
    ),
    Key("race-save", "s", "save", action="save", about="begin `witness save FILE`"),
    Key("race-up", "up", "", action="move(-1)", about="scroll the lanes up"),
    Key("race-down", "down", "", action="move(1)", about="scroll the lanes down"),
    Key(
        "race-page-up",
        "pageup",
        "",
        action="page(-1)",
        about="scroll the lanes up by a screenful",
    ),
    Key(
        "race-page-down",
        "pagedown",
        "",
        action="page(1)",
        about="scroll the lanes down by a screenful",
    ),
)
"""Keys of the race screen that move about, or begin a line."""


def turns(cpus: int = CPUS) -> tuple[Key, ...]:
    """The key of each CPU: its number."""
    return tuple(
        Key(
            f"race-turn-{cpu}",
            str(cpu),
            f"P{cpu}",
            f"turn P{cpu}",
            about=f"Let CPU {cpu} do its next step.",
        )
        for cpu in range(cpus)
    )


ASKING = tuple(key for key in KEYS if key.id in ("why", "last"))
"""Keys of the lesson screen that ask about the page that is chosen here too."""

RACE = (*RACE_KEYS, *turns(), *RACE_SCREEN, *PANES, *ASKING, *OPENING, *COMMON)
"""Every key of the race screen."""
