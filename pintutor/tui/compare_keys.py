"""The keys of the screen on which two kernels are compared."""

from __future__ import annotations

from pintutor.tui.keys import ARRANGE, COMMON, KEYS, OPENING, Key

SHARED = (
    "step",
    "back",
    "step-command",
    "back-command",
    "step-function",
    "back-function",
    "step-event",
    "back-event",
    "next",
    "prev",
    "finish",
    "back-finish",
    "run",
    "run-slow",
    "run-fast",
    "undo",
    "redo",
)
"""Keys of the lesson screen that mean the same here, for both kernels."""

COMPARE_KEYS = (
    *(
        Key(f"compare-{key.id}", key.keys, key.label, key.line, about=key.about)
        for key in KEYS
        if key.id in SHARED
    ),
    Key("compare-first", "home", "first", "difference"),
    Key(
        "compare-difference",
        "d",
        "difference",
        "difference next",
        about="Go to the next stretch that differs.",
    ),
    Key(
        "compare-difference-before",
        "D",
        "difference",
        "difference prev",
        about="Go to the stretch before that differs.",
    ),
    Key(
        "compare-effect",
        "i",
        "effect",
        "difference effect",
        about="Go to the first step that differs in what it does to memory.",
    ),
    Key(
        "compare-next-effect",
        "I",
        "effect",
        "difference effect next",
        about="Go to the next step that differs in what it does to memory.",
    ),
    Key("compare-why", "y", "why", "why {field}"),
    Key("compare-last", "w", "who", "last {field}"),
    Key("compare-leave", "escape,q", "leave", "leave"),
)
"""The keys that run a line."""

COMPARE_SCREEN = (
    Key("compare-side", "tab", "side", action="side", about="show the other side, or both"),
    Key(
        "compare-bodies",
        "s",
        "bodies",
        action="bodies",
        about="both bodies of the function as a difference, or what runs",
    ),
    Key("compare-up", "up", "", action="move(-1)", about="scroll the source up"),
    Key("compare-down", "down", "", action="move(1)", about="scroll the source down"),
    Key("compare-goto", "g", "", action="begin('goto ')", about="go to a step"),
)
"""Keys that move about the screen."""

COMPARE = (*COMPARE_KEYS, *COMPARE_SCREEN, *ARRANGE, *OPENING, *COMMON)
"""Every key of the screen."""
