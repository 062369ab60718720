"""Where a CPU stands: what its frames hold, and nothing of how it came there."""

from __future__ import annotations

from collections.abc import Hashable
from types import FrameType

from pintutor.sim.digest import key
from pintutor.sim.pending import keeps
from pintutor.sim.threads import Cpus

Stand = tuple[Hashable, ...]
"""Where a frame stands: code, instruction, names, and since which step it keeps what
no name refers to."""


def frames_of(cpus: Cpus, cpu: int) -> list[FrameType]:
    """The frames of a CPU's program, outermost first."""
    return cpus.frames()[cpu][::-1]


def stands(
    before: list[FrameType], stood: tuple[Stand, ...], frames: list[FrameType], step: object
) -> tuple[Stand, ...]:
    """Where the frames stand after a step, which stood there before it.

    A frame that has not moved, because a call of it has not returned, stands where it
    stood.
    """
    same = 0
    for old, new in zip(before, frames, strict=False):
        if old is not new:
            break
        same += 1
    still = max(same - 1, 0)
    return (*stood[:still], *(_stand(each, step) for each in frames[still:]))


def _stand(frame: FrameType, step: object) -> Stand:
    kept = step if frame.f_lasti in keeps(frame.f_code) else None
    return frame.f_code, frame.f_lasti, key(frame.f_locals), kept
