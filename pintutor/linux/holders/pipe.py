"""What pipes hold, for the books; the kernel has no such walk."""

from typing import NamedTuple

from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo, pipe_bufs


class PipeHolder(NamedTuple):
    """A page that a pipe holds."""

    page: Page
    name: str
    """Its buffer, `p[0]`, or `p.tmp_page` for one kept for the next write."""
    units: int
    """References that are held."""


def pipe_holders(pipes: tuple[PipeInodeInfo, ...]) -> tuple[PipeHolder, ...]:
    """Each page that a pipe holds, buffer by buffer."""
    return tuple(each for pipe in pipes for each in held_by(pipe))


def held_by(pipe: PipeInodeInfo) -> tuple[PipeHolder, ...]:
    """What one pipe holds."""
    found = tuple(
        PipeHolder(buf.page, f"{pipe.name}[{index}]", buf.ops.references)
        for index, buf in enumerate(pipe_bufs(pipe))
        if buf.ops is not None
    )
    if pipe.tmp_page is None:
        return found
    return (*found, PipeHolder(pipe.tmp_page, f"{pipe.name}.tmp_page", 1))
