"""Commands that make iterators over memory, move them, and take their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.extracting import (
    EXTRACTORS,
    GETTERS,
    extracted,
    getter,
    hold_pages,
)
from pintutor.lab.gup_calls import require_function
from pintutor.lab.holding import free_name
from pintutor.lab.iters import ITER, IterPages, IterState, state
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import HELD, UNUSED_NAME
from pintutor.lab.making_iters import MAKERS
from pintutor.lab.registry import command
from pintutor.lab.results import Released
from pintutor.lab.segments import SEGMENT
from pintutor.lab.words import Word
from pintutor.linux.driver import NamedIter
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.uio import (
    ITER_ALLOW_P2PDMA,
    ITER_DEST,
    ITER_SOURCE,
    iov_iter_reexpand,
    iov_iter_truncate,
)
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.lib.iov_iter_init import iov_iter_pipe
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.between.iter_folioq import iov_iter_folio_queue
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.sim.function import KernelFunction

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

LONG_MAX = (1 << 63) - 1
MOST_BYTES = 1 << 32
NEEDED: dict[str, KernelFunction[..., None]] = {
    "ubuf": iov_iter_ubuf,
    "pipe": iov_iter_pipe,
    "folioq": iov_iter_folio_queue,
}
"""What some kinds need that not all kernels have."""

SOURCES = ("ubuf", "iovec", "kvec", "bvec", "xarray", "folioq")
"""Kinds that data can come out of."""


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_init(), iov_iter_kvec(), iov_iter_bvec()",
    examples=(
        "iter i iovec dest buf+256:128 buf[2]",
        "iter b bvec source K[0]+291:512",
        "iter x xarray source F[0..1]",
    ),
    see=("extract", "getpages", "advance", "iterimport", "iterdup", "kmem"),
)
def iter_(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    kind: Annotated[str, OneOf(*MAKERS)],
    direction: Annotated[str, OneOf("source", "dest")],
    *segments: Annotated[Word, SEGMENT],
    count: Annotated[int, IntRange(0, MOST_BYTES), "bytes; those of all segments"] = -1,
    nofault: bool = False,
) -> IterState:
    """Make an iterator over memory, from segments.

    `source`: data comes out of the memory, as for a write to a device; `dest`: it goes
    in. `ubuf` and `iovec` are memory of the current task, `kvec` and `bvec` kernel
    memory by address and by page, `xarray` the cached pages of a file, `folioq` a queue
    of folios, `pipe` a pipe that is filled. A segment may be empty: `buf:0`.
    """
    if kind in NEEDED:
        require_function(lab, NEEDED[kind])
    if not segments:
        raise CommandError(
            "an iterator needs a segment",
            None,
            code="missing-argument",
            of=("segments",),
            hint=f"`iter {name} {kind} {direction} buf`, for one",
        )
    if direction == "source" and kind not in SOURCES:
        raise CommandError(
            f"nothing can be read from a {kind}",
            None,
            code="bad-direction",
            hint=f"`iter {name} {kind} dest …`",
            of=("direction",),
        )
    way = ITER_SOURCE if direction == "source" else ITER_DEST
    i = MAKERS[kind](lab, kind, way, segments)
    if count >= 0:
        i.count = count
    if nofault:
        i.nofault = True
    named = NamedIter(name, i)
    lab.kernel.iters = (*lab.kernel.iters, named)
    return state(named)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_advance()",
    examples=("advance i 512",),
    see=("iterrevert", "show"),
)
def advance(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes"],
) -> IterState:
    """Move an iterator on, at most to its end."""
    lib.iov_iter_advance(name.iter, size)
    return state(name)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_revert()",
    examples=("iterrevert i 512",),
    see=("advance", "show"),
)
def iterrevert(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes"],
) -> IterState:
    """Move an iterator back. Who goes further back than it began stops the kernel.

    Nothing is given back, except by a pipe: it frees the pages beyond the new place.
    """
    lib.iov_iter_revert(name.iter, size)
    return state(name)


@command(
    "iterators",
    kernel="include/linux/uio.h: iov_iter_truncate()",
    examples=("itertruncate i 4096",),
    see=("reexpand",),
)
def itertruncate(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    count: Annotated[int, IntRange(0, MOST_BYTES), "most bytes that stay"],
) -> IterState:
    """Let at most so many bytes be left in an iterator."""
    iov_iter_truncate(name.iter, count)
    return state(name)


@command(
    "iterators",
    kernel="include/linux/uio.h: iov_iter_reexpand()",
    examples=("reexpand i 8192",),
    see=("itertruncate",),
)
def reexpand(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    count: Annotated[int, IntRange(0, MOST_BYTES), "bytes that are left then"],
) -> IterState:
    """Let so many bytes be left in an iterator again; nobody checks the number."""
    iov_iter_reexpand(name.iter, count)
    return state(name)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_extract_pages()",
    examples=("extract i as p", "extract i maxsize=6144 maxpages=2", "extract i alloc"),
    see=("getpages", "release", "iter"),
)
def extract(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    *,
    maxsize: Annotated[int, IntRange(0, LONG_MAX), "most bytes"] = LONG_MAX,
    maxpages: Annotated[int, IntRange(0, 1 << 16), "most pages"] = 16,
    p2pdma: bool = False,
    alloc: bool = False,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> IterPages:
    """Take pages from where an iterator stands, as its kind of memory has to be held.

    Memory of a task is pinned. Pages of the kernel are only listed: neither a reference
    nor a pin is taken, and whoever made the iterator keeps them. With `alloc` the kernel
    makes the array of pages. `release` gives back what there is to be given back.
    """
    require_function(lab, EXTRACTORS[0])
    flags = ITER_ALLOW_P2PDMA if p2pdma else 0
    new = free_name(lab, as_, "p")
    return extracted(lab, name, new, maxsize, 0 if alloc else maxpages, flags, alloc=alloc)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_get_pages2()",
    examples=("getpages i as g", "getpages i maxpages=1", "getpages i alloc"),
    see=("extract", "release"),
)
def getpages(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    *,
    maxsize: Annotated[int, IntRange(0, LONG_MAX), "most bytes"] = LONG_MAX,
    maxpages: Annotated[int, IntRange(0, 1 << 16), "most pages"] = 16,
    alloc: bool = False,
    via: Annotated[str, OneOf(*GETTERS), "the function that is called"] = "",
    as_: Annotated[str, UNUSED_NAME] = "",
) -> IterPages:
    """Take a reference to each page from where an iterator stands.

    iov_iter_get_pages2() advances the iterator, and so does the iov_iter_get_pages() of
    v6.2 to v6.4; that of v5.17 leaves it where it is. Memory that is named by kernel
    address cannot be had this way.
    """
    function = getter(lab, via, alloc=alloc)
    pages, got = function.call(name.iter, maxsize, maxpages)
    kind = FOLL_PIN if "pin" in function.name else FOLL_GET
    new = free_name(lab, as_, "g")
    return hold_pages(lab, function.name, name, new, got._replace(pages=pages), kind)


@command(
    "pins",
    kernel="mm/gup.c: unpin_user_page(); include/linux/mm.h: put_page()",
    examples=("release p",),
    see=("extract", "getpages", "unpin", "put"),
)
def release(lab: Lab, name: Annotated[HeldPages, HELD]) -> Released:
    """Give back what is held under a name, in the way that it was taken.

    A pin is unpinned and a reference put. Of pages that were only listed nothing is
    given back.
    """
    function = "nothing"
    for page in name.pages:
        if name.flags & FOLL_PIN:
            function = "unpin_user_page"
            unpin_user_page(page)
        elif name.flags & FOLL_GET:
            function = "put_page"
            put_page(page)
    pages = len(name.pages)
    lab.kernel.held = tuple(each for each in lab.kernel.held if each is not name)
    return Released(name.name, function, pages, 0)
