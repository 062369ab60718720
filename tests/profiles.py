"""How much a run tries: a little, or with --hypothesis-profile=long all."""

import os
from collections.abc import Iterable
from typing import TypeVar

from hypothesis import settings

Each = TypeVar("Each")

SAME = bool(os.environ.get("CI"))
"""Whether each run makes the same examples."""
LONG = "long"
MORE = 30
"""How many times as many examples a long run has."""

settings.register_profile(LONG, deadline=None, print_blob=True)


def examples(count: int) -> int:
    """`count` examples, or more of them in a long run."""
    return count * (MORE if settings.get_current_profile_name() == LONG else 1)


def ends(values: Iterable[Each]) -> list[Each]:
    """The first and the last of some kernels, say; in a long run all of them."""
    found = list(values)
    return found if settings.get_current_profile_name() == LONG else [found[0], found[-1]]
