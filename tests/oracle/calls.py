"""Which functions of the model were called while a scenario ran, as the probe saw them.

Only the functions of WATCHED are noted, each as the record that the probe made at its
return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pintutor.sim.function import KernelFunction
from tests.oracle.bio_records import of_bio, of_end

if TYPE_CHECKING:
    pass

Record = dict[str, Any]
Watch = Callable[..., Callable[[Any], Record]]
"""Called with the arguments of a call; what it returns is called with its result."""


def _get_user_pages_fast(_start: int, nr: int, flags: int, _pages: object) -> Any:
    return lambda ret: {"nr": nr, "raw_gup_flags": hex(flags & 1), "ret": ret}


def _get_pages2(i: Any, _pages: object, _maxsize: int, maxpages: int, *_: object) -> Any:
    before = {
        "iter_count_before": i.count,
        "maxpages": maxpages,
        "iter_type": i.iter_type.removeprefix("ITER_"),
    }
    return lambda got: {**before, "ret": got.ret}


def _bio_iov_iter_get_pages(bio: Any, iter_: Any) -> Any:
    before = {
        "iter_count_before": iter_.count,
        "iter_type": iter_.iter_type.removeprefix("ITER_"),
    }
    return lambda ret: {
        **of_bio(bio),
        **before,
        "iter_count_after": iter_.count,
        "ret": ret,
    }


WATCHED: dict[str, Watch] = {
    "get_user_pages_fast": _get_user_pages_fast,
    "pin_user_pages_fast": _get_user_pages_fast,
    "iov_iter_get_pages2": _get_pages2,
    "iov_iter_extract_pages": _get_pages2,
    "bio_iov_iter_get_pages": _bio_iov_iter_get_pages,
    "blk_rq_map_user_iov": lambda *args: lambda ret: {"ret": ret},
}
"""What is noted of each function's call, when it returns."""

ENTERED: dict[str, Callable[..., Record]] = {
    "bio_map_user_iov": lambda rq, _iter: {},
    "blk_rq_append_bio": lambda rq, bio: of_bio(bio),
    "blk_rq_unmap_user": lambda bio: {} if bio is None else of_bio(bio),
    "submit_bio": lambda bio: {**of_bio(bio), "bi_sector": bio.bi_iter.bi_sector},
    "bio_endio": lambda bio: {**of_bio(bio), **of_end(bio)},
    "bio_set_pages_dirty": lambda bio: of_bio(bio),
    "bio_check_pages_dirty": lambda bio: {**of_bio(bio), **of_end(bio)},
    "__bio_release_pages": lambda bio, mark_dirty: {
        **of_bio(bio),
        **of_end(bio),
        "mark_dirty": mark_dirty,
    },
}
"""What is noted of each function's call before it runs."""


@contextmanager
def watched() -> Iterator[list[Record]]:
    """The calls of the functions of WATCHED, in the order of their returns."""
    records: list[Record] = []
    call = KernelFunction.__call__

    def noting(self: KernelFunction[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.__name__ in ENTERED:
            note_entry = ENTERED[self.__name__](*args, **kwargs)
            records.append({"ev": self.__name__, **note_entry})
        if self.__name__ not in WATCHED:
            return call(self, *args, **kwargs)
        note = WATCHED[self.__name__](*args, **kwargs)
        ret = call(self, *args, **kwargs)
        records.append({"ev": f"{self.__name__}:ret", **note(ret)})
        return ret

    with patch.object(KernelFunction, "__call__", noting):
        yield records
