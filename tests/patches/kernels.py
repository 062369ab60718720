"""What a patch needs below it."""

from pintutor.patches import series
from pintutor.patches.patch import Patch


def needed(patch: Patch) -> tuple[Patch, ...]:
    """What a patch needs, and what that needs in turn, in the order of the series."""
    found: set[Patch] = set()
    waiting = list(patch.needs)
    while waiting:
        one = series.BY_NAME[waiting.pop()]
        found.add(one)
        waiting += one.needs
    return series.in_order(tuple(found))
