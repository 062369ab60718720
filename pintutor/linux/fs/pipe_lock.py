"""The mutex of a pipe, and of two at once (fs/pipe.c, Linux v6.1)."""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


def pipe_lock(pipe: PipeInodeInfo) -> None:
    """Take the mutex of the pipe."""
    spin_lock(pipe, "mutex")


def pipe_unlock(pipe: PipeInodeInfo) -> None:
    """Drop the mutex of the pipe."""
    spin_unlock(pipe, "mutex")


@kernel_function("fs/pipe.c")
def pipe_double_lock(pipe1: PipeInodeInfo, pipe2: PipeInodeInfo) -> None:
    """Take the mutexes of two pipes, in one order whoever asks for them.

    In C the addresses say which is first, here which pipe is older.
    """
    pipes = this_kernel().pipes
    if pipes.index(pipe1) < pipes.index(pipe2):
        pipe_lock(pipe1)
        pipe_lock(pipe2)
    else:
        pipe_lock(pipe2)
        pipe_lock(pipe1)
