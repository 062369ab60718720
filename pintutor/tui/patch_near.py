"""The patch that keys mean where no lesson teaches one."""

from __future__ import annotations

from collections.abc import Collection

from pintutor.lab.lab import Lab
from pintutor.patches.livepatch import applied
from pintutor.patches.patch import Patch
from pintutor.patches.series import RELEASES


def patch_near(lab: Lab, ran: Collection[str]) -> str:
    """A patch of the next release that changes one of these functions; "" for none."""
    done = {patch.name for patch in applied(lab.machine)}
    for patch in _next_release(lab.chosen.release):
        able = done.issuperset(patch.needs) and done.isdisjoint(patch.conflicts)
        fresh = patch.name not in done and able
        if fresh and any(body.__name__ in ran for body in patch.bodies):
            return patch.name
    return ""


def _next_release(release: str) -> tuple[Patch, ...]:
    releases = list(RELEASES)
    after = releases[releases.index(release) + 1 :]
    return RELEASES[after[0]] if after else ()
