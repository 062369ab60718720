"""The keys of the screens: each is a line of the command language, or moves about.

This is the only list of keys: bindings, the bar of keys, the help screen, the palette
and the command `keys` are made from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from pintutor.lab.registry import REGISTRY

NAMES = {
    "space": "Space",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "backspace": "⌫",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "colon": ":",
    "slash": "/",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
"""How keys are written for a reader, where Textual names them otherwise."""


@dataclass(frozen=True, slots=True)
class Key:
    """Something that keys do: a line that they run, or an action of the screen."""

    id: str
    """What the learner's file of keys calls it."""
    keys: str
    """As Textual names them, with commas between them."""
    label: str
    """A word or two for the bar of keys; keys with the same label share it."""
    line: str = ""
    """With {field} and {patch} for the page in view and the patch that is taught, and
    {value} for what of the field can be watched."""
    action: str = ""
    """What the screen does, for a key that changes nothing in the lab."""
    about: str = ""
    """What the action does, or the line where the help of its command is wider."""

    @property
    def summary(self) -> str:
        """What it does, as a rule in the words of its command's own help."""
        command = REGISTRY.get(self.line.split()[0]) if self.line else None
        return command.summary if command and not self.about else self.about

    @property
    def does(self) -> str:
        """The action that Textual carries out."""
        return self.action or f"line({self.line!r})"


def named(keys: str) -> list[str]:
    """Keys as they are written for a reader."""
    return [_named(key) for key in keys.split(",") if key]


def _named(key: str) -> str:
    *held, last = key.split("+")
    shown = NAMES.get(last, last.upper() if held or _is_function(last) else last)
    return "+".join([*(part.capitalize() for part in held), shown])


def _is_function(key: str) -> bool:
    return key[:1] == "f" and key[1:].isdigit()


SIZES = (
    ("", "n", "b", "one line of the model"),
    ("command", "N", "B", "the end of a command"),
    ("function", "f", "F", "a call or a return"),
    ("event", "e", "E", "a change"),
)
"""How far one steps: the word for it, the keys forward and back, and what that is."""


def _stepping() -> Iterable[Key]:
    """The keys that go step by step."""
    for size, *keys, what in SIZES:
        for way, told, key in zip(("step", "back"), ("forward", "back"), keys, strict=True):
            name = f"{way}-{size}".removesuffix("-")
            about = f"Go {told} {'to' if size else 'by'} {what}."
            yield Key(name, key, size or way, f"{way} {size}".rstrip(), about=about)


KEYS = (
    Key("go", "space", "go", "go"),
    *_stepping(),
    Key("next", "o", "over", "next"),
    Key("prev", "O", "over", "prev"),
    Key("finish", "x", "out", "finish"),
    Key("back-finish", "X", "out", "back-finish"),
    Key("run", "p", "run", "run", about="Show the rest step by step; again to pause."),
    Key("run-slow", "comma", "run", "run slow", about="Show the rest slowly."),
    Key("run-fast", "full_stop", "run", "run fast", about="Show the rest fast."),
    Key("undo", "u", "undo", "undo"),
    Key("branches", "t", "", "branches"),
    Key("redo", "r", "redo", "redo"),
    Key("apply", "a", "apply", "apply {patch}"),
    Key("diff", "d", "diff", "diff {patch}"),
    Key("why", "y", "why", "why {field}"),
    Key("last", "w", "who", "last {field}"),
    Key("watch", "W", "", "watch {value}"),
    Key("hint", "h", "hint", "hint"),
    Key("lab", "L", "", "lab"),
    Key("lessons", "f2", "lessons", "lessons"),
    Key("patches", "f3", "", "patches"),
    Key("letters", "f4", "", "letters"),
    Key("glossary", "f5", "", "glossary"),
)
"""Every key of the lesson screen that runs a line."""

