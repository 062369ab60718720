"""What a line that stands somewhere on the screen means when it is clicked."""

import re
from itertools import takewhile

from pintutor.lab.registry import REGISTRY

PLACEHOLDER = re.compile("[A-Z]{2,}|N|…")
"""A word of a line that the learner is to put something in the place of."""


def beginning(line: str) -> str:
    """The line itself if it can be run, what it begins with where a word is missing.

    It is empty when the line is no command.
    """
    words = line.split()
    command = REGISTRY.get(words[0]) if words else None
    if command is None:
        return ""
    given = [*takewhile(lambda word: not PLACEHOLDER.fullmatch(word), words)]
    needed = sum(one.required for one in command.parameters)
    if given == words and len(words) > needed:
        return line
    return " ".join(given) + " "
