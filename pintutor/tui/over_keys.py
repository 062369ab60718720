"""The keys of what lies over a screen for a moment: help, the palette, jump."""

from __future__ import annotations

from pintutor.tui.keys import Key

HELP_KEYS = (
    Key(
        "help-close",
        "escape,question_mark,q,f1",
        "closes",
        action="dismiss",
        about="in the list of keys: close it",
    ),
    Key("help-up", "up", "", action="scroll(-1)", about="scroll the list of keys up"),
    Key("help-down", "down", "", action="scroll(1)", about="scroll the list of keys down"),
    Key(
        "help-page-up",
        "pageup",
        "",
        action="page(-1)",
        about="scroll the list of keys up by a screenful",
    ),
    Key(
        "help-page-down",
        "pagedown,space",
        "",
        action="page(1)",
        about="scroll the list of keys down by a screenful",
    ),
)
"""Keys of the list of keys."""

PALETTE_KEYS = (
    Key("palette-pick", "enter", "does it", action="pick", about="do what is chosen"),
    Key("palette-close", "escape", "closes", action="dismiss", about="do nothing"),
    Key("palette-up", "up", "", action="move(-1)", about="choose the entry above"),
    Key("palette-down", "down", "", action="move(1)", about="choose the entry below"),
    Key("palette-page-up", "pageup", "", action="move(-10)", about="ten entries up"),
    Key("palette-page-down", "pagedown", "", action="move(10)", about="ten entries down"),
    Key(
        "palette-erase",
        "backspace",
        "",
        action="erase",
        about="take back the last sign of what was typed",
    ),
)
"""Keys of the palette; letters are free, as they find entries."""

MENU_KEYS = (
    Key("menu-pick", "enter", "asks", action="pick", about="in a menu: run the line"),
    Key("menu-close", "escape", "closes", action="dismiss", about="in a menu: close it"),
    Key("menu-up", "up", "", action="move(-1)", about="in a menu: the line above"),
    Key("menu-down", "down", "", action="move(1)", about="in a menu: the line below"),
)
"""Keys of the menu of a field."""

JUMP_KEYS = (
    Key(
        "jump-close",
        "escape",
        "stays",
        action="dismiss",
        about="while letters stand in the panes: stay",
    ),
)
"""Keys while one jumps; the letters of the panes are none of them."""
