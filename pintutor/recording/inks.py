"""The colours of pages and pictures, on dark and on light paper, and the roles in them."""

from __future__ import annotations

DARK = {
    "paper": "#101216",
    "plain": "#d8dce4",
    "dim": "#8a919e",
    "red": "#ff7b72",
    "green": "#7ee787",
    "yellow": "#e3c55b",
    "blue": "#79b8ff",
    "magenta": "#d2a8ff",
    "cyan": "#76d9e6",
}
LIGHT = {
    "paper": "#fbfbf8",
    "plain": "#1c1f24",
    "dim": "#676d76",
    "red": "#b3261e",
    "green": "#116329",
    "yellow": "#7a5000",
    "blue": "#0a4fb3",
    "magenta": "#7429a8",
    "cyan": "#0b6470",
}

ROLE_INKS = {
    "dim": "dim",
    "title": "plain bold",
    "name": "cyan",
    "number": "plain bold",
    "old": "dim",
    "new": "yellow bold",
    "delta": "yellow",
    "note": "magenta",
    "good": "green bold",
    "bad": "red bold",
    "current": "yellow bold",
    "added": "green",
    "removed": "red",
    "keyword": "magenta",
    "string": "green",
    "comment": "dim italic",
    "command": "cyan",
    "prompt": "green bold",
}
"""The ink of each role, and how it is written; the others are plain."""

_STYLES = {"bold": "font-weight:bold", "italic": "font-style:italic"}


def role_rules(*, paint: str) -> str:
    """A rule of CSS for each role; `paint` is the property that colours text there."""
    rules = []
    for role, words in ROLE_INKS.items():
        ink, *styles = words.split()
        said = [f"{paint}:var(--{ink})", *(_STYLES[style] for style in styles)]
        rules.append(f".{role}{{{';'.join(said)}}}")
    return "\n".join(rules)


def ink_rules(selector: str) -> str:
    """Rules of CSS that name the inks: dark ones, and light ones where that is wanted."""
    light = f"{selector}{{{_variables(LIGHT)}}}"
    dark = f"{selector}{{{_variables(DARK)}}}"
    return f"{dark}\n@media (prefers-color-scheme: light){{{light}}}"


def _variables(inks: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in inks.items())
