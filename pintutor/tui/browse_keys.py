"""The keys of the screens to browse in; letters are free, as they filter."""

from __future__ import annotations

from pintutor.tui.keys import COMMON, Key

BROWSE_SCREEN = (
    Key("browse-pick", "enter", "run", action="pick", about="do what the row stands for"),
    Key(
        "browse-other",
        "tab",
        "about it",
        action="other",
        about="go to what is said about the row; again to return",
    ),
    Key(
        "browse-back",
        "escape",
        "back",
        action="back",
        about="take back the filter; without one, leave",
    ),
    Key("browse-return", "shift+tab", "", action="other", about="the same"),
    Key("browse-up", "up", "", action="move(-1)", about="choose the row above"),
    Key("browse-down", "down", "", action="move(1)", about="choose the row below"),
    Key("browse-page-up", "pageup", "", action="page(-1)", about="up by a screenful"),
    Key("browse-page-down", "pagedown", "", action="page(1)", about="down by a screenful"),
    Key("browse-first", "home", "", action="edge(-1)", about="choose the first row"),
    Key("browse-last", "end", "", action="edge(1)", about="choose the last row"),
    Key(
        "browse-erase",
        "backspace",
        "",
        action="erase",
        about="take back the last sign of the filter",
    ),
)
"""Keys that move about; what Enter runs is said by the row."""

BROWSE = (*BROWSE_SCREEN, *COMMON)
"""Every key of these screens."""
