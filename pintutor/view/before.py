"""Before: what fields held before a step, or a command, wrote them.

Only things that views draw field by field are kept, iterators, bios and the like: of
pages and page tables `changes` says what changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pintutor.linux.block.fops import BlkdevDio
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.fs.remote_types import RemoteFile
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio, BvecIter
from pintutor.linux.include.linux.blkdev import Gendisk, RequestQueue
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import MmStruct, TaskStruct
from pintutor.linux.include.linux.pipe_fs_i import PipeBuffer, PipeInodeInfo
from pintutor.linux.include.linux.uio import IovIter
from pintutor.sim.journal import RAW
from pintutor.sim.poison import is_poisoned

DRAWN = frozenset(
    {
        Bio,
        BioVec,
        BlkdevDio,
        BvecIter,
        Dio,
        DioSubmit,
        Gendisk,
        IomapDio,
        IovIter,
        Kernel,
        Kiocb,
        MmStruct,
        PipeBuffer,
        PipeInodeInfo,
        RemoteFile,
        Request,
        RequestQueue,
        TaskStruct,
    }
)
"""What views draw field by field."""

MOST = 400_000
"""A longer stretch of history is not looked through [words of the journal]."""


class Before:
    """The fields that were written, each with what it held before the first time."""

    def __init__(self, writes: Sequence[Any] = ()) -> None:
        self._olds: dict[tuple[object, str], Any] = {}
        if len(writes) > MOST:
            return
        for obj, field, old in zip(writes[0::4], writes[1::4], writes[2::4], strict=True):
            if obj.__class__ in DRAWN:
                self._olds.setdefault((obj, field), old)

    def of(self, obj: object, field: str) -> Any:
        """What a field held before; what it holds now when nobody wrote it."""
        return self._olds.get((obj, RAW + field), getattr(obj, field))

    def changed(self, obj: object, *fields: str) -> bool:
        """True when one of the fields is not what it was."""
        return any(self.of(obj, field) != getattr(obj, field) for field in fields)

    def written(self) -> Iterator[tuple[Any, str, Any]]:
        """Each thing and field that is not what it was, and what it held, in order."""
        for (obj, field), old in self._olds.items():
            name = field.removeprefix(RAW)
            if not is_poisoned(obj) and getattr(obj, name) != old:
                yield obj, name, old
