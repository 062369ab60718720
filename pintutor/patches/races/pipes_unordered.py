"""Bug put back: two pipes are locked in the order in which they are named.

tee(2) works on two pipes at once and needs the mutexes of both. One task that
doubles the first into the second and one that does the opposite would each take
one mutex and wait for the other. So the two are taken in one order, whoever
asks.

In Linux this is fs/pipe.c: pipe_double_lock(), which goes by the addresses.
"""

from pintutor.linux.fs import pipe_lock as before
from pintutor.linux.fs.pipe_lock import pipe_lock
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-pipes-unordered",
    "two pipes are locked in the order in which they are named",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(before.pipe_double_lock)
def pipe_double_lock(pipe1: PipeInodeInfo, pipe2: PipeInodeInfo) -> None:
    """Take the mutexes of two pipes."""
    pipe_lock(pipe1)
    pipe_lock(pipe2)
