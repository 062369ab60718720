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
    Key("browse-fold", "left", "fold", action="fold(-1)", about="fold this part away"),
    Key("browse-unfold", "right", "fold", action="fold(1)", about="unfold this part"),
    Key(
        "browse-fold-all",
        "shift+left",
        "",
        action="fold_all(-1)",
        about="fold every part away",
    ),
    Key(
        "browse-unfold-all",
        "shift+right",
        "",
        action="fold_all(1)",
        about="unfold every part",
    ),
    Key("browse-jump", "ctrl+o", "", action="jump", about="go to a pane by its letter"),
    Key(
        "browse-zoom",
        "f7",
        "",
        action="zoom",
        about="show the list, or what is said, alone; again to return",
    ),
    Key(
        "browse-swap",
        "f8",
        "",
        action="shift(1)",
        about="let the list and what is said change places",
    ),
)
"""Keys that move about; what Enter runs is said by the row."""

BROWSE = (*BROWSE_SCREEN, *COMMON)
"""Every key of these screens."""