COMMON = (
    Key(
        "command-line",
        "colon",
        "type",
        action="command_line",
        about="go to the command line",
    ),
    Key(
        "compose",
        "f6",
        "",
        action="compose",
        about="put a line together from what can stand in it",
    ),
    Key(
        "picture",
        "ctrl+s",
        "",
        action="app.picture",
        about="write what is in sight to files, as SVG and as text",
    ),
    Key("help", "question_mark,f1", "keys", action="keys", about="list the keys"),
    Key(
        "palette",
        "ctrl+p",
        "find",
        action="palette",
        about="find a command, a key, a pane or a lesson by what it says",
    ),
)
"""Keys of every screen with a command line."""

ARRANGE = (
    Key("jump", "j,ctrl+o", "jump", action="jump", about="go to a pane by its letter"),
    Key(
        "field-menu",
        "v",
        "",
        action="field_menu",
        about="choose what to ask about the count, or the entry, in view",
    ),
    Key("zoom", "z", "zoom", action="zoom", about="show this pane alone; again to return"),
    Key(
        "earlier",
        "less_than_sign",
        "",
        action="shift(-1)",
        about="move this pane before the one above it",
    ),
    Key(
        "later",
        "greater_than_sign",
        "",
        action="shift(1)",
        about="move this pane behind the one below it",
    ),
    Key(
        "leftwards",
        "left_square_bracket",
        "",
        action="across(-1)",
        about="move this pane into the column to the left",
    ),
    Key(
        "rightwards",
        "right_square_bracket",
        "",
        action="across(1)",
        about="move this pane into the column to the right",
    ),
)
"""Keys of every screen with panes that change where these stand."""

PANES = (
    Key("pane", "tab", "pane", action="cycle(1)", about="go to the next pane"),
    Key("pane-before", "shift+tab", "", action="cycle(-1)", about="go to the pane before"),
    *ARRANGE,
)
"""Those, and the keys that go from pane to pane."""

OPENING = tuple(
    key for key in KEYS if key.line in ("lessons", "patches", "letters", "glossary")
)
"""Keys that open a screen to browse in, from wherever one works."""

SCREEN = (
    Key("slash", "slash", "", action="command_line", about="type a command, as `:` does"),
    Key("mark", "m", "", action="begin('mark ')", about="name this step"),
    Key("goto", "g", "", action="begin('goto ')", about="go to a step or a mark"),
    Key("branch", "T", "", action="begin('branch ')", about="return to a branch"),
    Key("compare", "c", "compare", action="begin('compare ')", about="compare two kernels"),
    *PANES,
    Key(
        "up",
        "up",
        "",
        action="move(-1)",
        about="scroll up; in pages, choose the page above, that y and w ask about",
    ),
    Key(
        "down",
        "down",
        "",
        action="move(1)",
        about="scroll down; in pages, choose the page below",
    ),
    Key("page-up", "pageup", "", action="page(-1)", about="scroll up by a screenful"),
    Key("page-down", "pagedown", "", action="page(1)", about="scroll down by a screenful"),
    Key(
        "face-before",
        "left",
        "",
        action="turn(-1)",
        about="in source: the face before of a patched function",
    ),
    Key(
        "face",
        "right",
        "",
        action="turn(1)",
        about="in source: the next face: before, difference, after",
    ),
    Key("go-on", "enter", "", action="go_on", about="go on with the lesson"),
    Key(
        "quit",
        "q",
        "quit",
        action="app.quit",
        about="leave; the lesson is kept where it is",
    ),
)
"""Keys of the lesson screen that move about and change nothing in the lab."""

TABS = ("lesson", "source", "memory", "log", "io", "more")
"""What the numbers choose: panes that belong together, on a narrow screen a tab."""


def numbers() -> tuple[Key, ...]:
    """The key of each tab: its number."""
    return tuple(
        Key(
            f"tab-{name}",
            str(number),
            "",
            action=f"tab({name!r})",
            about=f"go to {name}; again for its next pane",
        )
        for number, name in enumerate(TABS, 1)
    )


LESSON = (*KEYS, *numbers(), *SCREEN, *COMMON)
"""Every key of the lesson screen."""


def bindings(keys: Iterable[Key]) -> list[BindingType]:
    """The keys as Textual wants them."""
    return [Binding(key.keys, key.does, id=key.id, show=False) for key in keys]
