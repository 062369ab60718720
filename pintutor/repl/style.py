"""How roles and tokens look at a prompt_toolkit terminal.

Only the sixteen colours that every terminal has and that its owner chose, so that dark
and light backgrounds both work; every role reads the same without them.
"""

from prompt_toolkit.styles import Style

from pintutor.view.rows import ROLES

ROLE_STYLES = {
    "dim": "dim",
    "title": "bold",
    "name": "ansiblue",
    "number": "bold",
    "old": "",
    "new": "bold",
    "delta": "ansicyan",
    "note": "italic",
    "good": "ansigreen",
    "bad": "ansired bold",
    "current": "ansiyellow bold",
    "added": "ansigreen",
    "removed": "ansired",
    "keyword": "ansimagenta",
    "string": "ansigreen",
    "comment": "dim",
    "command": "ansicyan",
    "prompt": "ansiblue bold",
}
"""Style of each role; the roles that are missing are plain."""

TOKEN_STYLES = {
    "pygments.keyword": "ansicyan bold",
    "pygments.keyword.type": "ansimagenta",
    "pygments.name.attribute": "ansimagenta",
    "pygments.name.variable": "",
    "pygments.literal.number": "ansiblue",
    "pygments.literal.string": "ansigreen",
    "pygments.operator": "",
    "pygments.comment": "dim",
    "pygments.error": "ansired underline",
}

PARTS = {
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.text": "noreverse",
    "auto-suggestion": "dim",
}


def style() -> Style:
    """The style of the prompt and of what is printed above it."""
    roles = {f"role-{role}": ROLE_STYLES.get(role, "") for role in ROLES}
    return Style.from_dict({**roles, **TOKEN_STYLES, **PARTS})
