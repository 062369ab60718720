"""How many examples Hypothesis makes: a few, or with --hypothesis-profile=long many."""

import os

from hypothesis import settings

SAME = bool(os.environ.get("CI"))
"""Whether each run makes the same examples."""
LONG = "long"
MORE = 30
"""How many times as many examples a long run has."""

settings.register_profile(LONG, deadline=None, print_blob=True)


def examples(count: int) -> int:
    """`count` examples, or more of them in a long run."""
    return count * (MORE if settings.get_current_profile_name() == LONG else 1)
