"""Follows a direct I/O function by function, and notes what it had then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.sim.function import KernelFunction
from pintutor.sim.journal import RAW
from tests.labs import Lab

Row = dict[str, Any]


def fill(lab: Lab, name: str, byte: int) -> None:
    """Let each mapped page of a range hold that byte, everywhere."""
    vma = lab.names.ranges()[name]
    with lab.machine:
        for address in range(vma.vm_start, vma.vm_end, 4096):
            page = lab.names.at(address)
            if page is not None:
                page.data = bytes([byte]) * 4096


class Walk:
    """The functions that returned, each with the state that it left."""

    def __init__(self, lab: Lab, pages: tuple[str, ...]) -> None:
        self.lab = lab
        names = [place.partition("[") for place in pages]
        starts = {name: lab.names.ranges()[name].vm_start for name, _, _ in names}
        with lab.machine:
            self.pages = [
                lab.names.at(starts[name] + int(index.rstrip("]")) * 4096)
                for name, _, index in names
            ]
        self.rows: list[Row] = []

    def note(self, name: str, args: tuple[Any, ...], ret: object) -> None:
        """Note the counts, and the fields of what the function was called with."""
        zero = self.lab.kernel.empty_zero_page
        assert zero is not None, "the machine has booted"
        row: Row = {
            "fn": name,
            "ret": ret,
            "rc": tuple(page._refcount for page in self.pages if page is not None),
            "zero": zero._refcount - 1,
        }
        for arg in args:
            if isinstance(arg, (Dio, DioSubmit, IomapDio)):
                row |= fields_of(arg)
            if isinstance(arg, DioSubmit) and arg.bio is not None:
                row |= of_bio(arg.bio)
            if isinstance(arg, Bio):
                row |= of_bio(arg)
        self.rows.append(row)

    def named(self, name: str) -> list[Row]:
        """The rows of one function, in order."""
        return [row for row in self.rows if row["fn"] == name]


def fields_of(one: Dio | DioSubmit | IomapDio) -> Row:
    """The scalar fields of a structure, which may have been freed by now."""
    fields = {name: getattr(one, RAW + name) for name in type(one).__dataclass_fields__}
    return {name: each for name, each in fields.items() if isinstance(each, (int, bool))}


def of_bio(bio: Bio) -> Row:
    """What the facts say of a bio, which may have been freed by now."""
    at: Any = getattr(bio, f"{RAW}bi_iter")
    return {
        "bits": getattr(bio, f"{RAW}bi_flags"),
        "vcnt": getattr(bio, f"{RAW}bi_vcnt"),
        "max_vecs": getattr(bio, f"{RAW}bi_max_vecs"),
        "sector": at.bi_sector,
        "bi_size": at.bi_size,
    }


@contextmanager
def walking(lab: Lab, *pages: str) -> Iterator[Walk]:
    """What happens within, function by function."""
    walk = Walk(lab, pages)
    call = KernelFunction.__call__

    def noting(self: KernelFunction[..., Any], *args: Any, **kwargs: Any) -> Any:
        ret = call(self, *args, **kwargs)
        if self.file in ("fs/direct-io.c", "fs/iomap/direct-io.c", "block/bio.c"):
            walk.note(self.__name__, args, ret)
        return ret

    with patch.object(KernelFunction, "__call__", noting):
        yield walk
