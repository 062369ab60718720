"""Walks that are written down as tables, followed function by function.

A row of a table names a function, `f` for its call and `f:ret` for its return, and says
what must be then. Rows come in order; each is about the next call, or return, of its
function after the row before. What a row may say:

- `rc`, `pin`, `dirty`: of each page that the walk names;
- `zero`: how far the count of the zero page has moved since the walk began;
- `ret`: what the function returns; `args`: what it was called with, by name;
- `bio`, `dio`, `sdio`, `iomap_dio`, `blkdev_dio`, `iter`, `iocb`, `bh`, `inode`, `rq`,
  `pipe`: fields of the structure of that kind that a function was last called with, or
  returned. Of a bio also `bits` (the two lowest of bi_flags), `sector`, `size`, `places`.

A value may differ from kernel to kernel: { "v6.1" = 2, "v6.12" = 1025 }.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pintutor.lab.show_block import places
from pintutor.linux.block.fops import BlkdevDio
from pintutor.linux.fs.direct_io_types import BufferHead, Dio, DioSubmit
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.linux.uio import IovIter
from pintutor.sim.function import KernelFunction
from tests.labs import Lab

Row = dict[str, Any]

FOLDER = Path(__file__).parent / "walks"

ROOTS: dict[type, str] = {
    Bio: "bio",
    Dio: "dio",
    DioSubmit: "sdio",
    IomapDio: "iomap_dio",
    BlkdevDio: "blkdev_dio",
    IovIter: "iter",
    Kiocb: "iocb",
    BufferHead: "bh",
    PipeInodeInfo: "pipe",
    Inode: "inode",
    Request: "rq",
}
"""What a row calls a structure of each kind."""


def tables(name: str) -> dict[str, Any]:
    """The walks of a file."""
    return tomllib.loads((FOLDER / name).read_text())


def for_kernel(value: Any, kernel: str, column: str) -> Any:
    """What a value is on a kernel: its own, or else that of its column."""
    if isinstance(value, list):
        return [for_kernel(one, kernel, column) for one in value]
    if not isinstance(value, dict):
        return value
    if value and all(key.startswith("v") and key[1].isdigit() for key in value):
        own = value[kernel if kernel in value else column]
        return for_kernel(own, kernel, column)
    return {key: for_kernel(one, kernel, column) for key, one in value.items()}


class Follower:
    """Compares a walk with its rows, as the functions are called and return."""

    def __init__(self, lab: Lab, pages: list[str], rows: list[Row]) -> None:
        self.lab = lab
        self.pages = [self._page(name) for name in pages]
        zero = lab.kernel.empty_zero_page
        assert zero is not None, "the machine has booted"
        self.zero, self.zeroes = zero, zero._refcount
        self.rows = rows
        self.at = 0
        self.wrong: list[str] = []
        self._last: dict[str, Any] = {}

    def _page(self, name: str) -> Page:
        base, _, index = name.partition("[")
        start = self.lab.names.ranges()[base].vm_start
        with self.lab.machine:
            found = self.lab.names.at(start + int(index.rstrip("]")) * 4096)
        assert found is not None, f"{name} is in memory"
        return found

    def happened(self, event: str, args: dict[str, Any], ret: object) -> None:
        """A function was called, or it returned."""
        for one in (*args.values(), ret):
            if type(one) in ROOTS:
                self._last[ROOTS[type(one)]] = one
        if self.at == len(self.rows) or self.rows[self.at]["fn"] != event:
            return
        row = self.rows[self.at]
        self.at += 1
        self._last |= {"ret": ret, "args": args}
        for key, wanted in row.items():
            if key not in ("fn", "id"):
                self._compare(f"{row['id']} {event} {key}", wanted, self._seen(key))

    def _compare(self, where: str, wanted: Any, seen: Any) -> None:
        if isinstance(wanted, dict):
            for key, one in wanted.items():
                self._compare(f"{where}.{key}", one, self._field(seen, key))
        elif wanted != seen:
            self.wrong.append(f"{where}: the table has {wanted}, the model {seen}")

    def _seen(self, key: str) -> Any:
        known: dict[str, Any] = {
            "rc": lambda: [page._refcount for page in self.pages],
            "pin": lambda: [page._pincount for page in self.pages],
            "dirty": lambda: [folio_test_dirty(Folio(page)) for page in self.pages],
            "zero": lambda: self.zero._refcount - self.zeroes,
        }
        return known[key]() if key in known else self._last[key]

    def _field(self, seen: Any, key: str) -> Any:
        if isinstance(seen, dict):
            return seen[key]
        if isinstance(seen, Bio) and key in ("bits", "sector", "size", "places"):
            return self._of_bio(seen)[key]
        return getattr(seen, key)

    def _of_bio(self, bio: Bio) -> Row:
        labels = self.lab.names.labels() | {self.zero: "zero"}
        return {
            "bits": bio.bi_flags & 3,
            "sector": bio.bi_iter.bi_sector,
            "size": bio.bi_iter.bi_size,
            "places": places(bio, labels),
        }

    def differences(self) -> list[str]:
        """Where the walk was not as the rows say."""
        missing = [
            f"{row['id']}: {row['fn']} did not happen" for row in self.rows[self.at :]
        ]
        return [*self.wrong, *missing]


@contextmanager
def followed(lab: Lab, pages: list[str], rows: list[Row]) -> Iterator[Follower]:
    """Whether what happens within goes by the rows."""
    follower = Follower(lab, pages, rows)
    call = KernelFunction.__call__

    def noting(self: KernelFunction[..., Any], *args: Any, **kwargs: Any) -> Any:
        body = self.body(lab.machine.patches)
        assert body is not None, "the kernel has it"
        names = inspect.getfullargspec(body).args
        known = dict(zip(names, args, strict=False)) | kwargs
        follower.happened(self.__name__, known, None)
        ret = call(self, *args, **kwargs)
        follower.happened(f"{self.__name__}:ret", known, ret)
        return ret

    with patch.object(KernelFunction, "__call__", noting):
        yield follower
