"""Pipes as learners see them: by name, and buffer by buffer from the oldest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pintutor.lab.attributes import page_attribute, pick
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_bufs,
)


class Piped(NamedTuple):
    """Something was put into a pipe, or taken out of it."""

    function: str
    """The kernel's function that did it."""
    name: str
    ret: int
    """Bytes, or a negative error number."""
    error: str
    """The error by name, `-EAGAIN`, or empty."""
    buffers: int
    """Buffers that are in the pipe now."""
    value: str = ""
    """The first bytes that were read, in hexadecimal."""


def pipes(kernel: Kernel) -> dict[str, PipeInodeInfo]:
    """The pipes by name, oldest first."""
    return {pipe.name: pipe for pipe in kernel.pipes}


def pipes_described(kernel: Kernel) -> dict[str, str]:
    """Each pipe with what it is, in a few words."""
    return {
        pipe.name: f"a pipe with {pipe.head - pipe.tail} of {pipe.max_usage} slots in use"
        for pipe in kernel.pipes
    }


def buffers(pipe: PipeInodeInfo) -> list[PipeBuffer]:
    """What is in the pipe, from the oldest buffer on."""
    return [buf for buf in pipe_bufs(pipe) if buf.ops is not None]


def piped(kernel: Kernel) -> Iterator[tuple[str, Page]]:
    """Every page that is in a pipe: `p[2]`."""
    for pipe in kernel.pipes:
        for index, buf in enumerate(buffers(pipe)):
            yield f"{pipe.name}[{index}]", buf.page


def contents(pipe: PipeInodeInfo) -> bytes:
    """The bytes that are in the pipe, oldest first."""
    parts = (buf.page.data[buf.offset : buf.offset + buf.len] for buf in buffers(pipe))
    return b"".join(parts)


def pipe_item(pipe: PipeInodeInfo, index: int) -> PipeBuffer:
    """One buffer of the pipe, 0 the oldest (LookupError)."""
    found = buffers(pipe)
    if not 0 <= index < len(found):
        raise LookupError(f"[{index}] is not in the pipe: it has {len(found)} buffers")
    return found[index]


def pipe_attribute(value: PipeInodeInfo | PipeBuffer, name: str) -> object:
    """What a pipe or one buffer of it has under that name (LookupError)."""
    if isinstance(value, PipeBuffer):
        return _buffer_attribute(value, name)
    known: dict[str, Callable[[], Any]] = {
        "buffers": lambda: len(buffers(value)),
        "slots": lambda: value.max_usage,
        "head": lambda: value.head,
        "tail": lambda: value.tail,
        "len": lambda: len(contents(value)),
        "byte": lambda: _first(contents(value)),
        "bytes": lambda: contents(value),
        "readers": lambda: value.readers,
        "writers": lambda: value.writers,
    }
    return pick(known, name, "a pipe")


def _buffer_attribute(buf: PipeBuffer, name: str) -> object:
    """Of the buffer itself, or else of its page."""
    data = buf.page.data[buf.offset : buf.offset + buf.len]
    known: dict[str, Callable[[], Any]] = {
        "page": lambda: buf.page,
        "offset": lambda: buf.offset,
        "len": lambda: buf.len,
        "ops": lambda: buf.ops.name if buf.ops is not None else "",
        "byte": lambda: _first(data),
        "bytes": lambda: data,
    }
    return known[name]() if name in known else page_attribute(buf.page, name)


def _first(data: bytes) -> int:
    if not data:
        raise LookupError("there is no byte: it is empty")
    return data[0]
